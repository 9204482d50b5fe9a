package io.rezarr.store;

/**
 * A value that is read part by part. Safe for use by many threads; must be closed, which ends their reading.
 *
 * <p>Where the store can, all parts are of the value that stood there when it was opened; where it cannot, a value that
 * is replaced meanwhile is read as a mixture.
 */
public interface ValueReader extends AutoCloseable {
    /** The size of the value, in bytes, as it was opened. */
    long bytes();

    /**
     * Reads exactly {@code length} bytes from {@code offset} on to {@code target}, from {@code to} on.
     *
     * @throws IndexOutOfBoundsException if the target has no room for them
     * @throws io.rezarr.error.MalformedDataException if the value ends before
     * @throws io.rezarr.error.StoreException if the value cannot be read, or is gone
     * @throws io.rezarr.error.CancelledException if this thread, or another one that reads the same value, is interrupted
     */
    void read(long offset, byte[] target, int to, int length);

    @Override
    void close();
}
