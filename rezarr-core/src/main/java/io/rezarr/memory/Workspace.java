package io.rezarr.memory;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One thread's reusable heap buffers and codec contexts, so that the steady state of a run allocates nothing for each
 * chunk. Not safe for use by several threads.
 *
 * <p>Buffers are lent in stack order: {@link #mark} before the work on a chunk, {@link #releaseTo} after it gives back
 * everything that was borrowed in between. A borrowed buffer is dirty, and may be longer than was asked for.
 */
public final class Workspace implements AutoCloseable {
    /** Buffers come in a few sizes per power of two, so that chunks of nearly one size share them. */
    private static final int SIZES_PER_DOUBLING = 4;

    private static final int MIN_BYTES = 256;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private final Map<Integer, ArrayDeque<byte[]>> free = new HashMap<>();
    private final List<byte[]> lent = new ArrayList<>();
    private final Map<Object, AutoCloseable> contexts = new HashMap<>();
    private long heldBytes;

    /** How much is lent at present; to be given back to {@link #releaseTo}. */
    public int mark() {
        return lent.size();
    }

    /**
     * Takes back every buffer that was borrowed since {@code mark}.
     *
     * @throws IllegalArgumentException if less is lent than then: it was released before, which is a mistake in the caller
     */
    public void releaseTo(int mark) {
        if (mark < 0 || mark > lent.size()) {
            throw new IllegalArgumentException("mark is " + mark + ", must be from 0 to " + lent.size());
        }
        for (int i = lent.size() - 1; i >= mark; i--) {
            byte[] buffer = lent.remove(i);
            free.computeIfAbsent(buffer.length, length -> new ArrayDeque<>()).push(buffer);
        }
    }

    /**
     * A dirty array of at least {@code minBytes}, until {@link #releaseTo}.
     *
     * @throws IllegalArgumentException if that is negative, or more than the {@value #MAX_BYTES} that an array can have
     */
    public byte[] borrow(int minBytes) {
        if (minBytes < 0 || minBytes > MAX_BYTES) {
            throw new IllegalArgumentException("minBytes is " + minBytes + ", must be from 0 to " + MAX_BYTES);
        }
        int bytes = sizeFor(minBytes);
        ArrayDeque<byte[]> sameSize = free.get(bytes);
        byte[] buffer = sameSize == null || sameSize.isEmpty() ? allocate(bytes) : sameSize.pop();
        lent.add(buffer);
        return buffer;
    }

    private byte[] allocate(int bytes) {
        heldBytes += bytes;
        return new byte[bytes];
    }

    /** The bytes of all buffers, lent or kept to be lent again; contexts are not among them. */
    public long heldBytes() {
        return heldBytes;
    }

    /** A dirty heap buffer with exactly {@code bytes} remaining, big-endian, until {@link #releaseTo}. */
    public ByteBuffer borrowBuffer(int bytes) {
        return ByteBuffer.wrap(borrow(bytes), 0, bytes);
    }

    /** The one context of that key in this workspace (say, a decompressor), made at the first call, closed with the workspace. */
    public <T extends AutoCloseable> T context(Class<T> kind, Object key, Supplier<T> make) {
        return kind.cast(contexts.computeIfAbsent(List.of(kind, key), k -> make.get()));
    }

    /** Closes the contexts and forgets the buffers. */
    @Override
    public void close() {
        free.clear();
        lent.clear();
        heldBytes = 0;
        RuntimeException failure = null;
        for (AutoCloseable context : contexts.values()) {
            try {
                context.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException("a codec context could not be closed", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        contexts.clear();
        if (failure != null) {
            throw failure;
        }
    }

    /** How long an array {@link #borrow} takes: {@code minBytes} rounded up to the next of {@value #SIZES_PER_DOUBLING} sizes per power of two. */
    public static int sizeFor(int minBytes) {
        if (minBytes <= MIN_BYTES) {
            return MIN_BYTES;
        }
        int step = Integer.highestOneBit(minBytes) / SIZES_PER_DOUBLING;
        long rounded = (minBytes + (long) step - 1) / step * step;
        return (int) Math.min(rounded, MAX_BYTES);
    }
}
