package io.rezarr.codec.compress;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Inflater;

/**
 * gzip: DEFLATE with a checksum and the size.
 *
 * <p>Encoded form: one member: a 10-byte header (no name, modification time 0, operating system 255: the same input gives the same bytes), one
 * DEFLATE stream, CRC-32 and size (modulo 2^32) of the decoded bytes. n bytes become at most n + n / 25 + 82. Decoded are, as by Python's
 * {@code gzip}, one or more members with any header, and zero bytes behind the last; other bytes there are an error. Id in v2:
 * {@code gzip}, {@code {"id": "gzip", "level": 1}}; names in v3: {@code gzip} and {@code numcodecs.gzip}, configuration {@code {"level": 5}}. Levels are 0 to 9; v2
 * also has -1 (zlib's default).
 *
 * <p>Known differences: tensorstore refuses several members and zero bytes behind them.
 *
 * @param name as the metadata have it
 * @param level of encoding
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/codecs/gzip/index.html">Zarr v3, gzip codec</a>
 */
record GzipCodec(String name, int level) implements BytesToBytesCodec {
    static final String NAME = "gzip";

    static final int HEADER_BYTES = 10;
    static final int TRAILER_BYTES = 8;

    private static final int SLOWEST = 2;
    private static final int FASTEST = 4;
    private static final int UNKNOWN_SYSTEM = 255;

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return Math.addExact(Deflate.maxStreamBytes(decodedBytes), HEADER_BYTES + TRAILER_BYTES);
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        ByteBuffer encoded = workspace
                .borrowBuffer(Math.toIntExact(maxEncodedBytes(decoded.remaining())))
                .order(ByteOrder.LITTLE_ENDIAN);
        putHeader(encoded, level == 9 ? SLOWEST : level == 1 ? FASTEST : 0);
        Deflate.deflate(Deflate.deflater(workspace, level, true), decoded, encoded);
        putTrailer(encoded, decoded);
        return encoded.flip();
    }

    /** @param to little-endian */
    static void putHeader(ByteBuffer to, int speed) {
        to.putShort(GzipHeader.MAGIC).put(GzipHeader.DEFLATED).put((byte) 0).putInt(0);
        to.put((byte) speed).put((byte) UNKNOWN_SYSTEM);
    }

    /** @param to little-endian */
    static void putTrailer(ByteBuffer to, ByteBuffer decoded) {
        to.putInt(crcOf(decoded, decoded.position(), decoded.limit())).putInt(decoded.remaining());
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        ByteBuffer from = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer decoded = workspace.borrowBuffer(maxDecodedBytes);
        do {
            decodeMember(from, decoded, workspace);
            skipZeros(from);
        } while (from.hasRemaining());
        return decoded.flip();
    }

    private void decodeMember(ByteBuffer from, ByteBuffer to, Workspace workspace) {
        GzipHeader.skip(name, from);
        Inflater inflater = Deflate.inflater(workspace, true);
        int start = to.position();
        Deflate.inflate(name, inflater, from, to);
        int trailer = from.position();
        if (from.remaining() < TRAILER_BYTES) {
            throw new MalformedDataException(
                    name, trailer, "trailer needs " + TRAILER_BYTES + " bytes, " + from.remaining() + " are left");
        }
        int storedCrc = from.getInt();
        int computedCrc = crcOf(to, start, to.position());
        if (storedCrc != computedCrc) {
            throw new MalformedDataException(
                    name, trailer, "CRC-32 stored is %08x, computed is %08x".formatted(storedCrc, computedCrc));
        }
        int storedSize = from.getInt();
        if (storedSize != to.position() - start) {
            throw new MalformedDataException(
                    name,
                    trailer + (long) Integer.BYTES,
                    "size stored is " + Integer.toUnsignedLong(storedSize) + ", decoded are " + (to.position() - start)
                            + " bytes");
        }
    }

    private static void skipZeros(ByteBuffer from) {
        while (from.hasRemaining() && from.get(from.position()) == 0) {
            from.position(from.position() + 1);
        }
    }

    /**
     * Checks the header, and the size that the trailer has. Where that is another size, the bytes may be several members, or have zeros
     * behind them, which only decoding tells.
     */
    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        ByteBuffer from = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        GzipHeader.skip(name, from);
        if (from.remaining() < TRAILER_BYTES) {
            throw new MalformedDataException(
                    name,
                    from.position(),
                    "stream and trailer need at least " + TRAILER_BYTES + " bytes, " + from.remaining() + " are left");
        }
        int storedSize = from.getInt(from.limit() - Integer.BYTES);
        if (decodedBytes >= 0 && storedSize != (int) decodedBytes) {
            decodeToCheck(encoded, decodedBytes, storedSize, workspace);
        }
    }

    private void decodeToCheck(ByteBuffer encoded, long decodedBytes, int storedSize, Workspace workspace) {
        long found = Integer.toUnsignedLong(storedSize);
        if (found < decodedBytes && decodedBytes <= Workspace.MAX_ARRAY_BYTES) {
            int mark = workspace.mark();
            found = decode(encoded, (int) decodedBytes, workspace).remaining();
            workspace.releaseTo(mark);
        }
        if (found != decodedBytes) {
            throw new MalformedDataException(
                    name,
                    encoded.remaining() - (long) Integer.BYTES,
                    "expected " + decodedBytes + " decoded bytes, found " + found);
        }
    }

    @Override
    public long contextBytes(long decodedBytes) {
        return Deflate.CONTEXT_BYTES;
    }

    private static int crcOf(ByteBuffer bytes, int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), bytes.arrayOffset() + from, to - from);
        return (int) crc.getValue();
    }
}
