package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.rechunk.Column;
import io.rezarr.vectors.write.AttributeColumns;

/** The value of the first vertex, in the order of chunks and rows. A partial result is that row. */
final class FirstValue extends FixedSizeMerge {
    FirstValue(AttributeColumns attribute) {
        super(attribute, Math.toIntExact(attribute.rowBytes()));
    }

    @Override
    int groupingBytes() {
        return Integer.BYTES;
    }

    @Override
    OfChunk ofChunk(Column values, ChunkGroups groups, int[] weights) {
        int[] firsts = new int[groups.groups()];
        for (int row = groups.rows() - 1; row >= 0; row--) {
            if (weights[row] > 0) {
                firsts[groups.groupOf(row)] = row;
            }
        }
        return new FixedOfChunk() {
            @Override
            void put(int group, int part, byte[] to, int at) {
                values.copyTo(firsts[group], to, at);
            }
        };
    }

    @Override
    OfBin ofBin() {
        return new First();
    }

    private final class First implements OfBin {
        private final byte[] first = new byte[rowBytes()];
        private boolean isThere;

        @Override
        public void begin(int most) {
            isThere = false;
        }

        @Override
        public void add(byte[] from, int at) {
            if (!isThere) {
                System.arraycopy(from, at, first, 0, first.length);
                isThere = true;
            }
        }

        @Override
        public void put(long weight, byte[] to, int at) {
            System.arraycopy(first, 0, to, at, first.length);
        }
    }
}
