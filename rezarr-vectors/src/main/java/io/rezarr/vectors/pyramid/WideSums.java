package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.rechunk.Bytes;
import java.math.BigInteger;
import java.util.Arrays;

/** Sums of integers that are exact: each of 128 bits in two's complement, so that 2^63 numbers of 64 bits fit. */
final class WideSums {
    /** What a sum takes where it is stored: its low half, then its high one. */
    static final int BYTES = 16;

    private final long[] low;
    private final long[] high;

    WideSums(int sums) {
        this.low = new long[sums];
        this.high = new long[sums];
    }

    void clear() {
        Arrays.fill(low, 0);
        Arrays.fill(high, 0);
    }

    /** Adds a number as often as that, which is not negative. */
    void add(int sum, long number, boolean isUnsigned, long times) {
        long carried = isUnsigned && number < 0 ? times : 0;
        add(sum, number * times, Math.multiplyHigh(number, times) + carried);
    }

    /** Adds a sum that was stored. */
    void add(int sum, byte[] from, int at) {
        add(sum, Bytes.getLong(from, at), Bytes.getLong(from, at + 8));
    }

    private void add(int sum, long itsLow, long itsHigh) {
        low[sum] += itsLow;
        high[sum] += itsHigh + (Long.compareUnsigned(low[sum], itsLow) < 0 ? 1 : 0);
    }

    void put(int sum, byte[] to, int at) {
        Bytes.putLong(to, at, low[sum]);
        Bytes.putLong(to, at + 8, high[sum]);
    }

    /** The 64 bits of sum / count, rounded to the nearest integer, halves to the even one. */
    long mean(int sum, long count) {
        if (high[sum] == (low[sum] >> 63)) {
            long below = Math.floorDiv(low[sum], count);
            long rest = low[sum] - below * count;
            return below + roundsUp(Long.compare(rest, count - rest), below);
        }
        BigInteger divisor = BigInteger.valueOf(count);
        BigInteger dividend = BigInteger.valueOf(high[sum])
                .shiftLeft(64)
                .add(BigInteger.valueOf(low[sum] >>> 1).shiftLeft(1))
                .add(BigInteger.valueOf(low[sum] & 1));
        BigInteger rest = dividend.mod(divisor);
        long below = dividend.subtract(rest).divide(divisor).longValue();
        return below + roundsUp(rest.shiftLeft(1).compareTo(divisor), below);
    }

    private static long roundsUp(int fromTheMiddle, long below) {
        return fromTheMiddle > 0 || (fromTheMiddle == 0 && (below & 1) == 1) ? 1 : 0;
    }
}
