package io.rezarr.execute;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Encoded inner chunks that were put aside until their turn to be appended comes. Not safe for use by several threads. */
final class EncodedUnits {
    private static final int FIRST_BYTES = 1 << 12;

    private int[] positions = new int[16];
    private int[] ends = new int[16];
    private byte[] bytes = {};
    private int count;

    void add(int position, ByteBuffer encoded) {
        int begin = count == 0 ? 0 : ends[count - 1];
        int end = Math.addExact(begin, encoded.remaining());
        if (end > bytes.length) {
            long doubled = Math.max(FIRST_BYTES, 2L * bytes.length);
            bytes = Arrays.copyOf(
                    bytes, begin == 0 ? end : (int) Math.min(Workspace.MAX_ARRAY_BYTES, Math.max(doubled, end)));
        }
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        encoded.duplicate().get(bytes, begin, encoded.remaining());
        positions[count] = position;
        ends[count] = end;
        count++;
    }

    int count() {
        return count;
    }

    int position(int i) {
        return positions[i];
    }

    ByteBuffer encoded(int i) {
        int begin = i == 0 ? 0 : ends[i - 1];
        return ByteBuffer.wrap(bytes, begin, ends[i] - begin);
    }

    void clear() {
        count = 0;
    }
}
