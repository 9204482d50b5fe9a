package io.rezarr.shuffle;

import io.rezarr.error.CancelledException;
import java.util.ArrayDeque;

/**
 * Frames of one size, used again and again. Who finds none waits until one is given back; that ends, since a thread never waits here with a
 * piece that it has not ended, nor for two at a time. Their memory was reserved by the shuffle.
 */
final class FramePool {
    private final int frameBytes;
    private final int maxFrames;
    private final ShuffleState state;
    private final ArrayDeque<Frame> free = new ArrayDeque<>();
    private int made;

    FramePool(int frameBytes, int maxFrames, ShuffleState state) {
        this.frameBytes = frameBytes;
        this.maxFrames = maxFrames;
        this.state = state;
    }

    /** Whether a piece of that length fits a frame. */
    boolean holds(int length) {
        return length <= frameBytes - FrameFormat.FRAME_OVERHEAD_BYTES - FrameFormat.PIECE_HEADER_BYTES;
    }

    synchronized Frame take() {
        state.requireSound();
        while (free.isEmpty() && made == maxFrames) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancelledException("Interrupted while waiting for a buffer of the shuffle.", e);
            }
            state.requireSound();
        }
        Frame frame = free.poll();
        if (frame == null) {
            made++;
            frame = new Frame(this, frameBytes);
        }
        return frame;
    }

    synchronized void giveBack(Frame frame) {
        free.push(frame);
        notify();
    }

    /** Lets those who wait look at the state again. */
    synchronized void wake() {
        notifyAll();
    }

    /** Forgets the frames that are not in use. */
    synchronized void clear() {
        free.clear();
    }
}
