package io.rezarr.memory;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that one run may hold at once, shared by everything that buffers. Asked before an allocation, never
 * after. Safe for use by many threads.
 *
 * <p>A {@link #part} is what one user of the memory was promised: it is reserved in the whole from the beginning, so that no other
 * takes it. A part that does not suffice can {@link #tryGrow}, from what nobody was promised.
 */
public final class MemoryBudget implements AutoCloseable {
    /** {@code null} if this is a whole itself. */
    private final @Nullable MemoryBudget whole;

    private long maxBytes;
    private long reservedBytes;
    private long peakBytes;

    private MemoryBudget(long maxBytes, @Nullable MemoryBudget whole) {
        if (maxBytes <= 0) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must be positive");
        }
        this.maxBytes = maxBytes;
        this.whole = whole;
    }

    /** @throws IllegalArgumentException if {@code maxBytes} is not positive */
    public static MemoryBudget of(long maxBytes) {
        return new MemoryBudget(maxBytes, null);
    }

    /** One that refuses nothing, and still counts. */
    public static MemoryBudget unlimited() {
        return of(Long.MAX_VALUE);
    }

    /**
     * Reserves bytes here, and gives them out as a budget of their own, until that is closed.
     *
     * @throws IllegalStateException if so many are not left
     * @throws IllegalArgumentException if {@code bytes} is not positive
     */
    public MemoryBudget part(long bytes) {
        MemoryBudget part = new MemoryBudget(bytes, this);
        if (!tryReserve(bytes)) {
            throw new IllegalStateException("a part of " + bytes + " bytes was promised, but of " + maxBytes()
                    + " bytes of memory " + reservedBytes() + " are reserved");
        }
        return part;
    }

    public synchronized long maxBytes() {
        return maxBytes;
    }

    /** The most bytes that were reserved at any one time, parts as a whole. */
    public synchronized long peakBytes() {
        return peakBytes;
    }

    public synchronized long reservedBytes() {
        return reservedBytes;
    }

    /** Takes bytes, or takes none and returns false if they would exceed the budget. */
    public synchronized boolean tryReserve(long bytes) {
        if (bytes < 0 || bytes > maxBytes - reservedBytes) {
            return false;
        }
        reservedBytes += bytes;
        peakBytes = Math.max(peakBytes, reservedBytes);
        return true;
    }

    /** Makes a part larger for good, or returns false if it is none, or the whole does not have that many left. */
    public synchronized boolean tryGrow(long bytes) {
        if (whole == null || !whole.tryReserve(bytes)) {
            return false;
        }
        maxBytes += bytes;
        return true;
    }

    /**
     * Gives bytes back.
     *
     * @throws IllegalStateException if that many are not reserved; nothing is changed then
     */
    public synchronized void release(long bytes) {
        if (bytes < 0 || bytes > reservedBytes) {
            throw new IllegalStateException("released " + bytes + " bytes, reserved are " + reservedBytes);
        }
        reservedBytes -= bytes;
    }

    /**
     * Gives a part back to the whole. A whole needs no closing.
     *
     * @throws IllegalStateException if bytes of it are still reserved
     */
    @Override
    public synchronized void close() {
        if (whole == null) {
            return;
        }
        if (reservedBytes > 0) {
            throw new IllegalStateException(
                    "a part of " + maxBytes + " bytes is given back while " + reservedBytes + " are reserved");
        }
        whole.release(maxBytes);
        maxBytes = 0;
    }
}
