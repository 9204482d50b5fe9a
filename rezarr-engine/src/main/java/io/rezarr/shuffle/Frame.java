package io.rezarr.shuffle;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An array in which pieces are gathered. Threads reserve room one after the other (under the lock of the partition), copy at the same time, and
 * the last one that lets go of a closed frame sends it to its file.
 */
final class Frame {
    final byte[] bytes;

    /** Where it goes when it was written. */
    final FramePool pool;

    /** The threads that copy, and one for as long as more room may be reserved. */
    private final AtomicInteger users = new AtomicInteger();

    private @Nullable PartitionBuffer partition;
    private int end;
    private int pieces;
    private long pieceBytes;

    Frame(FramePool pool, int capacityBytes) {
        this.pool = pool;
        bytes = new byte[capacityBytes];
    }

    /** Empties it for pieces of a partition. */
    void open(PartitionBuffer of) {
        partition = of;
        end = FrameFormat.HEADER_BYTES;
        pieces = 0;
        pieceBytes = 0;
        users.set(1);
    }

    /** Takes room for a piece; the offset of its header, or -1 if it does not fit. The caller has to {@link #release} what it got. */
    int reserve(int length) {
        int room = bytes.length - FrameFormat.CHECKSUM_BYTES - end;
        if (room - FrameFormat.PIECE_HEADER_BYTES < length) {
            return -1;
        }
        int offset = end;
        end += FrameFormat.PIECE_HEADER_BYTES + length;
        pieces++;
        pieceBytes += length;
        users.incrementAndGet();
        return offset;
    }

    /** Whether that was the last user: the caller then writes it. */
    boolean release() {
        return users.decrementAndGet() == 0;
    }

    /** Whose pieces it has. */
    PartitionBuffer partition() {
        PartitionBuffer of = partition;
        if (of == null) {
            throw new IllegalStateException("a frame that was not opened has no partition");
        }
        return of;
    }

    int payloadBytes() {
        return end - FrameFormat.HEADER_BYTES;
    }

    int pieces() {
        return pieces;
    }

    /** Of the pieces alone, without their headers. */
    long pieceBytes() {
        return pieceBytes;
    }
}
