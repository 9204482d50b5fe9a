package io.rezarr.codec.compress;

/**
 * The native memory that contexts of libzstd 1.5.7 take, as upper bounds. A compressor's are tables whose sizes follow from the level, and are
 * smaller for inputs that are smaller than the level's window; and work space that depends on the size of a block.
 */
public final class ZstdContexts {
    /** A context that decodes whole frames: no window, since that is the output. */
    public static final long DECOMPRESSOR_BYTES = 112 << 10;

    private static final int MAX_LEVEL = 22;
    private static final int DEFAULT_LEVEL = 3;

    // ZSTD_defaultCParameters by level, the first for all negative ones: logarithms of the window and of the number of
    // entries of the chain
    // and hash tables, 4 bytes each. The parameters that libzstd takes for smaller inputs need no more than these do,
    // cut to the input.
    private static final int[] WINDOW_LOG = {
        19, 19, 20, 21, 21, 21, 21, 21, 21, 21, 22, 22, 22, 22, 22, 22, 22, 23, 23, 23, 25, 26, 27
    };
    private static final int[] CHAIN_LOG = {
        12, 13, 15, 16, 18, 18, 19, 19, 19, 20, 21, 21, 22, 22, 22, 23, 22, 23, 23, 24, 25, 26, 27
    };
    private static final int[] HASH_LOG = {
        13, 14, 16, 17, 18, 19, 20, 20, 20, 21, 22, 22, 23, 22, 23, 23, 22, 22, 22, 22, 23, 24, 25
    };
    private static final int MIN_WINDOW_LOG = 10;

    /** The block and its sequences, entropy tables, the optimal parser's prices, the table of 3-byte matches: as measured, rounded up. */
    private static final long MAX_WORK_BYTES = 1320 << 10;

    private static final long MIN_WORK_BYTES = 256 << 10;
    private static final long WORK_BYTES_PER_BYTE = 8;

    private ZstdContexts() {}

    /**
     * A context that compresses inputs of at most that many bytes, whose sizes it is told.
     *
     * @param level 0 is the default; higher than the highest, or negative ones, as libzstd takes them
     */
    public static long compressorBytes(int level, long decodedBytes) {
        int row = level == 0 ? DEFAULT_LEVEL : Math.max(0, Math.min(level, MAX_LEVEL));
        int inputLog = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, decodedBytes) - 1);
        int windowLog = Math.min(WINDOW_LOG[row], Math.max(MIN_WINDOW_LOG, inputLog));
        long chainEntries = 1L << Math.min(CHAIN_LOG[row], windowLog + 1);
        long hashEntries = 1L << Math.min(HASH_LOG[row], windowLog + 1);
        long blockBytes = Math.min(decodedBytes, MAX_WORK_BYTES);
        long workBytes = Math.min(MAX_WORK_BYTES, MIN_WORK_BYTES + WORK_BYTES_PER_BYTE * blockBytes);
        return Integer.BYTES * (chainEntries + hashEntries) + workBytes;
    }
}
