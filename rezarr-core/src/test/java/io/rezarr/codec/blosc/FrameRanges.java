package io.rezarr.codec.blosc;

import io.rezarr.codec.EncodedRanges;
import java.util.ArrayList;
import java.util.List;

/** A frame in an array, that remembers which ranges of it were read. */
final class FrameRanges implements EncodedRanges {
    private final byte[] frame;
    private final List<int[]> reads = new ArrayList<>();

    FrameRanges(byte[] frame) {
        this.frame = frame;
    }

    @Override
    public long bytes() {
        return frame.length;
    }

    @Override
    public void read(long offset, byte[] target, int to, int length) {
        System.arraycopy(frame, (int) offset, target, to, length);
        reads.add(new int[] {(int) offset, length});
    }

    int reads() {
        return reads.size();
    }

    long readBytes() {
        return reads.stream().mapToLong(read -> read[1]).sum();
    }
}
