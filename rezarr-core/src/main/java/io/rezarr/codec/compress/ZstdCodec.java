package io.rezarr.codec.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;

/**
 * Zstandard.
 *
 * <p>Encoded form: one frame that states its content size, with a checksum if the configuration says so. Decoded are, as by libzstd, one or more
 * frames, with content size or without, skippable frames between them; other bytes behind them are an error. n bytes become at most
 * n + n / 256 + 64. Id in v2: {@code zstd}, {@code {"id": "zstd", "level": 3, "checksum": false}}; names in v3: {@code zstd} and {@code numcodecs.zstd},
 * configuration {@code {"level": 3, "checksum": false}}. Level 0 is libzstd's default, 3.
 *
 * <p>A frame is decoded in one call into memory of the expected size, so that a window size in its header takes no memory. Known
 * differences: tensorstore refuses several or skippable frames, numcodecs refuses frames without content.
 *
 * @param name as the metadata have it
 * @param level from {@value #MIN_LEVEL} to {@value #MAX_LEVEL}
 * @param checksum whether encoded frames have one
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8878">RFC 8878</a>
 */
record ZstdCodec(String name, int level, boolean checksum) implements BytesToBytesCodec {
    static final String NAME = "zstd";
    static final int MIN_LEVEL = -(1 << 17);
    static final int MAX_LEVEL = 22;

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return Math.addExact(decodedBytes, (decodedBytes >>> 8) + 64);
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        long maxBytes = maxEncodedBytes(decoded.remaining());
        if (maxBytes > Workspace.MAX_ARRAY_BYTES) {
            throw new UnsupportedFeatureException(name + " encodes at most 2 GiB less 9 MiB at once, found "
                    + decoded.remaining() + " bytes. Choose smaller chunks, or shards.");
        }
        long contextBytes = ZstdContexts.compressorBytes(level, decoded.remaining());
        ZstdCompressCtx context = workspace.context(ZstdCompressCtx.class, this, contextBytes, this::compressor);
        ByteBuffer encoded = workspace.borrowBuffer((int) maxBytes);
        int encodedBytes = context.compressByteArray(
                encoded.array(),
                encoded.arrayOffset() + encoded.position(),
                encoded.remaining(),
                decoded.array(),
                decoded.arrayOffset() + decoded.position(),
                decoded.remaining());
        return encoded.limit(encoded.position() + encodedBytes);
    }

    private ZstdCompressCtx compressor() {
        return new ZstdCompressCtx().setLevel(level).setChecksum(checksum);
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        ZstdFrames frames = ZstdFrames.of(name, encoded);
        if (frames.leastBytes() > maxDecodedBytes) {
            throw new MalformedDataException(
                    name, 0, "frames state " + frames.leastBytes() + " bytes, expected at most " + maxDecodedBytes);
        }
        int capacity = (int) Math.min(maxDecodedBytes, frames.mostBytes());
        ByteBuffer decoded = workspace.borrowBuffer(capacity);
        int decodedBytes = decompress(encoded, decoded, workspace);
        return decoded.limit(decoded.position() + decodedBytes);
    }

    private int decompress(ByteBuffer encoded, ByteBuffer decoded, Workspace workspace) {
        try {
            return workspace
                    .context(ZstdDecompressCtx.class, NAME, ZstdContexts.DECOMPRESSOR_BYTES, ZstdDecompressCtx::new)
                    .decompressByteArray(
                            decoded.array(),
                            decoded.arrayOffset() + decoded.position(),
                            decoded.remaining(),
                            encoded.array(),
                            encoded.arrayOffset() + encoded.position(),
                            encoded.remaining());
        } catch (ZstdException e) {
            String problem = e.getErrorCode() == Zstd.errDstSizeTooSmall()
                    ? "decodes to more than the " + decoded.remaining() + " bytes that are expected"
                    : encoded.remaining() + " bytes do not decode: " + e.getMessage();
            throw new MalformedDataException(name, 0, problem, e);
        }
    }

    /** Walks over the frames and their blocks: lengths must fit, and so must the content sizes if they are stated. */
    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        ZstdFrames frames = ZstdFrames.of(name, encoded);
        if (decodedBytes >= 0 && (decodedBytes < frames.leastBytes() || decodedBytes > frames.mostBytes())) {
            throw new MalformedDataException(
                    name,
                    0,
                    "frames have " + frames.leastBytes()
                            + (frames.leastBytes() == frames.mostBytes() ? "" : " to " + frames.mostBytes())
                            + " bytes, expected " + decodedBytes);
        }
    }

    @Override
    public long contextBytes(long decodedBytes) {
        return ZstdContexts.compressorBytes(level, decodedBytes) + ZstdContexts.DECOMPRESSOR_BYTES;
    }
}
