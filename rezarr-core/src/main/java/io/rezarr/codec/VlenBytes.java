package io.rezarr.codec;

import io.rezarr.error.MalformedDataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The elements of one decoded chunk of byte strings, in C order. A view of the bytes that it was decoded from: valid as long as
 * they are.
 *
 * <p>Encoded form ({@code vlen-bytes}): the number of elements as a little-endian uint32, then for each its length as a
 * little-endian uint32 and its bytes. Hence no element, and in Java no chunk, has 2^31 bytes or more.
 *
 * @see <a href="https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/vlen-bytes">zarr-extensions, vlen-bytes codec</a>
 */
public final class VlenBytes {
    static final String NAME = "vlen-bytes";
    private static final int LENGTH_BYTES = Integer.BYTES;

    private final ByteBuffer bytes;
    /** Where each element begins, and behind the last one where a further one would. */
    private final int[] starts;

    private VlenBytes(ByteBuffer bytes, int... starts) {
        this.bytes = bytes;
        this.starts = starts;
    }

    /**
     * Checks all lengths; copies nothing.
     *
     * @param encoded the remaining bytes are the chunk; its position is not changed
     * @param elements how many the chunk has, padding included
     * @throws MalformedDataException if there are more or fewer, one reaches beyond the end, or bytes are left over
     */
    public static VlenBytes decode(ByteBuffer encoded, long elements) {
        ByteBuffer bytes = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        ItemForm.BYTES.requireCount(bytes, elements);
        int[] starts = new int[(int) elements + 1];
        int at = LENGTH_BYTES;
        for (int element = 0; element < elements; element++) {
            starts[element] = at + LENGTH_BYTES;
            at = ItemForm.BYTES.endOf(bytes, at, element);
        }
        starts[(int) elements] = at + LENGTH_BYTES;
        ItemForm.BYTES.requireEnd(bytes, at, elements);
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
