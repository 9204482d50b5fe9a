package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.write.AttributeColumns;

/** Kinds whose partial results are all of one size. */
abstract sealed class FixedSizeMerge extends AttributeMerge permits FirstValue, Mean {
    private final int partialBytes;

    FixedSizeMerge(AttributeColumns attribute, int partialBytes) {
        super(attribute);
        this.partialBytes = partialBytes;
    }

    @Override
    final int fixedBytes() {
        return partialBytes;
    }

    @Override
    final int partialBytes() {
        return partialBytes;
    }

    @Override
    final int joiningBytes() {
        return 0;
    }

    @Override
    final int end(byte[] from, int at) {
        return at + partialBytes;
    }

    /** The partial results of the groups of a chunk. */
    abstract class FixedOfChunk implements OfChunk {
        @Override
        public final int parts(int group, int mostBytes) {
            return 1;
        }

        @Override
        public final long bytes(int group, int part, int mostBytes) {
            return partialBytes;
        }

        @Override
        public final int put(int group, int part, int mostBytes, byte[] to, int at) {
            put(group, part, to, at);
            return at + partialBytes;
        }

        /** @param part the first one has all of it; others must change nothing */
        abstract void put(int group, int part, byte[] to, int at);
    }
}
