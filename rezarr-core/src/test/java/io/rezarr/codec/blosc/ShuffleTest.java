package io.rezarr.codec.blosc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The kernels against slow twins, for all sizes around their steps. */
class ShuffleTest {
    private static final int[] TYPESIZES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 24, 31, 255};
    private static final int[] ELEMENTS = {
        0, 1, 7, 8, 9, 15, 16, 24, 63, 64, 65, 72, 128, 200, 1000, 1024, 1032, 2100, 8192, 8264, 17000
    };
    private static final int PAD = 5;

    private final Tile tile = new Tile();

    @Test
    void byteShuffleIsItsSlowTwin() {
        forAllSizes((typesize, bytes, plain) -> {
            byte[] expected = plain.clone();
            int elements = bytes / typesize;
            for (int e = 0; e < elements; e++) {
                for (int c = 0; c < typesize; c++) {
                    expected[PAD + c * elements + e] = plain[PAD + e * typesize + c];
                }
            }
            byte[] shuffled = plain.clone();
            Shuffle.shuffle(typesize, plain, PAD, bytes, shuffled, PAD, tile);
            assertThat(shuffled).describedAs(typesize + " x " + bytes).isEqualTo(expected);
            byte[] back = plain.clone();
            Arrays.fill(back, PAD, PAD + bytes, (byte) 0);
            Shuffle.unshuffle(typesize, shuffled, PAD, bytes, back, PAD, tile);
            assertThat(back).describedAs(typesize + " x " + bytes).isEqualTo(plain);
        });
    }

    @Test
    void bitShuffleIsItsSlowTwin() {
        forAllSizes((typesize, bytes, plain) -> {
            byte[] expected = slowBitShuffle(typesize, bytes, plain);
            byte[] shuffled = plain.clone();
            byte[] planes = new byte[bytes];
            BitShuffle.shuffle(typesize, plain, PAD, bytes, shuffled, PAD, planes, tile);
            assertThat(shuffled).describedAs(typesize + " x " + bytes).isEqualTo(expected);
            byte[] back = plain.clone();
            Arrays.fill(back, PAD, PAD + bytes, (byte) 0);
            BitShuffle.unshuffle(typesize, shuffled, PAD, bytes, back, PAD, planes, tile);
            assertThat(back).describedAs(typesize + " x " + bytes).isEqualTo(plain);
        });
    }

    private static byte[] slowBitShuffle(int typesize, int bytes, byte[] plain) {
        int elements = bytes / typesize;
        if (elements % 8 != 0) {
            return plain;
        }
        byte[] expected = plain.clone();
        Arrays.fill(expected, PAD, PAD + elements * typesize, (byte) 0);
        for (int e = 0; e < elements; e++) {
            for (int bit = 0; bit < 8 * typesize; bit++) {
                int value = plain[PAD + e * typesize + bit / 8] >>> (bit % 8) & 1;
                expected[PAD + bit * (elements / 8) + e / 8] |= (byte) (value << (e % 8));
            }
        }
        return expected;
    }

    private interface Check {
        void on(int typesize, int bytes, byte[] padded);
    }

    private static void forAllSizes(Check check) {
        Random random = new Random(11);
        for (int typesize : TYPESIZES) {
            for (int elements : ELEMENTS) {
                for (int leftover = 0; leftover < Math.min(typesize, 3); leftover++) {
                    int bytes = elements * typesize + leftover;
                    byte[] padded = new byte[bytes + 2 * PAD];
                    random.nextBytes(padded);
                    check.on(typesize, bytes, padded);
                }
            }
        }
    }
}
