package io.rezarr.codec.blosc;

import io.rezarr.codec.NeededBytes;
import java.util.Arrays;

/**
 * The blocks of a frame that have needed bytes, in the order in which they lie in it: c-blosc with several threads
 * writes them in any. A frame does not say where a block ends; where another begins, it has ended.
 *
 * <p>Kept with a workspace, since its arrays are used again.
 */
final class NeededBlocks implements AutoCloseable {
    /** In the upper half of each where the block begins, in the lower its number. */
    private long[] blocks = new long[16];

    private int[] ends = new int[16];
    private int count;

    void find(Frame frame, NeededBytes needed) {
        int first = (int) (needed.first() / frame.blockBytes);
        int last = (int) ((needed.end() - 1) / frame.blockBytes);
        reserve(last - first + 1);
        for (int block = first; block <= last; block++) {
            long begin = (long) block * frame.blockBytes;
            if (needed.isNeeded(begin, begin + frame.blockBytes)) {
                blocks[count++] = (long) frame.startOf(block) << Integer.SIZE | block;
            }
        }
        Arrays.sort(blocks, 0, count);
        findEnds(frame);
    }

    private void reserve(int most) {
        count = 0;
        if (most > blocks.length) {
            blocks = new long[most];
            ends = new int[most];
        }
    }

    private void findEnds(Frame frame) {
        Arrays.fill(ends, 0, count, frame.length);
        for (int block = 0; block < frame.blocks; block++) {
            int start = frame.startOf(block);
            int before = lastBefore(start);
            if (before >= 0 && ends[before] > start) {
                ends[before] = start;
            }
        }
        for (int i = 1; i < count; i++) {
            if (start(i) == start(i - 1)) {
                throw Frame.malformed(
                        Frame.HEADER_BYTES,
                        "blocks " + block(i - 1) + " and " + block(i) + " both begin at byte " + start(i));
            }
        }
    }

    /** The last needed block that begins before {@code position}; -1 if there is none. */
    private int lastBefore(int position) {
        int found = Arrays.binarySearch(blocks, 0, count, (long) position << Integer.SIZE);
        return (found < 0 ? -found - 1 : found) - 1;
    }

    int count() {
        return count;
    }

    int block(int i) {
        return (int) blocks[i];
    }

    int start(int i) {
        return (int) (blocks[i] >>> Integer.SIZE);
    }

    int end(int i) {
        return ends[i];
    }

    @Override
    public void close() {}
}
