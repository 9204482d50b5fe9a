package io.rezarr.store;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values (bytes) addressed by keys; see the "Abstract store interface" of the Zarr v3 core spec.
 *
 * <p>Implementations are safe for use by many threads. Nothing is promised about the order in which writes to different
 * keys become visible. Every failure is a {@link io.rezarr.error.StoreException} that names store and key; a thread
 * that is interrupted meanwhile gets a {@link io.rezarr.error.CancelledException}.
 */
public interface Store extends AutoCloseable {
    /** Reading a value may borrow a buffer of so many bytes from the workspace, besides the one that is returned. */
    int FIRST_READ_BYTES = 64 << 10;

    /**
     * What a thread that reads and writes holds beside its workspace: the buffer outside of the heap that a channel copies through, and its
     * stack.
     */
    int THREAD_BYTES = 512 << 10;

    /** How writing relates to reading under one key. */
    enum WriteMode {
        /** A reader sees the whole old value or the whole new one, never a part. */
        ATOMIC,
        /**
         * May be seen half written, and costs half as much on files: only where nothing reads yet, since no metadata
         * stand.
         */
        DIRECT
    }

    /** Where the store is, for messages: a path or URL, without secrets. */
    String location();

    /**
     * Reads one value into memory of the workspace.
     *
     * @param maxBytes the most that is accepted
     * @return the value, on the heap, position 0 being its first byte; valid until the workspace is released; {@code null} if the key is
     *     absent, which for a chunk means "all fill value" and is no error
     * @throws io.rezarr.error.StoreException if the store could not tell whether the key exists (a directory, a dangling
     *     link), or could not read it
     * @throws io.rezarr.error.MalformedDataException if the value is larger than {@code maxBytes}
     */
    @Nullable
    ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace);

    /**
     * Reads a part of a value, likewise.
     *
     * @throws io.rezarr.error.MalformedDataException if the value ends before the range does
     */
    @Nullable
    ByteBuffer get(StoreKey key, ByteRange range, Workspace workspace);

    /**
     * Opens a value to read parts of it: cheaper than asking for each, and of one value where the store can promise that.
     *
     * @return {@code null} if the key is absent
     * @throws io.rezarr.error.StoreException if the store could not tell whether the key exists, or could not open it
     */
    @Nullable
    ValueReader reader(StoreKey key);

    /** The value's size in bytes, or -1 if the key is absent. */
    long size(StoreKey key);

    /** Whether {@link #list} and {@link #listNames} work. */
    default boolean canList() {
        return true;
    }

    /**
     * Lists the direct children of a prefix in no particular order; none if there is no such prefix. What a link leads
     * to decides its kind; a link to nothing is a value (reading it fails).
     *
     * @throws io.rezarr.error.UnsupportedFeatureException if the store cannot be listed; see {@link #canList}
     */
    void list(StorePrefix prefix, Consumer<StoreEntry> children);

    /** Like {@link #list}, without telling values from prefixes, which on files costs several times as much. */
    default void listNames(StorePrefix prefix, Consumer<String> names) {
        list(prefix, child -> names.accept(child.name()));
    }

    /**
     * What tells whether two prefixes are one place, reached through links; {@code null} if the prefix is absent or the
     * store has no links.
     */
    default @Nullable Object identity(StorePrefix prefix) {
        return null;
    }

    /** What stands at a prefix, as the end of a sentence for a user who expected something else there: {@code "is a file"}. */
    String describe(StorePrefix prefix);

    /** Writes one value, all remaining bytes; the buffer is not changed. Replaces what stood there. */
    void set(StoreKey key, ByteBuffer value, WriteMode mode);

    /** Begins to write a value piece by piece. */
    ValueWriter writer(StoreKey key, WriteMode mode);

    /** Whether {@link ValueWriter#writeAt} works. */
    boolean canWriteAt();

    /** Removes a value; an absent one is no error. */
    void delete(StoreKey key);

    /**
     * Removes every value below the prefix, in no particular order: whoever removes a node removes its metadata first.
     * Links are removed, never followed.
     */
    void deleteAll(StorePrefix prefix);

    @Override
    void close();
}
