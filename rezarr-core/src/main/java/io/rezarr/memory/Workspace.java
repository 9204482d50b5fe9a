package io.rezarr.memory;

import io.rezarr.error.InfeasiblePlanException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
 *
 * <p>The budget is asked before anything is allocated. Buffers that are kept to be lent again make room for others when it is used up, those
 * longest unused first: so a workspace needs no more than what is lent at once, whatever sizes come one after the other. With slack, longer
 * buffers than asked for are lent in the place of new ones, and the steady state allocates nothing.
 */
public final class Workspace implements AutoCloseable {
    /** The longest array of bytes that every JVM makes. */
    public static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    /** Buffers come in a few sizes per power of two, so that chunks of nearly one size share them. */
    private static final int SIZES_PER_DOUBLING = 8;

    private static final int MIN_BYTES = 256;

    /** Below this, a new buffer costs less than a long one that is missing elsewhere. */
    private static final int MIN_STAND_IN_BYTES = 64 << 10;

    private final MemoryBudget budget;
    private final long slackBytes;
    /** To be lent again; the one longest unused first. */
    private final List<byte[]> free = new ArrayList<>();

    private final List<byte[]> lent = new ArrayList<>();
    /** By how much each buffer that is lent is longer than what was asked for. */
    private int[] excess = new int[16];

    private long excessBytes;
    private final Map<Object, Context> contexts = new HashMap<>();
    private long heldBytes;
    private long contextBytes;

    /** One without a limit. */
    public Workspace() {
        this(MemoryBudget.unlimited());
    }

    /** @param budget of which everything is given back by {@link #close} */
    public Workspace(MemoryBudget budget) {
        this(budget, 0);
    }

    /**
     * @param budget of which everything is given back by {@link #close}
     * @param slackBytes what the budget has beside the most that is lent at once: by so much together, buffers may be longer than asked for
     */
    public Workspace(MemoryBudget budget, long slackBytes) {
        this.budget = budget;
        this.slackBytes = slackBytes;
    }

    /**
     * A codec's context.
     *
     * @param bytes reserved for it
     */
    private record Context(AutoCloseable value, long bytes) {}

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
            free.add(lent.remove(i));
            excessBytes -= excess[i];
        }
    }

    /**
     * A dirty array of at least {@code minBytes}, until {@link #releaseTo}.
     *
     * @throws IllegalArgumentException if that is negative, or more than the {@value #MAX_ARRAY_BYTES} that an array can have
     * @throws InfeasiblePlanException if the budget does not hold it beside what is lent
     */
    public byte[] borrow(int minBytes) {
        if (minBytes < 0 || minBytes > MAX_ARRAY_BYTES) {
            throw new IllegalArgumentException("minBytes is " + minBytes + ", must be from 0 to " + MAX_ARRAY_BYTES);
        }
        int bytes = (int) sizeFor(minBytes);
        int found = find(bytes);
        byte[] buffer = found >= 0 ? free.remove(found) : allocate(bytes);
        if (lent.size() == excess.length) {
            excess = Arrays.copyOf(excess, 2 * excess.length);
        }
        int longer = buffer.length - bytes;
        excess[lent.size()] = longer;
        excessBytes += longer;
        lent.add(buffer);
        return buffer;
    }

    /** The free buffer to lend: of that size, or the shortest longer one that the slack allows; -1 if there is none. */
    private int find(int bytes) {
        int found = -1;
        for (int i = free.size() - 1; i >= 0; i--) {
            int length = free.get(i).length;
            if (length == bytes) {
                return i;
            }
            if (length > bytes
                    && bytes >= MIN_STAND_IN_BYTES
                    && length - bytes <= slackBytes - excessBytes
                    && (found < 0 || length < free.get(found).length)) {
                found = i;
            }
        }
        return found;
    }

    private byte[] allocate(int bytes) {
        reserve(bytes);
        heldBytes += bytes;
        return new byte[bytes];
    }

    private void reserve(long bytes) {
        while (!budget.tryReserve(bytes)) {
            if (!free.isEmpty()) {
                drop(free.remove(0));
            } else if (!budget.tryGrow(Math.max(1, bytes - (budget.maxBytes() - budget.reservedBytes())))) {
                throw new InfeasiblePlanException(
                        ("A buffer of %d bytes is needed, but of the %d bytes that a thread may hold"
                                        + " %d are in use, and the memory of the run has no more to give."
                                        + " Give more memory (-m), or use fewer threads (-j).")
                                .formatted(bytes, budget.maxBytes(), budget.reservedBytes()));
            }
        }
    }

    private void drop(byte[] buffer) {
        heldBytes -= buffer.length;
        budget.release(buffer.length);
    }

    /** The bytes of all buffers, lent or kept to be lent again; contexts are not among them. */
    public long heldBytes() {
        return heldBytes;
    }

    /** A dirty heap buffer with exactly {@code bytes} remaining, big-endian, until {@link #releaseTo}. */
    public ByteBuffer borrowBuffer(int bytes) {
        return ByteBuffer.wrap(borrow(bytes), 0, bytes);
    }

    /** {@link #context(Class, Object, long, Supplier)} for one that takes no memory to speak of. */
    public <T extends AutoCloseable> T context(Class<T> kind, Object key, Supplier<T> make) {
        return context(kind, key, 0, make);
    }

    /**
     * The one context of that key in this workspace (say, a decompressor), made at the first call, closed with the workspace.
     *
     * @param bytes that it takes at most, on the heap or beside it, for what it is wanted for this time
     * @throws InfeasiblePlanException if the budget does not hold it beside what is lent
     */
    public <T extends AutoCloseable> T context(Class<T> kind, Object key, long bytes, Supplier<T> make) {
        List<Object> fullKey = List.of(kind, key);
        Context found = contexts.get(fullKey);
        if (found == null || found.bytes < bytes) {
            long more = found == null ? bytes : bytes - found.bytes;
            reserve(more);
            contextBytes += more;
            found = new Context(found == null ? make.get() : found.value, bytes);
            contexts.put(fullKey, found);
        }
        return kind.cast(found.value);
    }

    /** The bytes that contexts were said to take. */
    public long contextBytes() {
        return contextBytes;
    }

    /** Closes the contexts and forgets the buffers. */
    @Override
    public void close() {
        budget.release(heldBytes + contextBytes);
        heldBytes = 0;
        contextBytes = 0;
        free.clear();
        lent.clear();
        excessBytes = 0;
        RuntimeException failure = null;
        for (Context context : contexts.values()) {
            try {
                context.value.close();
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

    /**
     * How many bytes an array has that {@link #borrow} takes: {@code minBytes} rounded up to the next of {@value #SIZES_PER_DOUBLING} sizes per
     * power of two. More than an array can have stay as they are.
     */
    public static long sizeFor(long minBytes) {
        if (minBytes <= MIN_BYTES) {
            return MIN_BYTES;
        }
        if (minBytes > MAX_ARRAY_BYTES) {
            return minBytes;
        }
        long step = Long.highestOneBit(minBytes) / SIZES_PER_DOUBLING;
        return Math.min((minBytes + step - 1) / step * step, MAX_ARRAY_BYTES);
    }
}
