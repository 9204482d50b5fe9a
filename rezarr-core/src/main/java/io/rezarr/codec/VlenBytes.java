package io.rezarr.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The elements of one decoded chunk of byte strings, in C order. A view of the bytes that it was decoded from: valid as long as
 * they are.
 *
 * <p>How they stand in those bytes, {@link ItemForm} says. This is for whoever takes elements one by one; where they are scattered into
 * other chunks, each has a slot instead ({@link ItemForm#SLOT_BYTES}).
 */
public final class VlenBytes {
    private static final int LENGTH_BYTES = ItemForm.LENGTH_BYTES;

    private final ByteBuffer bytes;
    /** Where each element begins, and behind the last one where a further one would. */
    private final int[] starts;

    private VlenBytes(ByteBuffer bytes, int... starts) {
        this.bytes = bytes;
        this.starts = starts;
    }

    /**
     * Copies nothing.
     *
     * @param chunk the remaining bytes, as {@link CodecChain#decode} has checked them; its position is not changed
     */
    public static VlenBytes of(ByteBuffer chunk) {
        ByteBuffer bytes = chunk.slice().order(ByteOrder.LITTLE_ENDIAN);
        int[] starts = new int[bytes.getInt(0) + 1];
        starts[0] = 2 * LENGTH_BYTES;
        for (int element = 1; element < starts.length; element++) {
            int last = starts[element - 1];
            starts[element] = last + bytes.getInt(last - LENGTH_BYTES) + LENGTH_BYTES;
        }
        return new VlenBytes(bytes, starts);
    }

    public int count() {
        return starts.length - 1;
    }

    /** The bytes of an element, little-endian. */
    public ByteBuffer element(int element) {
        int start = starts[element];
        int end = starts[element + 1] - LENGTH_BYTES;
        return bytes.slice(start, end - start).order(ByteOrder.LITTLE_ENDIAN);
    }
}
