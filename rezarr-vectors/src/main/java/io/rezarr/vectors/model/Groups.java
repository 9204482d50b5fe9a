package io.rezarr.vectors.model;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Groups of objects, by object id. Read a group at a time; safe for use by many threads. */
public interface Groups {
    /** The path below the store, for messages. */
    String path();

    /** How many groups are stored. */
    int groups();

    /** How many its metadata say there are; -1 if they do not. */
    long declaredGroups();

    /** @throws io.rezarr.error.MalformedDataException if they do not decode */
    Members members(int group, Workspace workspace);

    /** What is in a group. */
    sealed interface Members permits Ids, Range {}

    /**
     * The ids of its objects, in the order given.
     *
     * @param encoded int64, little-endian; valid until the workspace is released
     */
    record Ids(ByteBuffer encoded) implements Members {
        public int count() {
            return encoded.remaining() / Long.BYTES;
        }

        public long id(int i) {
            return encoded.order(ByteOrder.LITTLE_ENDIAN).getLong(encoded.position() + i * Long.BYTES);
        }
    }

    /** All objects with an id from {@code start}, below {@code stop}. */
    record Range(long start, long stop) implements Members {}
}
