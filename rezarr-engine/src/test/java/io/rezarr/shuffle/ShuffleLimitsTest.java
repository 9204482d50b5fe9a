package io.rezarr.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InfeasiblePlanException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShuffleLimitsTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    @Test
    void partitionsAreAsFewAsHoldWhatAReaderTakes() {
        ShuffleLimits limits = ShuffleLimits.of(GIB, GIB, 2);
        assertThat(limits.partitions(1024 * 10, 10 * GIB)).isEqualTo(10);
        assertThat(limits.partitions(1000, 10)).isEqualTo(1);
        assertThat(limits.partitions(3, 100 * GIB)).isEqualTo(3);
    }

    @Test
    void partitionsAreNoMoreThanAQuarterOfTheMemoryHoldsFrames() {
        assertThat(ShuffleLimits.of(128 * MIB, MIB, 2).partitions(100_000, GIB)).isEqualTo(32);
        assertThat(ShuffleLimits.of(4 * GIB, MIB, 2).partitions(1 << 20, 1L << 50))
                .isEqualTo(256);
    }

    @Test
    void littleMemoryHasSmallFrames() {
        assertThat(ShuffleLimits.of(GIB, GIB, 2).frameBytes()).isEqualTo(1 << 20);
        assertThat(ShuffleLimits.of(64 * MIB, GIB, 2).frameBytes()).isEqualTo(1 << 20);
        assertThat(ShuffleLimits.of(32 * MIB, GIB, 2).frameBytes()).isEqualTo(512 << 10);
        assertThat(ShuffleLimits.of(1, GIB, 2).frameBytes()).isEqualTo(64 << 10);
    }

    @Test
    void levelsAreWhatItTakesToReachPartitionsThatAReaderTakes() {
        ShuffleLimits limits = ShuffleLimits.of(4 * GIB, GIB, 2);
        assertThat(limits.levels(1 << 20, 256 * GIB)).isEqualTo(1);
        assertThat(limits.levels(1 << 20, 257 * GIB)).isEqualTo(2);
        assertThat(limits.levels(1 << 20, 256L * 256 * GIB)).isEqualTo(2);
        assertThat(limits.levels(256, 1024 * GIB))
                .describedAs("single buckets are not split")
                .isEqualTo(1);
        assertThat(limits.levels(1, Long.MAX_VALUE)).isEqualTo(1);
    }

    @Test
    void framesAreMadeSmallerWhereThatSavesALevel() {
        ShuffleLimits limits = ShuffleLimits.of(256 * MIB, 128 * MIB, 2);
        assertThat(limits.levels(1 << 20, 16 * GIB)).isEqualTo(2);
        ShuffleLimits smaller = limits.withFewestLevels(1 << 20, 16 * GIB);
        assertThat(smaller.frameBytes()).isEqualTo(512 << 10);
        assertThat(smaller.levels(1 << 20, 16 * GIB)).isEqualTo(1);
        assertThat(limits.withFewestLevels(1 << 20, 8 * GIB)).isEqualTo(limits);
    }

    @Test
    void longPiecesTakeMemoryForEachThread() {
        ShuffleLimits limits = ShuffleLimits.of(GIB, GIB, 2);
        long before = limits.memoryNeeded(8, GIB);
        assertThat(before).isEqualTo(3 * MIB);
        ShuffleLimits longer = limits.withMaxPieceBytes((int) (10 * MIB));
        assertThat(longer.memoryNeeded(8, GIB)).isEqualTo(before + 2 * (10 * MIB + 56));
        assertThat(longer.readBytesPerThread()).isBetween(10 * MIB, 13 * MIB);
        assertThat(limits.withCompression(Compression.LZ4).memoryNeeded(8, GIB))
                .isEqualTo(before + 2 * (MIB + MIB / 255 + 16));
    }

    @Test
    void headersAndIndexesAreCounted() {
        ShuffleLimits limits = new ShuffleLimits(1 << 20, 1 << 20, 1, 256, 100, Compression.NONE);
        long once = limits.scratchBytes(1 << 20, 100_000, 1000);
        assertThat(once).isBetween(100_000L + 1000 * 20, 200_000L);
        assertThat(limits.writtenBytes(1 << 20, 100_000, 1000)).isEqualTo(once);
    }

    @Test
    void hugeFiguresAreNotExceeded() {
        ShuffleLimits limits = ShuffleLimits.of(GIB, 1, 2);
        assertThat(limits.levels(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(8);
        assertThat(limits.scratchBytes(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(limits.writtenBytes(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void refusalNamesTheLeastMemory() {
        ShuffleLimits limits = ShuffleLimits.of(100, MIB, 8);
        assertThatThrownBy(() -> limits.partitions(10, 10))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessage(
                        "100 bytes of memory do not suffice for a shuffle: frames of 65536 bytes, pieces of up to 65480 bytes"
                                + " and 8 threads take at least 655360 bytes. Give at least that much, or fewer threads.");
        assertThat(limits.leastMemoryBytes()).isEqualTo(655_360);
        assertThat(ShuffleLimits.of(655_360, MIB, 8).partitions(10, 10 * MIB)).isEqualTo(2);
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> ShuffleLimits.of(0, 1, 1)).hasMessageContaining("memoryBytes is 0, must be from 1");
        assertThatThrownBy(() -> ShuffleLimits.of(1, 0, 1)).hasMessageContaining("partitionBytes is 0, must be from 1");
        assertThatThrownBy(() -> ShuffleLimits.of(1, 1, 0)).hasMessageContaining("threads is 0, must be from 1");
        assertThatThrownBy(() -> ShuffleLimits.of(1, 1, 1).withFrameBytes(127))
                .hasMessage("frameBytes is 127, must be from 128 to 67108864");
        assertThatThrownBy(() -> ShuffleLimits.of(1, 1, 1).withMaxPieceBytes(-1))
                .hasMessage("maxPieceBytes is -1, must be from 0 to 1073741824");
        assertThatThrownBy(() -> ShuffleLimits.of(GIB, 1, 1).partitions(0, 1))
                .hasMessageContaining("buckets is 0, must be from 1");
    }

    @Test
    void whatIsSaidHoldsForRandomLimits() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            ShuffleLimits limits = new ShuffleLimits(
                    1 + random.nextLong(1L << 34),
                    1 + random.nextLong(1L << 34),
                    1 + random.nextInt(64),
                    128 + random.nextInt(2 << 20),
                    random.nextInt(4 << 20),
                    random.nextBoolean() ? Compression.NONE : Compression.LZ4);
            if (limits.memoryBytes() >= limits.leastMemoryBytes()) {
                requireConsistent(limits, 1 + random.nextLong(1L << random.nextInt(1, 62)), random.nextLong(1L << 50));
            }
        }
    }

    private static void requireConsistent(ShuffleLimits limits, long buckets, long bytes) {
        int partitions = limits.partitions(buckets, bytes);
        assertThat((long) partitions).isBetween(1L, Math.min(256, buckets));
        assertThat(limits.memoryNeeded(buckets, bytes)).isLessThanOrEqualTo(limits.memoryBytes());
        assertThat(limits.levels(buckets, bytes)).isEqualTo(levels(limits, buckets, bytes));
        assertThat(limits.withFewestLevels(buckets, bytes).levels(buckets, bytes))
                .isLessThanOrEqualTo(limits.levels(buckets, bytes));
        assertThat(limits.scratchBytes(buckets, bytes, 1000)).isGreaterThanOrEqualTo(bytes);
    }

    /** The slow twin: splits the largest partition again and again. */
    private static int levels(ShuffleLimits limits, long buckets, long bytes) {
        long perBucket = -Math.floorDiv(-bytes, buckets);
        long width = -Math.floorDiv(-buckets, limits.partitions(buckets, bytes));
        int levels = 1;
        while (width > 1 && width > limits.partitionBytes() / Math.max(1, perBucket)) {
            width = -Math.floorDiv(-width, limits.partitions(width, Long.MAX_VALUE));
            levels++;
        }
        return levels;
    }
}
