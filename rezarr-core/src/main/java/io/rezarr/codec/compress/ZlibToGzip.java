package io.rezarr.codec.compress;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes a gzip member of a zlib stream: both hold the same DEFLATE stream, so nothing is compressed again.
 * It has to be decoded once, for the CRC-32 that gzip wants instead of the Adler-32, which also checks it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1950">RFC 1950</a> and <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
public final class ZlibToGzip {
    private static final int ZLIB_HEADER_BYTES = 2;
    private static final int ZLIB_TRAILER_BYTES = 4;
    private static final int HAS_DICTIONARY = 0x20;

    private ZlibToGzip() {}

    /**
     * Wraps the remaining bytes anew.
     *
     * @param zlib a stream that was decoded without an error
     * @param decoded what it decodes to
     * @return in memory of the workspace
     * @throws MalformedDataException if the stream needs a preset dictionary, which gzip does not have
     */
    public static ByteBuffer wrap(ByteBuffer zlib, ByteBuffer decoded, Workspace workspace) {
        int streamBytes = zlib.remaining() - ZLIB_HEADER_BYTES - ZLIB_TRAILER_BYTES;
        if (streamBytes < 0 || (zlib.get(zlib.position() + 1) & HAS_DICTIONARY) != 0) {
            throw new MalformedDataException(ZlibCodec.NAME, 0, "expected a stream without a preset dictionary");
        }
        int wrappedBytes = streamBytes + GzipCodec.HEADER_BYTES + GzipCodec.TRAILER_BYTES;
        ByteBuffer gzip = workspace.borrowBuffer(wrappedBytes).order(ByteOrder.LITTLE_ENDIAN);
        GzipCodec.putHeader(gzip, 0);
        gzip.put(gzip.position(), zlib, zlib.position() + ZLIB_HEADER_BYTES, streamBytes);
        gzip.position(gzip.position() + streamBytes);
        GzipCodec.putTrailer(gzip, decoded);
        return gzip.flip();
    }
}
