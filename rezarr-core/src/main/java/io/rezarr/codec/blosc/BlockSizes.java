package io.rezarr.codec.blosc;

/** How c-blosc 1.21 cuts a buffer into blocks and blocks into streams, so that frames are as it would have written them. */
final class BlockSizes {
    /** Smaller buffers are only copied, smaller streams are not split off. */
    static final int MIN_STREAM_BYTES = 128;

    private static final int BASE_BYTES = 32 << 10;
    private static final int MAX_SPLIT_STREAM_BYTES = 256 << 10;
    private static final int MIN_SPLIT_BLOCK_BYTES = 64 << 10;
    /** Unless more are asked for. */
    static final int MAX_AUTOMATIC_BYTES = 1 << 20;

    /** What c-blosc accepts: three buffers of a block, and a length for each byte of an element, in 2 GiB. */
    private static final int MAX_BLOCK_BYTES = (Integer.MAX_VALUE - 4 * BloscConfig.MAX_TYPESIZE) / 3;

    private static final int MAX_SPLITS = 16;

    private BlockSizes() {}

    /** The size of all blocks of a buffer but the last, which may be smaller; at most {@code bytes}, at least 1. */
    static int blockBytes(BloscConfig config, int bytes) {
        int typesize = config.typesize();
        if (bytes < typesize || bytes == 0) {
            return 1;
        }
        int block = bytes;
        if (config.forcedBlockBytes() > 0) {
            block = Math.max(MIN_STREAM_BYTES, Math.min(config.forcedBlockBytes(), MAX_BLOCK_BYTES));
        } else if (bytes >= BASE_BYTES) {
            block = automatic(config);
        }
        if (config.level() > 0 && splitsWhenWritten(config, block)) {
            long split = (long) Math.min(block, MAX_SPLIT_STREAM_BYTES) * typesize;
            block = (int) Math.max(MIN_SPLIT_BLOCK_BYTES, Math.min(split, MAX_AUTOMATIC_BYTES));
        }
        block = Math.min(block, bytes);
        return block > typesize ? block / typesize * typesize : block;
    }

    private static int automatic(BloscConfig config) {
        boolean large = config.compressor().wantsLargeBlocks;
        int block = large ? 2 * BASE_BYTES : BASE_BYTES;
        return switch (config.level()) {
            case 0 -> block / 4;
            case 1 -> block / 2;
            case 2 -> block;
            case 3 -> block * 2;
            case 4, 5 -> block * 4;
            case 9 -> large ? block * 16 : block * 8;
            default -> block * 8;
        };
    }

    /** The most that {@link #blockBytes} gives for any buffer. */
    static int maxBlockBytes(BloscConfig config) {
        return Math.max(blockBytes(config, Integer.MAX_VALUE - Frame.HEADER_BYTES), MIN_SPLIT_BLOCK_BYTES);
    }

    /** Whether a writer gives each byte of the elements a stream of its own, in all blocks but a short last one. */
    static boolean splitsWhenWritten(BloscConfig config, int blockBytes) {
        return config.compressor() != Compressor.ZSTD && canSplit(config.typesize(), blockBytes);
    }

    /** What a reader asks besides the flag: frames older than that flag are split by this rule. */
    static boolean canSplit(int typesize, int blockBytes) {
        return typesize <= MAX_SPLITS && blockBytes / typesize >= MIN_STREAM_BYTES;
    }
}
