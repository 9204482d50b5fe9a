package io.rezarr.vectors.layout.v07;

import io.rezarr.error.MalformedDataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Items of differing size in one array, where each begins in another one as i64; the last one goes to the end. */
final class OffsetSlices {
    private OffsetSlices() {}

    /** @throws MalformedDataException if the item does not lie within the data */
    static ByteBuffer slice(ByteBuffer data, ByteBuffer offsets, int item, int items, String path) {
        long start = offsets.getLong(offsets.position() + item * Long.BYTES);
        long end = item == items - 1 ? data.remaining() : offsets.getLong(offsets.position() + (item + 1) * Long.BYTES);
        if (start < 0 || start > end || end > data.remaining()) {
            throw new MalformedDataException(
                            "offsets",
                            (long) item * Long.BYTES,
                            "item " + item + " lies from byte " + start + " to " + end + " of " + data.remaining())
                    .in(path);
        }
        return data.slice(data.position() + (int) start, (int) (end - start)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
