package io.rezarr.store;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads files into memory of a workspace with few system calls: a file below a page costs open, read, close.
 *
 * <p>A channel copies through a direct buffer that the JDK keeps for each thread, as large as the largest read; so
 * reads are cut into pieces of at most {@value #MAX_TRANSFER_BYTES} bytes.
 */
final class FileReads {
    static final int MAX_TRANSFER_BYTES = 256 << 10;

    /** A read within the first page cannot be cut short by an error in a later one: short means the end. */
    private static final int PAGE_BYTES = 4096;

    private FileReads() {}

    /** The whole file, refused if it is larger than {@code maxBytes} without reading it. */
    static ByteBuffer whole(FileChannel channel, long maxBytes, Workspace workspace, String name) throws IOException {
        long limit = Math.min(maxBytes, Workspace.MAX_ARRAY_BYTES);
        // One byte more than is accepted shows that there are more.
        int first = (int) Math.min(limit + 1, Store.FIRST_READ_BYTES);
        byte[] bytes = workspace.borrow(first);
        int read = Math.max(0, channel.read(ByteBuffer.wrap(bytes, 0, first)));
        if (read >= PAGE_BYTES && read < first) {
            read = fill(channel, bytes, read, first);
        }
        if (read < first) {
            return ByteBuffer.wrap(bytes, 0, read);
        }
        return large(channel, bytes, first, limit, workspace, name);
    }

    private static ByteBuffer large(
            FileChannel channel, byte[] beginning, int read, long limit, Workspace workspace, String name)
            throws IOException {
        long size = channel.size();
        if (size > limit) {
            throw new MalformedDataException(
                            "stored value", limit, "expected at most " + limit + " bytes, found " + size)
                    .at(name);
        }
        byte[] bytes = workspace.borrow((int) Math.max(size, read));
        System.arraycopy(beginning, 0, bytes, 0, read);
        if (size < read || fill(channel, bytes, read, (int) size) < size) {
            throw becameShorter();
        }
        return ByteBuffer.wrap(bytes, 0, (int) size);
    }

    /** Reads from {@code read} up to {@code end}, or the end of the file; returns how far it came. */
    private static int fill(FileChannel channel, byte[] bytes, int read, int end) throws IOException {
        int position = read;
        while (position < end) {
            int more = channel.read(ByteBuffer.wrap(bytes, position, Math.min(end - position, MAX_TRANSFER_BYTES)));
            if (more < 0) {
                break;
            }
            position += more;
        }
        return position;
    }

    /** A part of the file; refused if the file ends before it, for large or far parts before memory is taken. */
    static ByteBuffer range(FileChannel channel, ByteRange range, Workspace workspace, String name) throws IOException {
        long offset = range.offset();
        int length = range.length();
        if (offset < 0 || offset > Integer.MAX_VALUE || length > Store.FIRST_READ_BYTES) {
            long size = channel.size();
            offset = offset < 0 ? size + offset : offset;
            if (offset < 0 || offset > size - length) {
                throw range.isBeyond(size).at(name);
            }
        }
        byte[] bytes = workspace.borrow(length);
        if (readPart(channel, offset, length, bytes, 0) < length) {
            throw range.isBeyond(channel.size()).at(name);
        }
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** A part of the file that was there, into an array. */
    static void part(FileChannel channel, long offset, int length, byte[] target, int to) throws IOException {
        if (readPart(channel, offset, length, target, to) < length) {
            throw becameShorter();
        }
    }

    /** Returns how many bytes there were, less than {@code length} if the file ends before. */
    private static int readPart(FileChannel channel, long offset, int length, byte[] target, int to)
            throws IOException {
        int read = 0;
        while (read < length) {
            ByteBuffer piece = ByteBuffer.wrap(target, to + read, Math.min(length - read, MAX_TRANSFER_BYTES));
            int more = channel.read(piece, offset + read);
            if (more < 0) {
                break;
            }
            read += more;
        }
        return read;
    }

    /** Refuses a part that a value of that size has not. */
    static void requireWithin(long offset, int length, long bytes, String name) {
        if (offset < 0 || offset > bytes - length) {
            throw new ByteRange(offset, length).isBeyond(bytes).at(name);
        }
    }

    private static EOFException becameShorter() {
        return new EOFException("the file became shorter while it was read");
    }
}
