package io.rezarr.verify;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Sums of words times keys: where the time of a digest goes. Words are little-endian and signed. */
final class WordSums {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private WordSums() {}

    /** The sum of words that follow one another, times the keys from number {@code key} on. */
    static long ofRun(byte[] bytes, int at, int words, long[] keys, int key) {
        return sum(bytes, at, Long.BYTES, words, keys, key, 0, 0);
    }

    /**
     * The sum of bytes at the same place of each row, times the row's key.
     *
     * @param at the first of the bytes in the first row
     * @param length how many of each row, 1 to 8
     * @param phase which byte of its word the first one is; all of them are in one word
     * @param stride from row to row, at least 1
     * @param keys at least one for each row
     */
    static long ofColumn(byte[] bytes, int at, int length, int phase, int stride, int rows, long[] keys) {
        int inBounds =
                bytes.length - Long.BYTES < at ? 0 : Math.min(rows, (bytes.length - Long.BYTES - at) / stride + 1);
        int left = (Long.BYTES - length) * Byte.SIZE;
        long sum = sum(bytes, at, stride, inBounds, keys, 0, left, left - phase * Byte.SIZE);
        for (int row = inBounds; row < rows; row++) {
            long word = part(bytes, at + row * stride, length) << (phase * Byte.SIZE);
            sum = Residues.plus(sum, Residues.times(keys[row], word));
        }
        return sum;
    }

    /** Of each word only what is left of it after shifts counts. Products have 128 bits; of both halves the sum is exact, see {@link #overflows}. */
    private static long sum(
            byte[] bytes, int at, int stride, int words, long[] keys, int key, int shiftLeft, int shiftRight) {
        long low = 0;
        long lowTop = 0;
        long high = 0;
        long highTop = 0;
        for (int i = 0; i < words; i++) {
            long word = (long) LONG.get(bytes, at + i * stride) << shiftLeft >>> shiftRight;
            long productLow = word * keys[key + i];
            long productHigh = Math.multiplyHigh(word, keys[key + i]);
            low += productLow;
            lowTop += productLow >>> 32;
            high += productHigh;
            highTop += productHigh >> 32;
        }
        // As a signed number, a high that is negative is less by 2^64 than as the unsigned one that has overflown.
        long highOverflows = overflows(high, highTop) + (high >>> 63);
        long carries = overflows(low, lowTop) + highOverflows * Residues.FOLD;
        return Residues.plus(Residues.of(high, low), carries * Residues.FOLD);
    }

    /** How often 2^64 is to be added to an unsigned sum, from the sum of the upper halves of its terms. */
    private static long overflows(long sum, long sumOfTops) {
        return (sumOfTops >> 32) + (Long.compareUnsigned(sum, sumOfTops << 32) < 0 ? 1 : 0);
    }

    /** A few bytes as a number, from 0 to 2^56 - 1. */
    static long part(byte[] bytes, int at, int length) {
        if (at <= bytes.length - Long.BYTES) {
            return (long) LONG.get(bytes, at) & (-1L >>> ((Long.BYTES - length) * Byte.SIZE));
        }
        long part = 0;
        for (int i = length - 1; i >= 0; i--) {
            part = (part << Byte.SIZE) | (bytes[at + i] & 0xFF);
        }
        return part;
    }
}
