package io.rezarr.shuffle;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thread's way to write pieces; many write at the same time, each its own. A piece is begun, its bytes are put at {@link #offset} of
 * {@link #array}, and it is ended; or {@link #write} does all three. In between the thread must not wait for another one that writes.
 *
 * <p>A piece costs 20 bytes and some 0.2 µs: what is small and goes to the same bucket is better gathered into one.
 *
 * <p>If a piece was begun and not ended when the writer is closed, the shuffle is incomplete, and every later use of it says so.
 */
public final class PieceWriter implements AutoCloseable {
    private static final byte[] NOTHING = {};

    private final Shuffle shuffle;
    private final ShuffleState state;
    private final int maxPieceBytes;
    private @Nullable Frame frame;
    private byte[] array = NOTHING;
    private int headerOffset;
    private boolean isClosed;

    PieceWriter(Shuffle shuffle, ShuffleState state, int maxPieceBytes) {
        this.shuffle = shuffle;
        this.state = state;
        this.maxPieceBytes = maxPieceBytes;
    }

    /**
     * Reserves room for a piece. May write a frame that is full, or wait for a buffer.
     *
     * @param id told to the reader; anything that its caller can use
     * @param length exactly what will be put, in bytes
     * @throws IllegalArgumentException if there is no such bucket, or the piece is longer than the limits allow
     * @throws io.rezarr.error.StoreException if a frame cannot be written, or another thread has failed to
     * @throws io.rezarr.error.CancelledException if the thread is interrupted, or the shuffle or its scratch directory was closed
     */
    public void begin(long bucket, long id, int length) {
        if (frame != null || isClosed) {
            throw new IllegalStateException(isClosed ? "the writer is closed" : "the piece before was not ended");
        }
        if (length < 0 || length > maxPieceBytes) {
            throw new IllegalArgumentException("length is " + length + ", must be from 0 to " + maxPieceBytes);
        }
        PartitionBuffer partition = shuffle.bufferOf(bucket);
        try {
            partition.reserve(length, this);
        } catch (Throwable e) {
            shuffle.fail(e);
            throw e;
        }
        FrameFormat.putPieceHeader(array, headerOffset, bucket, id, length);
    }

    void accept(Frame reserved, int offset) {
        frame = reserved;
        array = reserved.bytes;
        headerOffset = offset;
    }

    /** The array that the piece's bytes go to, others' beside them. */
    public byte[] array() {
        return array;
    }

    /** Where in {@link #array} the first byte goes. */
    public int offset() {
        return headerOffset + FrameFormat.PIECE_HEADER_BYTES;
    }

    /**
     * Ends the piece; what is in the array must not be touched after that. May write a frame that is full.
     *
     * @throws io.rezarr.error.StoreException if a frame cannot be written
     * @throws io.rezarr.error.CancelledException if the thread is interrupted, or the shuffle or its scratch directory was closed
     */
    public void end() {
        Frame ended = frame;
        if (ended == null) {
            throw new IllegalStateException("no piece was begun");
        }
        frame = null;
        array = NOTHING;
        try {
            ended.partition().release(ended);
        } catch (Throwable e) {
            shuffle.fail(e);
            throw e;
        }
    }

    /** Writes a whole piece; see {@link #begin} and {@link #end}. */
    public void write(long bucket, long id, byte[] source, int from, int length) {
        Objects.checkFromIndexSize(from, length, source.length);
        begin(bucket, id, length);
        System.arraycopy(source, from, array, offset(), length);
        end();
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (frame != null) {
            shuffle.fail(new IllegalStateException("a piece was begun and not ended"));
        }
        state.writerClosed();
    }
}
