package io.rezarr.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that one run may hold at once, shared by everything that buffers. Asked before an allocation, never
 * after. Safe for use by many threads.
 */
public final class MemoryBudget {
    private final long maxBytes;
    private final AtomicLong reservedBytes = new AtomicLong();
    private final AtomicLong peakBytes = new AtomicLong();

    private MemoryBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @throws IllegalArgumentException if {@code maxBytes} is not positive */
    public static MemoryBudget of(long maxBytes) {
        if (maxBytes <= 0) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must be positive");
        }
        return new MemoryBudget(maxBytes);
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** The most bytes that were reserved at any one time. */
    public long peakBytes() {
        return peakBytes.get();
    }

    public long reservedBytes() {
        return reservedBytes.get();
    }

    /** Takes bytes, or takes none and returns false if they would exceed the budget. */
    public boolean tryReserve(long bytes) {
        for (; ; ) {
            long before = reservedBytes.get();
            long after = before + bytes;
            if (bytes < 0 || after < 0 || after > maxBytes) {
                return false;
            }
            if (reservedBytes.compareAndSet(before, after)) {
                peakBytes.accumulateAndGet(after, Math::max);
                return true;
            }
        }
    }

    /**
     * Gives bytes back.
     *
     * @throws IllegalStateException if that many are not reserved; nothing is changed then
     */
    public void release(long bytes) {
        for (; ; ) {
            long before = reservedBytes.get();
            if (bytes < 0 || bytes > before) {
                throw new IllegalStateException("released " + bytes + " bytes, reserved are " + before);
            }
            if (reservedBytes.compareAndSet(before, before - bytes)) {
                return;
            }
        }
    }
}
