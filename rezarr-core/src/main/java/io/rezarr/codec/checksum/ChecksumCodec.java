package io.rezarr.codec.checksum;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Adds a checksum, and checks and removes it on decoding.
 *
 * <p>Encoded form: the decoded bytes, and behind or before them their checksum as a little-endian uint32. The size grows by {@value #CHECKSUM_BYTES}
 * bytes. Names in v3: {@code crc32c} (behind; configuration: none), and {@code numcodecs.} with the ids that v2 has: {@code crc32c},
 * {@code fletcher32}, {@code jenkins_lookup3} (with {@code initval}), behind; {@code crc32}, {@code adler32}, before; those three
 * that are not HDF5's may have a {@code location} of {@code start} or {@code end}.
 *
 * @param name as the metadata have it
 * @param isAtStart whether the checksum stands before the bytes
 * @param seed what the checksum begins with, if it takes one
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/codecs/crc32c/index.html">Zarr v3, crc32c codec</a>
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/checksum32.html">numcodecs, 32-bit checksums</a>
 */
record ChecksumCodec(String name, Checksum checksum, boolean isAtStart, int seed) implements BytesToBytesCodec {
    static final int CHECKSUM_BYTES = Integer.BYTES;

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return Math.addExact(decodedBytes, CHECKSUM_BYTES);
    }

    @Override
    public long fixedEncodedBytes(long decodedBytes) {
        return Math.addExact(decodedBytes, CHECKSUM_BYTES);
    }

    @Override
    public boolean onlyAddsBytes() {
        return true;
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        int decodedBytes = decoded.remaining();
        ByteBuffer encoded = workspace
                .borrowBuffer(Math.addExact(decodedBytes, CHECKSUM_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        int place = encoded.position() + (isAtStart ? 0 : decodedBytes);
        encoded.put(encoded.position() + (isAtStart ? CHECKSUM_BYTES : 0), decoded, decoded.position(), decodedBytes);
        encoded.putInt(place, checksumOf(decoded, 0, decodedBytes));
        return encoded;
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        int decodedBytes = verify(encoded);
        if (decodedBytes > maxDecodedBytes) {
            throw new MalformedDataException(
                    name, 0, "expected at most " + maxDecodedBytes + " bytes and a checksum, found " + decodedBytes);
        }
        return encoded.slice(encoded.position() + (isAtStart ? CHECKSUM_BYTES : 0), decodedBytes);
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        int found = verify(encoded);
        if (decodedBytes >= 0 && found != decodedBytes) {
            throw new MalformedDataException(
                    name, 0, "expected " + decodedBytes + " bytes and a checksum, found " + found);
        }
    }

    /** How many bytes there are without the checksum, which is right. */
    private int verify(ByteBuffer encoded) {
        int decodedBytes = encoded.remaining() - CHECKSUM_BYTES;
        if (decodedBytes < 0) {
            throw new MalformedDataException(
                    name, 0, "expected at least " + CHECKSUM_BYTES + " bytes, found " + encoded.remaining());
        }
        int place = isAtStart ? 0 : decodedBytes;
        int inBufferOrder = encoded.getInt(encoded.position() + place);
        int stored = encoded.order() == ByteOrder.LITTLE_ENDIAN ? inBufferOrder : Integer.reverseBytes(inBufferOrder);
        int computed = checksumOf(encoded, isAtStart ? CHECKSUM_BYTES : 0, decodedBytes);
        if (stored != computed) {
            throw new MalformedDataException(
                    name, place, "checksum stored is %08x, computed is %08x".formatted(stored, computed));
        }
        return decodedBytes;
    }

    private int checksumOf(ByteBuffer bytes, int from, int length) {
        return checksum.of(bytes.array(), bytes.arrayOffset() + bytes.position() + from, length, seed);
    }
}
