package io.rezarr.codec.compress;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** What gzip and zlib have in common: a DEFLATE stream through the JDK, its contexts kept in the workspace. */
final class Deflate {
    // zlib: 40 KiB and 268 KiB; other builds of it somewhat more.
    private static final long INFLATER_BYTES = 128 << 10;
    private static final long DEFLATER_BYTES = 640 << 10;

    /** Of an inflater and a deflater. */
    static final long CONTEXT_BYTES = INFLATER_BYTES + DEFLATER_BYTES;

    /** A native call holds its arrays, and with them the garbage collector, so it should not last long. */
    private static final int MAX_CALL_BYTES = 256 << 10;

    private Deflate() {}

    /** The most bytes of a stream, whatever the level (zlib's deflateBound for all settings), with zlib's header and trailer. */
    static long maxStreamBytes(long decodedBytes) {
        return Math.addExact(decodedBytes, (decodedBytes >>> 5) + (decodedBytes >>> 7) + (decodedBytes >>> 11) + 64);
    }

    /** An inflater at its start. */
    static Inflater inflater(Workspace workspace, boolean nowrap) {
        Inflater inflater = workspace
                .context(InflaterContext.class, nowrap, INFLATER_BYTES, () -> new InflaterContext(new Inflater(nowrap)))
                .inflater();
        inflater.reset();
        return inflater;
    }

    /** A deflater at its start. */
    static Deflater deflater(Workspace workspace, int level, boolean nowrap) {
        Deflater deflater = workspace
                .context(
                        DeflaterContext.class,
                        nowrap ? level : ~level,
                        DEFLATER_BYTES,
                        () -> new DeflaterContext(new Deflater(level, nowrap)))
                .deflater();
        deflater.reset();
        return deflater;
    }

    /**
     * Inflates one stream from the position of a buffer to that of another, and moves both behind it.
     *
     * @throws MalformedDataException if it is none, is cut, or has more bytes than remain in {@code to}
     */
    static void inflate(String codec, Inflater inflater, ByteBuffer from, ByteBuffer to) {
        inflater.setInput(from.array(), from.arrayOffset() + from.position(), from.remaining());
        int start = from.position();
        byte[] beyond = new byte[1];
        while (!inflater.finished()) {
            int room = Math.min(to.remaining(), MAX_CALL_BYTES);
            int inflated = room > 0
                    ? inflateSome(codec, inflater, to.array(), to.arrayOffset() + to.position(), room)
                    : inflateSome(codec, inflater, beyond, 0, 1);
            if (inflated > to.remaining()) {
                throw new MalformedDataException(
                        codec,
                        inflater.getBytesRead(),
                        "decodes to more than the " + to.position() + " bytes that are expected");
            }
            if (inflated == 0 && !inflater.finished()) {
                throw new MalformedDataException(
                        codec,
                        inflater.getBytesRead(),
                        inflater.needsDictionary()
                                ? "needs a preset dictionary"
                                : "stream is cut after " + from.remaining() + " bytes, which decode to "
                                        + to.position());
            }
            to.position(to.position() + inflated);
        }
        from.position(start + Math.toIntExact(inflater.getBytesRead()));
    }

    private static int inflateSome(String codec, Inflater inflater, byte[] to, int offset, int length) {
        try {
            return inflater.inflate(to, offset, length);
        } catch (DataFormatException e) {
            throw new MalformedDataException(
                    codec, inflater.getBytesRead(), "not a DEFLATE stream: " + e.getMessage(), e);
        }
    }

    /** Deflates all that remains, and moves {@code to} behind it; its room must be {@link #maxStreamBytes}. */
    static void deflate(Deflater deflater, ByteBuffer from, ByteBuffer to) {
        deflater.setInput(from.array(), from.arrayOffset() + from.position(), from.remaining());
        deflater.finish();
        while (!deflater.finished()) {
            int room = Math.min(to.remaining(), MAX_CALL_BYTES);
            int deflated = deflater.deflate(to.array(), to.arrayOffset() + to.position(), room);
            if (deflated == 0 && !deflater.finished()) {
                throw new IllegalStateException(
                        from.remaining() + " bytes deflate to more than the bound of " + to.limit());
            }
            to.position(to.position() + deflated);
        }
    }

    private record InflaterContext(Inflater inflater) implements AutoCloseable {
        @Override
        public void close() {
            inflater.end();
        }
    }

    private record DeflaterContext(Deflater deflater) implements AutoCloseable {
        @Override
        public void close() {
            deflater.end();
        }
    }
}
