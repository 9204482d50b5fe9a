package io.rezarr.codec.compress;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

/**
 * bzip2.
 *
 * <p>Encoded form: one stream of blocks of {@code level} times 100,000 bytes; decoded are one or more. n bytes become at most n + n / 64 + 2048. Id
 * in v2: {@code bz2}, {@code {"id": "bz2", "level": 1}}; name in v3: {@code numcodecs.bz2}, configuration {@code {"level": 1}}. Levels are 1 to 9.
 *
 * <p>The library allocates what it needs anew for each chunk (up to 14 MB), and slowly: it is a codec to read, not to choose.
 *
 * @param name as the metadata have it
 * @param level of encoding
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/compression/bz2.html">numcodecs, BZ2</a>
 */
record Bz2Codec(String name, int level) implements BytesToBytesCodec {
    static final String NAME = "bz2";

    private static final int BLOCK_BYTES = 100_000;
    private static final int MAX_LEVEL = 9;
    private static final int HEADER_BYTES = 4;

    /** For tables and buffers besides those that are as long as a block. */
    private static final long STREAM_BYTES = 1 << 20;

    private static final long DECODER_BYTES = 5L * MAX_LEVEL * BLOCK_BYTES + STREAM_BYTES;

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return Math.addExact(decodedBytes, decodedBytes / 64 + 2048);
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        workspace.context(Reserved.class, NAME, contextBytes(decoded.remaining()), Reserved::new);
        return StreamCoding.encode(
                decoded,
                maxEncodedBytes(decoded.remaining()),
                workspace,
                stream -> new BZip2CompressorOutputStream(stream, level));
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        check(encoded, -1, workspace);
        workspace.context(Reserved.class, NAME, DECODER_BYTES, Reserved::new);
        return StreamCoding.decode(
                name, encoded, maxDecodedBytes, workspace, stream -> new BZip2CompressorInputStream(stream, true));
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        boolean isStream = encoded.remaining() > HEADER_BYTES;
        if (isStream) {
            int at = encoded.position();
            int digit = encoded.get(at + 3);
            isStream = encoded.get(at) == 'B'
                    && encoded.get(at + 1) == 'Z'
                    && encoded.get(at + 2) == 'h'
                    && digit >= '1'
                    && digit <= '9';
        }
        if (!isStream) {
            throw new MalformedDataException(
                    name, 0, "expected a bzip2 stream, which begins with BZh and a digit, found none");
        }
    }

    /** Either of them at a time. */
    @Override
    public long contextBytes(long decodedBytes) {
        return Math.max(DECODER_BYTES, 10L * level * BLOCK_BYTES + STREAM_BYTES);
    }

    /** Stands for the memory of the library, which cannot be kept. */
    private record Reserved() implements AutoCloseable {
        @Override
        public void close() {}
    }
}
