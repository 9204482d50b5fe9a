package io.rezarr.store;

import java.nio.ByteBuffer;

/**
 * Writes one value piece by piece. The value is readable under its key only after {@link #commit}. Not safe for use by
 * several threads.
 */
public interface ValueWriter extends AutoCloseable {
    /** Adds the buffer's remaining bytes, and consumes them. */
    void append(ByteBuffer bytes);

    /** How much was appended. */
    long position();

    /**
     * Replaces bytes that were appended before, say a place kept for an index.
     *
     * @throws UnsupportedOperationException if the store cannot; see {@link Store#canWriteAt}
     */
    void writeAt(long offset, ByteBuffer bytes);

    /** Makes the value readable. */
    void commit();

    /** Without a commit before, leaves no trace of what was appended. */
    @Override
    void close();
}
