package io.rezarr.codec.filter;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;

/**
 * First all first bytes of the elements, then all second bytes, and so on.
 *
 * <p>Encoded form: as many bytes. Id in v2: {@code shuffle}, {@code {"id": "shuffle", "elementsize": 4}} (4 if it is missing); name in v3:
 * {@code numcodecs.shuffle} (there, if it is missing, the size of an element).
 *
 * @param name as the metadata have it
 * @param elementSize in bytes; below 2, nothing is done
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/filter/shuffle.html">numcodecs, Shuffle</a>
 */
record ShuffleFilter(String name, int elementSize) implements BytesToBytesCodec {
    static final String NAME = "shuffle";

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return decodedBytes;
    }

    @Override
    public long fixedEncodedBytes(long decodedBytes) {
        return decodedBytes;
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        requireWhole(decoded);
        ByteBuffer encoded = workspace.borrowBuffer(decoded.remaining());
        transpose(decoded, encoded, elementSize, decoded.remaining() / Math.max(1, elementSize));
        return encoded;
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        requireWhole(encoded);
        if (encoded.remaining() > maxDecodedBytes) {
            throw new MalformedDataException(
                    name, 0, "expected at most " + maxDecodedBytes + " bytes, found " + encoded.remaining());
        }
        ByteBuffer decoded = workspace.borrowBuffer(encoded.remaining());
        transpose(encoded, decoded, encoded.remaining() / Math.max(1, elementSize), elementSize);
        return decoded;
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        requireWhole(encoded);
        if (decodedBytes >= 0 && encoded.remaining() != decodedBytes) {
            throw new MalformedDataException(
                    name, 0, "expected " + decodedBytes + " bytes, found " + encoded.remaining());
        }
    }

    /** From rows of so many bytes to columns. */
    private void transpose(ByteBuffer from, ByteBuffer to, int rowBytes, int rows) {
        byte[] source = from.array();
        byte[] target = to.array();
        int start = from.arrayOffset() + from.position();
        int end = to.arrayOffset() + to.position();
        if (elementSize <= 1) {
            System.arraycopy(source, start, target, end, from.remaining());
            return;
        }
        for (int column = 0; column < rowBytes; column++) {
            int at = start + column;
            for (int row = 0; row < rows; row++, at += rowBytes) {
                target[end++] = source[at];
            }
        }
    }

    private void requireWhole(ByteBuffer bytes) {
        if (elementSize > 1 && bytes.remaining() % elementSize != 0) {
            throw new MalformedDataException(
                    name,
                    0,
                    "expected a multiple of the " + elementSize + " bytes of an element, found " + bytes.remaining());
        }
    }
}
