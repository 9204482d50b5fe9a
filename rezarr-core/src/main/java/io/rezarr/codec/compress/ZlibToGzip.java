package io.rezarr.codec.compress;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes a gzip member of a zlib stream: both hold the same DEFLATE stream, so nothing is compressed again. It is inflated once, for the
 * CRC-32 that gzip wants instead of the Adler-32, which also checks it.
 */
public final class ZlibToGzip {
    private static final int ZLIB_HEADER_BYTES = 2;
    private static final int ZLIB_TRAILER_BYTES = 4;

    private ZlibToGzip() {}

    /**
     * Wraps the remaining bytes anew.
     *
     * @param decodedBytes that they must decode to
     * @return in memory of the workspace
     * @throws MalformedDataException if they are no zlib stream of exactly that many bytes
     */
    public static ByteBuffer wrap(ByteBuffer zlib, int decodedBytes, Workspace workspace) {
        int streamBytes = zlib.remaining() - ZLIB_HEADER_BYTES - ZLIB_TRAILER_BYTES;
        int wrappedBytes = Math.max(streamBytes, 0) + GzipCodec.HEADER_BYTES + GzipCodec.TRAILER_BYTES;
        ByteBuffer gzip = workspace.borrowBuffer(wrappedBytes).order(ByteOrder.LITTLE_ENDIAN);
        int mark = workspace.mark();
        ByteBuffer decoded = new ZlibCodec(ZlibCodec.NAME, 1).decode(zlib, decodedBytes, workspace);
        if (decoded.remaining() != decodedBytes) {
            throw new MalformedDataException(
                    ZlibCodec.NAME, 0, "expected " + decodedBytes + " decoded bytes, found " + decoded.remaining());
        }
        GzipCodec.putHeader(gzip, 0);
        gzip.put(gzip.position(), zlib, zlib.position() + ZLIB_HEADER_BYTES, streamBytes);
        gzip.position(gzip.position() + streamBytes);
        GzipCodec.putTrailer(gzip, decoded);
        workspace.releaseTo(mark);
        return gzip.flip();
    }
}
