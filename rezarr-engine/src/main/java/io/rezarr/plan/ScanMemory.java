package io.rezarr.plan;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.Shape;

/**
 * What reading every unit of an array takes.
 *
 * @param unitShape of a unit, for messages
 * @param threadBytes that each thread's workspace holds
 * @param sharedBytes beside them, for one thread; for each further thread another shard's index
 * @param indexBytes of a shard's index, decoded and encoded
 */
public record ScanMemory(Shape unitShape, long threadBytes, long sharedBytes, long indexBytes) {
    /** @param sinkBytes that whoever takes the elements borrows from a workspace at most */
    public static ScanMemory of(Side side, long sinkBytes) {
        long buffers =
                Arithmetic.plus(side.memory().readingBytes(), side.memory().contextBytes());
        long index = Arithmetic.times(3, side.indexBytes());
        return new ScanMemory(
                side.units().unitShape(),
                Arithmetic.plus(1, Arithmetic.plus(buffers, sinkBytes)),
                Arithmetic.plus(Presence.listingBytes(side.chunks()), index),
                index);
    }

    /** What one thread takes. */
    public long leastBytes() {
        return Arithmetic.plus(sharedBytes, Arithmetic.plus(threadBytes, indexBytes));
    }

    /**
     * How many threads the memory holds, at most {@code threads}.
     *
     * @throws InfeasiblePlanException if it does not hold one; names the least that would do
     */
    public int affordableThreads(long maxBytes, int threads) {
        long perThread = Arithmetic.plus(threadBytes, indexBytes);
        long least = leastBytes();
        if (least > maxBytes) {
            throw new InfeasiblePlanException(
                    "%d bytes of memory do not suffice: reading chunks of shape %s with their codecs takes at least %d bytes. Give at least that much (-m %d)."
                            .formatted(maxBytes, unitShape, least, least),
                    least);
        }
        return (int) Math.min(threads, (maxBytes - sharedBytes) / perThread);
    }
}
