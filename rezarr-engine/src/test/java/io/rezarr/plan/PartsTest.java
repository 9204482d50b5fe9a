package io.rezarr.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PartsTest {
    @Test
    void aSlabNeedsThePartsThatItLiesIn() {
        // Rows of 10 bytes, parts of 16: row 1 is in the first two parts.
        Parts parts = new Parts(0, 10, 16, 100);

        assertThat(parts.bytes(0, 1)).isEqualTo(16);
        assertThat(parts.bytes(1, 2)).isEqualTo(32);
        assertThat(parts.bytes(9, 10)).isEqualTo(20); // the last part is short
        assertThat(parts.isWhole(0, 9)).isFalse();
        assertThat(parts.isWhole(1, 10)).isTrue();
    }

    @Test
    void whatAllRegionsDecodeIsASlowCount() {
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            long extent = 1L + random.nextInt(60);
            long read = 1L + random.nextInt(20);
            long region = 1L + random.nextInt(30);
            long rowBytes = 1L + random.nextInt(9);
            long partBytes = 1L + random.nextInt(40);
            Parts parts = new Parts(0, rowBytes, partBytes, read * rowBytes);

            assertThat(parts.bytesAlong(extent, read, region))
                    .as("%d %d %d %d %d", extent, read, region, rowBytes, partBytes)
                    .isEqualTo(slowly(parts, extent, read, region));
        }
    }

    private static long slowly(Parts parts, long extent, long read, long region) {
        long bytes = 0;
        for (long begin = 0; begin < extent; begin += region) {
            long end = Math.min(extent, begin + region);
            for (long unit = begin / read; unit <= (end - 1) / read; unit++) {
                TreeSet<Long> needed = new TreeSet<>();
                for (long row = Math.max(begin, unit * read); row < Math.min(end, (unit + 1) * read); row++) {
                    long at = (row - unit * read) * parts.rowBytes();
                    for (long b = at; b < at + parts.rowBytes(); b++) {
                        needed.add(b / parts.partBytes());
                    }
                }
                for (long part : needed) {
                    bytes += Math.min(parts.partBytes(), parts.unitBytes() - part * parts.partBytes());
                }
            }
        }
        return bytes;
    }

    @Test
    void veryManyPiecesAreNotCounted() {
        assertThat(new Parts(0, 4, 8, 16).bytesAlong(1L << 40, 4, 3)).isNegative();
    }
}
