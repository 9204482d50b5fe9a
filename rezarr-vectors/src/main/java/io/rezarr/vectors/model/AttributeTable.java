package io.rezarr.vectors.model;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An attribute with a row for each object, or each group, of a level. Read a batch of rows at a time; safe for use by many threads. */
public interface AttributeTable {
    AttributeFormat format();

    /** The path below the store, for messages. */
    String path();

    long rows();

    /** The bytes of one row. */
    long rowBytes();

    int batches();

    /**
     * Reads some rows.
     *
     * @return valid until the workspace is released
     */
    Rows read(int batch, Workspace workspace);

    /**
     * Rows one after the other.
     *
     * @param first the number of the first one
     * @param values little-endian, without padding
     * @param presence a byte for each row, 0 for rows that are absent; {@code null} if rows are absent that hold {@code absent} only
     * @param absent the element, from position 0 to the limit, that says that there is none; {@code null} if no element does
     */
    record Rows(
            long first,
            int count,
            ByteBuffer values,
            @Nullable ByteBuffer presence,
            @Nullable ByteBuffer absent) {
        /** Whether a row, from 0 in this batch, has a value. */
        public boolean isPresent(int row) {
            if (presence != null) {
                return presence.get(presence.position() + row) != 0;
            }
            return absent == null || !holds(row, absent);
        }

        private boolean holds(int row, ByteBuffer element) {
            int rowBytes = values.remaining() / count;
            int at = values.position() + row * rowBytes;
            for (int i = 0; i < rowBytes; i++) {
                if (values.get(at + i) != element.get(i % element.limit())) {
                    return false;
                }
            }
            return rowBytes > 0;
        }
    }
}
