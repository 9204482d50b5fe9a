package io.rezarr.vectors.model;

import io.rezarr.error.MalformedDataException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Objects that were read together. The manifest of each is a list of entries, in the order of the object; an entry is a run of fragments of one
 * chunk. Neither chunks nor fragments are known to exist.
 */
public final class ObjectBatch {
    private final long first;
    private final long[] ids;
    private final int[] ends;
    private final int[] chunks;
    private final long[] fragments;
    private final EndChunks level;

    private ObjectBatch(Builder builder, long first, long... ids) {
        this.first = first;
        this.ids = ids;
        this.ends = Arrays.copyOf(builder.ends, builder.objects);
        this.chunks = builder.chunks;
        this.fragments = builder.fragments;
        this.level = builder.level;
    }

    /** The row of the first of them among all objects of the level. */
    public long first() {
        return first;
    }

    public int size() {
        return ends.length;
    }

    public long id(int object) {
        return ids[object];
    }

    /** The first entry of an object's manifest. */
    public int begin(int object) {
        return object == 0 ? 0 : ends[object - 1];
    }

    /** The entry behind the last one of an object's manifest. */
    public int end(int object) {
        return ends[object];
    }

    /** The number of the chunk of an entry; negative if the level has no such chunk. */
    public int chunk(int entry) {
        return chunks[entry];
    }

    public ChunkKey key(int entry) {
        return level.key(chunks[entry]);
    }

    public long firstFragment(int entry) {
        return fragments[2 * entry];
    }

    /** How many fragments follow one another, from the first one. */
    public long fragmentCount(int entry) {
        return fragments[2 * entry + 1];
    }

    /**
     * Collects manifests.
     *
     * <p>Encoded form of one: u32 blocks; for each its chunk's coordinates as i64, u8 mode, then mode 0: i64 fragment; mode 1: i64 first, i64 count;
     * mode 2: u32 n, n × i64 fragment. Nothing is aligned.
     */
    public static final class Builder {
        private static final String NAME = "object manifest";

        private final int rank;
        private final EndChunks level;
        private final long[] coordinates;
        private int[] ends = new int[64];
        private int objects;
        private int[] chunks = new int[256];
        private long[] fragments = new long[512];
        private int entries;

        /**
         * @param rank how many coordinates a chunk has
         * @param level the chunks of the level; {@code null} if they cannot be told
         */
        public Builder(int rank, @Nullable ChunkIndex level) {
            this.rank = rank;
            this.level = new EndChunks(level);
            this.coordinates = new long[rank];
        }

        /**
         * Decodes the manifest of the next object, little-endian.
         *
         * @throws MalformedDataException if it is none; then nothing was added
         */
        public void add(ByteBuffer manifest) {
            int before = entries;
            try {
                decode(manifest);
            } catch (MalformedDataException e) {
                entries = before;
                throw e;
            }
            close();
        }

        private void decode(ByteBuffer manifest) {
            ByteBuffer bytes = manifest.duplicate().order(java.nio.ByteOrder.LITTLE_ENDIAN);
            require(bytes, 4, "a number of blocks");
            long blocks = Integer.toUnsignedLong(bytes.getInt());
            for (long block = 0; block < blocks; block++) {
                require(bytes, 8L * rank + 1, "block " + block + " of " + blocks);
                for (int axis = 0; axis < rank; axis++) {
                    coordinates[axis] = bytes.getLong();
                }
                decodeFragments(bytes, level.resolve(coordinates, 0, rank));
            }
            if (bytes.hasRemaining()) {
                throw new MalformedDataException(
                        NAME,
                        bytes.position(),
                        "expected the end after " + blocks + " blocks, found " + bytes.remaining() + " bytes");
            }
        }

        private void decodeFragments(ByteBuffer bytes, int chunk) {
            int mode = Byte.toUnsignedInt(bytes.get());
            switch (mode) {
                case 0 -> {
                    require(bytes, 8, "a fragment");
                    append(chunk, bytes.getLong(), 1);
                }
                case 1 -> {
                    require(bytes, 16, "a range of fragments");
                    appendRange(bytes, chunk, bytes.getLong(), bytes.getLong());
                }
                case 2 -> {
                    require(bytes, 4, "a number of fragments");
                    long count = Integer.toUnsignedLong(bytes.getInt());
                    require(bytes, 8 * count, count + " fragments");
                    for (long i = 0; i < count; i++) {
                        append(chunk, bytes.getLong(), 1);
                    }
                }
                default ->
                    throw new MalformedDataException(
                            NAME, bytes.position() - 1L, "block mode is " + mode + ", expected 0, 1 or 2");
            }
        }

        private void appendRange(ByteBuffer bytes, int chunk, long start, long count) {
            if (count < 0 || start < 0 || start > Long.MAX_VALUE - count) {
                throw new MalformedDataException(
                        NAME, bytes.position() - 16L, "a range of " + count + " fragments from " + start);
            }
            append(chunk, start, count);
        }

        private void append(int chunk, long first, long count) {
            if (entries == chunks.length) {
                chunks = Arrays.copyOf(chunks, 2 * entries);
                fragments = Arrays.copyOf(fragments, 4 * entries);
            }
            chunks[entries] = chunk;
            fragments[2 * entries] = first;
            fragments[2 * entries + 1] = count;
            entries++;
        }

        private void close() {
            if (objects == ends.length) {
                ends = Arrays.copyOf(ends, 2 * objects);
            }
            ends[objects++] = entries;
        }

        private static void require(ByteBuffer bytes, long needed, String what) {
            if (bytes.remaining() < needed) {
                throw new MalformedDataException(
                        NAME,
                        bytes.position(),
                        "expected " + needed + " bytes of " + what + ", found " + bytes.remaining());
            }
        }

        /**
         * @param first the row of the first object
         * @param ids an id for each
         */
        public ObjectBatch build(long first, long... ids) {
            if (ids.length != objects) {
                throw new IllegalArgumentException(ids.length + " ids for " + objects + " objects");
            }
            return new ObjectBatch(this, first, ids);
        }
    }
}
