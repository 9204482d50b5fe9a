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

    private final Map<Integer, ArrayDeque<byte[]>> free = new HashMap<>();
    private final List<byte[]> lent = new ArrayList<>();
    private final Map<Object, AutoCloseable> contexts = new HashMap<>();

    /** How much is lent at present; to be given back to {@link #releaseTo}. */
    public int mark() {
        return lent.size();
    }

    /** Takes back every buffer that was borrowed since {@code mark}. */
    public void releaseTo(int mark) {
        for (int i = lent.size() - 1; i >= mark; i--) {
            byte[] buffer = lent.remove(i);
            free.computeIfAbsent(buffer.length, length -> new ArrayDeque<>()).push(buffer);
        }
    }

    /** A dirty array of at least {@code minBytes}, until {@link #releaseTo}. */
    public byte[] borrow(int minBytes) {
        int bytes = sizeFor(minBytes);
        ArrayDeque<byte[]> sameSize = free.get(bytes);
        byte[] buffer = sameSize == null || sameSize.isEmpty() ? new byte[bytes] : sameSize.pop();
        lent.add(buffer);
        return buffer;
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

    /** {@code minBytes} rounded up to the next of {@value #SIZES_PER_DOUBLING} sizes per power of two. */
    static int sizeFor(int minBytes) {
        if (minBytes <= MIN_BYTES) {
            return MIN_BYTES;
        }
        int step = Integer.highestOneBit(minBytes) / SIZES_PER_DOUBLING;
        long rounded = (minBytes + (long) step - 1) / step * step;
        return (int) Math.min(rounded, Integer.MAX_VALUE - 8);
    }
}
