package io.rezarr.vectors.model;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Links that were read together, each with its ends in the order in which they were given by whoever made them. An end is a chunk, by its
 * number in {@link VectorLevel#vertices}, and a row of that chunk. Neither is known to exist.
 */
public final class LinkBatch {
    private final String place;
    private final int width;
    private final int size;
    private final int[] chunks;
    private final long[] rows;
    private final int filedUnder;
    private final EndChunks here;
    private final EndChunks there;
    private final List<@Nullable ByteBuffer> attributes;

    private LinkBatch(Builder builder, int filedUnder, List<@Nullable ByteBuffer> attributes) {
        this.place = builder.place;
        this.width = builder.width;
        this.size = builder.size;
        this.chunks = builder.chunks;
        this.rows = builder.rows;
        this.here = builder.here;
        this.there = builder.there;
        this.filedUnder = filedUnder;
        this.attributes = attributes;
    }

    /** Where the links stand, for messages: an array and a chunk. */
    public String place() {
        return place;
    }

    public int size() {
        return size;
    }

    public int width() {
        return width;
    }

    /** The number of an end's chunk; negative if the level has no such chunk. */
    public int chunk(int link, int end) {
        return chunks[link * width + end];
    }

    /** The row of an end in its chunk, as stored. */
    public long row(int link, int end) {
        return rows[link * width + end];
    }

    /** The coordinates of an end's chunk, whether it exists or not. */
    public ChunkKey key(int link, int end) {
        return (end == 0 ? here : there).key(chunk(link, end));
    }

    /**
     * Whether the link is stored here a further time: of the copies of a link, the one that is filed under the chunk of its first end is the
     * link itself.
     */
    public boolean isCopy(int link) {
        return filedUnder >= 0 && chunk(link, 0) != filedUnder;
    }

    /** The number of the chunk whose copies of the links these are; negative where links are stored once. */
    public int filedUnder() {
        return filedUnder;
    }

    /** Whether all ends of a link are in one chunk of one level. */
    public boolean staysInChunk(int link) {
        for (int end = 1; end < width; end++) {
            if (chunk(link, end) != chunk(link, 0)) {
                return false;
            }
        }
        return true;
    }

    /** The values of an attribute of the family, a row for each link; {@code null} if these links have none. */
    public @Nullable ByteBuffer attribute(int attribute) {
        return attributes.get(attribute);
    }

    /** The ends of a link as text: {@code 0.1:5 -> 0.2:0}. */
    public String describe(int link) {
        StringBuilder text = new StringBuilder();
        for (int end = 0; end < width; end++) {
            text.append(end == 0 ? "" : " -> ")
                    .append(key(link, end))
                    .append(':')
                    .append(row(link, end));
        }
        return text.toString();
    }

    /** Collects the ends of the links of one batch. */
    public static final class Builder {
        private final String place;
        private final int width;
        private final EndChunks here;
        private final EndChunks there;
        private int[] chunks;
        private long[] rows;
        private int size;

        /**
         * @param here the chunks of the level of first ends
         * @param there the chunks of the level of the other ends; {@code null} if there is no such level
         * @param expected how many links there will be
         */
        public Builder(String place, int width, ChunkIndex here, @Nullable ChunkIndex there, int expected) {
            this.place = place;
            this.width = width;
            this.here = new EndChunks(here);
            this.there = there == here ? this.here : new EndChunks(there);
            this.chunks = new int[Math.multiplyExact(expected, width)];
            this.rows = new long[chunks.length];
        }

        /** The number of the chunk of an end, to be given to {@link #end}. */
        public int chunk(int end, long[] coordinates, int from, int rank) {
            return (end == 0 ? here : there).resolve(coordinates, from, rank);
        }

        /** Sets an end of the link that {@link #next} will close. */
        public void end(int end, int chunk, long row) {
            int at = size * width + end;
            if (at >= chunks.length) {
                chunks = Arrays.copyOf(chunks, Math.max(at + width, 2 * chunks.length));
                rows = Arrays.copyOf(rows, chunks.length);
            }
            chunks[at] = chunk;
            rows[at] = row;
        }

        /** Closes a link. */
        public void next() {
            size++;
        }

        /**
         * @param filedUnder where links are stored once in each chunk that they touch, the number of the chunk whose copies these are; else negative
         * @param attributes for each attribute of the family its values, or null
         */
        public LinkBatch build(int filedUnder, List<@Nullable ByteBuffer> attributes) {
            return new LinkBatch(this, filedUnder, attributes);
        }
    }
}
