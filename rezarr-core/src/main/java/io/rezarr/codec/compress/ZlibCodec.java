package io.rezarr.codec.compress;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.zip.Inflater;

/**
 * zlib: DEFLATE with a checksum.
 *
 * <p>Encoded form: a 2-byte header, one DEFLATE stream, the Adler-32 of the decoded bytes. n bytes become at most n + n / 25 + 64. Id in
 * v2: {@code zlib}, {@code {"id": "zlib", "level": 1}}; name in v3: {@code numcodecs.zlib}, configuration {@code {"level": 1}}. Levels are -1 (zlib's
 * default) and 0 to 9.
 *
 * <p>Known differences: bytes behind the checksum are an error, as in tensorstore; numcodecs ignores them.
 *
 * @param name as the metadata have it
 * @param level of encoding
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1950">RFC 1950</a>
 */
record ZlibCodec(String name, int level) implements BytesToBytesCodec {
    static final String NAME = "zlib";

    /** Header, an empty stream, checksum. */
    private static final int MIN_BYTES = 8;

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return Deflate.maxStreamBytes(decodedBytes);
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        ByteBuffer encoded = workspace.borrowBuffer(Math.toIntExact(maxEncodedBytes(decoded.remaining())));
        Deflate.deflate(Deflate.deflater(workspace, level, false), decoded, encoded);
        return encoded.flip();
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        ByteBuffer decoded = workspace.borrowBuffer(maxDecodedBytes);
        ByteBuffer from = encoded.duplicate();
        Inflater inflater = Deflate.inflater(workspace, false);
        Deflate.inflate(name, inflater, from, decoded);
        if (from.hasRemaining()) {
            throw new MalformedDataException(
                    name,
                    from.position() - (long) encoded.position(),
                    "expected the end, found " + from.remaining() + " more bytes");
        }
        return decoded.flip();
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        if (encoded.remaining() < MIN_BYTES) {
            throw new MalformedDataException(
                    name, 0, "expected at least " + MIN_BYTES + " bytes, found " + encoded.remaining());
        }
        int method = encoded.get(encoded.position()) & 0xFF;
        int header = (method << 8) | (encoded.get(encoded.position() + 1) & 0xFF);
        if ((method & 0x0F) != 8 || method >>> 4 > 7 || header % 31 != 0 || (header & 0x20) != 0) {
            throw new MalformedDataException(name, 0, "expected a zlib header, found %04x".formatted(header));
        }
    }

    @Override
    public long contextBytes(long decodedBytes) {
        return Deflate.CONTEXT_BYTES;
    }
}
