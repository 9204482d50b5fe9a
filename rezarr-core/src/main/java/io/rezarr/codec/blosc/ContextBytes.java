package io.rezarr.codec.blosc;

import io.rezarr.codec.compress.ZstdContexts;
import io.rezarr.memory.Workspace;

/** How much memory the work with one configuration takes besides input and output. */
final class ContextBytes {
    private static final int KIB = 1 << 10;

    /** Of an inflater; zlib has 40 KiB, other builds of it somewhat more. */
    static final long INFLATER = 128 * KIB;

    /** Of a decoder of any format: frames say themselves which they have. */
    private static final long DECODERS = ZstdContexts.DECOMPRESSOR_BYTES + INFLATER;

    private ContextBytes() {}

    /** Contexts for encoding and decoding chunks of at most that many bytes, and a tile for the shuffle. */
    static long of(BloscConfig config, long decodedBytes) {
        return ofEncoder(config, blockBytes(config, decodedBytes)) + DECODERS + Tile.BYTES;
    }

    /** The largest block that is written of that many bytes. */
    static long blockBytes(BloscConfig config, long decodedBytes) {
        return Math.min(BlockSizes.maxBlockBytes(config), decodedBytes);
    }

    /** The context that {@link StreamEncoder#of} makes, or what an encoder takes for each call. */
    static long ofEncoder(BloscConfig config, long blockBytes) {
        return switch (config.compressor()) {
            case BLOSCLZ -> (64 + 16) * KIB;
            case LZ4 -> 16 * KIB;
            case LZ4HC -> 320 * KIB;
            case SNAPPY -> 256 * KIB;
            case ZLIB -> 640 * KIB;
            case ZSTD -> ZstdContexts.compressorBytes(ZstdStreams.zstdLevel(config.level()), blockBytes);
        };
    }

    /** What is borrowed to encode: the frame, with what a stream may grow by behind it, and two buffers of a block for the shuffle. */
    static long borrowedToEncode(BloscConfig config, long decodedBytes) {
        if (decodedBytes > FrameWriter.MAX_DECODED_BYTES) {
            return Long.MAX_VALUE;
        }
        long block = blockBytes(config, decodedBytes);
        long frame = decodedBytes + FrameWriter.MAX_OVERHEAD + block + block / 6 + KIB;
        return Workspace.sizeFor(frame) + 2 * Workspace.sizeFor(block);
    }

    /** What is borrowed to decode, where blocks are no larger than c-blosc makes them: the chunk, and two buffers of a block for the shuffle. */
    static long borrowedToDecode(BloscConfig config, long decodedBytes) {
        if (decodedBytes > FrameWriter.MAX_DECODED_BYTES) {
            return Long.MAX_VALUE;
        }
        long block = Math.min(Math.max(BlockSizes.maxBlockBytes(config), BlockSizes.MAX_AUTOMATIC_BYTES), decodedBytes);
        return Workspace.sizeFor(decodedBytes) + 2 * Workspace.sizeFor(block);
    }
}
