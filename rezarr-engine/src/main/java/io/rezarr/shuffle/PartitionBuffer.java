package io.rezarr.shuffle;

import org.jspecify.annotations.Nullable;

/** The frame of a partition that is being filled, and the file that full ones go to. Safe for use by many threads. */
final class PartitionBuffer {
    private final FrameFile file;
    private final FramePool frames;
    private final FramePool oversize;
    private @Nullable Frame open;

    /** @param oversize frames for pieces that do not fit the others */
    PartitionBuffer(FrameFile file, FramePool frames, FramePool oversize) {
        this.file = file;
        this.frames = frames;
        this.oversize = oversize;
    }

    FrameFile file() {
        return file;
    }

    /**
     * Takes room for a piece in some frame, and writes the one that it finds full: before it takes another, so that a thread that waits for one
     * holds none.
     */
    void reserve(int length, PieceWriter writer) {
        if (!frames.holds(length)) {
            reserveAlone(length, writer);
            return;
        }
        while (true) {
            Frame full;
            synchronized (this) {
                Frame frame = open;
                if (frame == null) {
                    frame = frames.take();
                    frame.open(this);
                    open = frame;
                }
                int offset = frame.reserve(length);
                if (offset >= 0) {
                    writer.accept(frame, offset);
                    return;
                }
                full = frame;
                open = null;
            }
            release(full);
        }
    }

    /** In a frame of its own, which is written when the piece is there. */
    private void reserveAlone(int length, PieceWriter writer) {
        Frame frame = oversize.take();
        frame.open(this);
        writer.accept(frame, frame.reserve(length));
        frame.release();
    }

    /** Lets go of a frame; the last one who does so writes it. */
    void release(Frame frame) {
        if (frame.release()) {
            file.append(frame);
            frame.pool.giveBack(frame);
        }
    }

    /** Writes what there is. No thread may be in here. */
    void flush() {
        Frame frame;
        synchronized (this) {
            frame = open;
            open = null;
        }
        if (frame != null) {
            release(frame);
        }
    }
}
