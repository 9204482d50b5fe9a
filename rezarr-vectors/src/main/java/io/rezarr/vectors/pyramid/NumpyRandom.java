package io.rezarr.vectors.pyramid;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.BitSet;

/**
 * NumPy's {@code default_rng(seed).choice(n, size, replace=False)} as a set, so that a pyramid of one seed has the objects that the reference
 * implementation keeps: PCG64 (XSL-RR) seeded through SeedSequence, Lemire's bounded numbers of 32 bits, Floyd's sampling or a tail shuffle.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/random/bit_generators/pcg64.html">PCG64</a>
 */
final class NumpyRandom {
    private static final BigInteger MASK_128 = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);
    private static final long MULTIPLIER_HIGH = 2549297995355413924L;
    private static final long MULTIPLIER_LOW = 4865540595714422341L;
    private static final long UINT32 = 0xffffffffL;
    private static final int POOL = 4;
    private static final int SHUFFLE_ABOVE = 10_000;
    private static final int SHUFFLE_PART = 50;

    private long stateHigh;
    private long stateLow;
    private final long incrementHigh;
    private final long incrementLow;
    private long spare;
    private boolean hasSpare;

    /** @param seed not negative */
    NumpyRandom(long seed) {
        long[] words = seedWords(seed);
        BigInteger start = unsigned(words[0], words[1]);
        BigInteger increment =
                unsigned(words[2], words[3]).shiftLeft(1).or(BigInteger.ONE).and(MASK_128);
        incrementHigh = increment.shiftRight(64).longValue();
        incrementLow = increment.longValue();
        step();
        BigInteger state = unsigned(stateHigh, stateLow).add(start).and(MASK_128);
        stateHigh = state.shiftRight(64).longValue();
        stateLow = state.longValue();
        step();
    }

    private static BigInteger unsigned(long high, long low) {
        return new BigInteger(Long.toUnsignedString(high)).shiftLeft(64).or(new BigInteger(Long.toUnsignedString(low)));
    }

    /** SeedSequence(seed).generate_state(4, uint64). */
    private static long[] seedWords(long seed) {
        int[] entropy = seed >>> 32 == 0 ? new int[] {(int) seed} : new int[] {(int) seed, (int) (seed >>> 32)};
        int[] pool = new int[POOL];
        int constant = 0x43b0d7e5;
        for (int i = 0; i < POOL; i++) {
            int value = (i < entropy.length ? entropy[i] : 0) ^ constant;
            constant *= 0x931e8875;
            value *= constant;
            pool[i] = value ^ value >>> 16;
        }
        for (int from = 0; from < POOL; from++) {
            for (int to = 0; to < POOL; to++) {
                if (from != to) {
                    int value = pool[from] ^ constant;
                    constant *= 0x931e8875;
                    value *= constant;
                    value ^= value >>> 16;
                    int mixed = 0xca01f9dd * pool[to] - 0x4973f715 * value;
                    pool[to] = mixed ^ mixed >>> 16;
                }
            }
        }
        int[] state = new int[2 * POOL];
        constant = 0x8b51f9dd;
        for (int i = 0; i < state.length; i++) {
            int value = pool[i % POOL] ^ constant;
            constant *= 0x58f38ded;
            value *= constant;
            state[i] = value ^ value >>> 16;
        }
        long[] words = new long[POOL];
        for (int i = 0; i < POOL; i++) {
            words[i] = (state[2 * i] & UINT32) | (long) state[2 * i + 1] << 32;
        }
        return words;
    }

    private void step() {
        long low = stateLow * MULTIPLIER_LOW;
        long high = unsignedHigh(stateLow, MULTIPLIER_LOW) + stateHigh * MULTIPLIER_LOW + stateLow * MULTIPLIER_HIGH;
        stateLow = low + incrementLow;
        stateHigh = high + incrementHigh + (Long.compareUnsigned(stateLow, low) < 0 ? 1 : 0);
    }

    private static long unsignedHigh(long a, long b) {
        return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
    }

    private long next64() {
        step();
        return Long.rotateRight(stateHigh ^ stateLow, (int) (stateHigh >>> 58));
    }

    private long next32() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        long next = next64();
        spare = next >>> 32;
        hasSpare = true;
        return next & UINT32;
    }

    /** A number from 0 to {@code most}, which is below 2^32 - 1. */
    private long upTo(long most) {
        if (most == 0) {
            return 0;
        }
        long range = most + 1;
        long product = next32() * range;
        long leftover = product & UINT32;
        if (leftover < range) {
            long threshold = (UINT32 - most) % range;
            while (leftover < threshold) {
                product = next32() * range;
                leftover = product & UINT32;
            }
        }
        return product >>> 32;
    }

    /** So many of the numbers from 0 to {@code population - 1}. */
    BitSet choice(int population, int size) {
        if (population > SHUFFLE_ABOVE && size > population / SHUFFLE_PART) {
            return tail(population, size);
        }
        BitSet chosen = new BitSet(population);
        for (int j = population - size; j < population; j++) {
            int value = (int) upTo(j);
            chosen.set(chosen.get(value) ? j : value);
        }
        return chosen;
    }

    private BitSet tail(int population, int size) {
        int[] shuffled = new int[population];
        Arrays.setAll(shuffled, i -> i);
        for (int i = population - 1; i >= Math.max(population - size, 1); i--) {
            int j = (int) upTo(i);
            int other = shuffled[j];
            shuffled[j] = shuffled[i];
            shuffled[i] = other;
        }
        BitSet chosen = new BitSet(population);
        for (int i = population - size; i < population; i++) {
            chosen.set(shuffled[i]);
        }
        return chosen;
    }
}
