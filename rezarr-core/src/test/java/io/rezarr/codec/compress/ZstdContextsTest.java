package io.rezarr.codec.compress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ZstdContextsTest {
    private static final int[] INPUT_KIB = {1, 16, 64, 128, 256, 512, 1024, 2048, 4096, 16 << 10, 64 << 10};

    /**
     * What a context of zstd-jni 1.5.7-28 asked malloc for, in KiB, when it compressed one input of {@link #INPUT_KIB}: level, then one
     * figure for each. Measured with a library that is preloaded and notes each call, on x86-64 Linux.
     */
    private static final int[][] MEASURED_KIB = {
        {-5, 37, 118, 282, 522, 538, 538, 538, 538, 538, 538, 538},
        {1, 37, 214, 298, 538, 570, 570, 570, 570, 570, 570, 570},
        {2, 37, 214, 394, 634, 634, 762, 762, 762, 762, 762, 762},
        {3, 41, 278, 650, 890, 1018, 1274, 1274, 1274, 1274, 1274, 1274},
        {4, 41, 214, 1034, 1530, 1146, 2554, 2554, 2554, 2554, 2554, 2554},
        {5, 41, 214, 906, 1146, 1786, 3066, 3066, 3066, 3066, 3066, 3066},
        {6, 41, 214, 906, 1146, 3066, 3066, 3066, 3066, 3066, 3066, 3066},
        {7, 41, 214, 906, 1146, 3066, 5626, 5626, 5626, 5626, 5626, 5626},
        {8, 41, 214, 906, 1146, 3066, 5626, 5626, 5626, 5626, 5626, 5626},
        {9, 45, 278, 906, 1146, 3066, 5626, 10746, 10746, 10746, 10746, 10746},
        {10, 45, 278, 906, 1146, 3066, 5626, 10746, 20986, 20986, 20986, 20986},
        {11, 191, 423, 1290, 1530, 3578, 5626, 10746, 20986, 20986, 20986, 20986},
        {12, 196, 502, 1290, 2042, 4602, 5626, 10746, 20986, 41466, 41466, 41466},
        {13, 196, 502, 1435, 2187, 3723, 8698, 16890, 33274, 33274, 33274, 33274},
        {14, 196, 566, 1750, 2817, 4353, 8698, 16890, 33274, 49658, 49658, 49658},
        {15, 196, 566, 1750, 2817, 4353, 8698, 16890, 33274, 66042, 66042, 66042},
        {16, 196, 566, 1750, 2817, 5377, 8843, 17035, 33419, 33419, 33419, 33419},
        {17, 196, 566, 1750, 2817, 5377, 8843, 17035, 33419, 49803, 49803, 49803},
        {18, 196, 566, 1750, 2817, 5377, 9473, 17665, 34049, 50433, 50433, 50433},
        {19, 196, 566, 1750, 2817, 5377, 9473, 17665, 34049, 50433, 83201, 83201},
        {20, 196, 566, 1750, 2817, 5377, 9473, 17665, 34049, 66817, 165121, 165121},
        {21, 196, 566, 1750, 2817, 5377, 9473, 17665, 34049, 66817, 197889, 328961},
        {22, 196, 566, 1750, 2817, 5377, 9473, 17665, 34049, 66817, 263425, 656641}
    };

    @Test
    void boundsHoldAndAreNotFarOff() {
        for (int[] row : MEASURED_KIB) {
            for (int i = 0; i < INPUT_KIB.length; i++) {
                long boundKib = ZstdContexts.compressorBytes(row[0], INPUT_KIB[i] * 1024L) >> 10;
                assertThat(boundKib)
                        .as("level %d, %d KiB", row[0], INPUT_KIB[i])
                        .isBetween((long) row[i + 1], 1400 + 2L * row[i + 1]);
            }
        }
    }

    @Test
    void largerInputsAndHigherLevelsNeedNoLess() {
        for (int level = -1; level <= 22; level++) {
            long before = 0;
            for (long bytes = 1; bytes < 1L << 40; bytes *= 2) {
                long needed = ZstdContexts.compressorBytes(level, bytes);
                assertThat(needed).isGreaterThanOrEqualTo(before);
                before = needed;
            }
        }
        assertThat(ZstdContexts.compressorBytes(0, 1 << 20)).isEqualTo(ZstdContexts.compressorBytes(3, 1 << 20));
        assertThat(ZstdContexts.compressorBytes(100, 1 << 20)).isEqualTo(ZstdContexts.compressorBytes(22, 1 << 20));
        assertThat(ZstdContexts.compressorBytes(-100, 1 << 20)).isEqualTo(ZstdContexts.compressorBytes(-1, 1 << 20));
    }
}
