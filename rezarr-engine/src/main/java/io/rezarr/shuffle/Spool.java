package io.rezarr.shuffle;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Values put aside in one scratch file, each with a checksum, to be read again by where they lie. For many threads at once. It goes with its
 * {@link Scratch}, or earlier by {@link #close}.
 */
public final class Spool implements AutoCloseable {
    private final ScratchFile file;
    private final AtomicLong end = new AtomicLong();

    private Spool(ScratchFile file) {
        this.file = file;
    }

    /** Makes no file before the first value. */
    public static Spool in(Scratch scratch) {
        return new Spool(scratch.newFile());
    }

    /**
     * Appends a value, all remaining bytes; the buffer is not changed. Borrows as many bytes from the workspace, and gives them back.
     *
     * @return where it lies, to be given to {@link #read} with its length
     */
    public long append(ByteBuffer value, Workspace workspace) {
        int bytes = value.remaining();
        int length = Math.addExact(bytes, FrameFormat.CHECKSUM_BYTES);
        long at = end.getAndAdd(length);
        int mark = workspace.mark();
        byte[] copy = workspace.borrow(length);
        value.duplicate().get(copy, 0, bytes);
        file.write(copy, length, at);
        workspace.releaseTo(mark);
        return at;
    }

    /**
     * Reads a value.
     *
     * @return valid until the workspace is released
     * @throws io.rezarr.error.StoreException if it is not what was written
     */
    public ByteBuffer read(long at, int bytes, Workspace workspace) {
        int length = Math.addExact(bytes, FrameFormat.CHECKSUM_BYTES);
        byte[] value = workspace.borrow(length);
        if (!file.read(value, length, at)) {
            throw ScratchFailures.altered(file.path(), "a value of " + bytes + " bytes", at, "its checksum is wrong");
        }
        return ByteBuffer.wrap(value, 0, bytes);
    }

    @Override
    public void close() {
        file.delete();
    }
}
