package io.rezarr.execute;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A unit of the target whose elements were all assembled, padding included.
 *
 * <p>Mutable only to spare one object for each unit; not safe for use by several threads.
 */
public final class AssembledUnit {
    private long[] index = {};
    private byte[] bytes = {};
    private int offset;
    private int length;
    private boolean isTouched;
    private @Nullable ItemArena arena;

    AssembledUnit() {}

    void set(long[] index, byte[] bytes, int offset, int length, boolean isTouched, @Nullable ItemArena arena) {
        this.arena = arena;
        this.index = index;
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.isTouched = isTouched;
    }

    /** In the grid of the target's units; not to be kept. */
    public long[] index() {
        return index;
    }

    /** Where the unit lies, with others beside it. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /** Whether the source has any unit that touches this one. */
    public boolean isTouched() {
        return isTouched;
    }

    /** Where the items are that its slots tell of; {@code null} if elements have a fixed size. */
    @Nullable
    ItemArena arena() {
        return arena;
    }

    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes, offset, length);
    }
}
