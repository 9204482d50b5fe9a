package io.rezarr.codec.blosc;

/** How much memory the work with one configuration holds besides input and output. */
final class ContextBytes {
    private static final int KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    /** By level: zstd's own estimate for inputs of any size, rounded up. */
    private static final long[] ZSTD_MIB = {0, 1, 2, 4, 7, 13, 25, 34, 66, 660};

    private ContextBytes() {}

    /** Two buffers of a block and a tile for the shuffle, what a stream may grow by behind the output, and the compressor's own. */
    static long of(BloscConfig config) {
        long block = BlockSizes.maxBlockBytes(config);
        long buffers = 2 * block + Tile.BYTES + block + block / 6 + KIB;
        // The workspace rounds up by at most a quarter.
        return buffers + buffers / 4 + ofCompressor(config, block);
    }

    private static long ofCompressor(BloscConfig config, long block) {
        return switch (config.compressor()) {
            case BLOSCLZ -> 2 * (64 + 16) * KIB;
            case LZ4 -> 16 * KIB;
            case LZ4HC -> 256 * KIB;
            case SNAPPY -> 64 * KIB;
            case ZLIB -> (268 + 44) * KIB;
            case ZSTD -> 128 * KIB + Math.min(ZSTD_MIB[config.level()] * MIB, MIB + 18 * roundedUp(block));
        };
    }

    /** To a power of two: the sizes of zstd's tables. */
    private static long roundedUp(long bytes) {
        return Long.highestOneBit(2 * bytes - 1);
    }
}
