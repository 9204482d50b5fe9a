package io.rezarr.codec.checksum;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Appends a CRC32C checksum, and checks and removes it on decoding.
 *
 * <p>Encoded form: the decoded bytes, then their checksum as a little-endian uint32. The size grows by {@value #CHECKSUM_BYTES} bytes. Name in
 * v3 metadata: {@code crc32c}; configuration: none.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/codecs/crc32c/index.html">Zarr v3, crc32c codec</a>
 */
record Crc32cCodec() implements BytesToBytesCodec {
    static final String NAME = "crc32c";
    static final int CHECKSUM_BYTES = Integer.BYTES;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return Math.addExact(decodedBytes, CHECKSUM_BYTES);
    }

    @Override
    public long fixedEncodedBytes(long decodedBytes) {
        return Math.addExact(decodedBytes, CHECKSUM_BYTES);
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        int decodedBytes = decoded.remaining();
        ByteBuffer encoded = workspace
                .borrowBuffer(Math.addExact(decodedBytes, CHECKSUM_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        encoded.put(encoded.position(), decoded, decoded.position(), decodedBytes);
        encoded.putInt(encoded.position() + decodedBytes, checksumOf(decoded, decodedBytes));
        return encoded;
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        int decodedBytes = verify(encoded);
        if (decodedBytes > maxDecodedBytes) {
            throw new MalformedDataException(
                    NAME, 0, "expected at most " + maxDecodedBytes + " bytes and a checksum, found " + decodedBytes);
        }
        return encoded.slice(encoded.position(), decodedBytes);
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        int found = verify(encoded);
        if (decodedBytes >= 0 && found != decodedBytes) {
            throw new MalformedDataException(
                    NAME, 0, "expected " + decodedBytes + " bytes and a checksum, found " + found);
        }
    }

    /** How many bytes there are without the checksum, which is right. */
    private static int verify(ByteBuffer encoded) {
        int decodedBytes = encoded.remaining() - CHECKSUM_BYTES;
        if (decodedBytes < 0) {
            throw new MalformedDataException(
                    NAME, 0, "expected at least " + CHECKSUM_BYTES + " bytes, found " + encoded.remaining());
        }
        int at = encoded.position() + decodedBytes;
        int inBufferOrder = encoded.getInt(at);
        int stored = encoded.order() == ByteOrder.LITTLE_ENDIAN ? inBufferOrder : Integer.reverseBytes(inBufferOrder);
        int computed = checksumOf(encoded, decodedBytes);
        if (stored != computed) {
            throw new MalformedDataException(
                    NAME, decodedBytes, "checksum stored is %08x, computed is %08x".formatted(stored, computed));
        }
        return decodedBytes;
    }

    private static int checksumOf(ByteBuffer bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
        return (int) checksum.getValue();
    }
}
