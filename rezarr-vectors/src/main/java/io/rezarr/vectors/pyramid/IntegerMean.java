package io.rezarr.vectors.pyramid;

import io.rezarr.metadata.DataType;
import io.rezarr.metadata.DataType.Kind;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Column;
import io.rezarr.vectors.write.AttributeColumns;
import java.util.Arrays;

/** The mean of integers, which have ids among them: rounded from an exact sum. A partial result is the sum of each column in 16 bytes ({@link WideSums}). */
final class IntegerMean extends FixedSizeMerge {
    private final DataType type;
    private final int columns;

    IntegerMean(AttributeColumns attribute) {
        super(attribute, Math.toIntExact(WideSums.BYTES * attribute.columns()));
        this.type = attribute.format().type();
        this.columns = Math.toIntExact(attribute.columns());
    }

    /** That of the sums. */
    @Override
    int groupingBytes() {
        return partialBytes();
    }

    @Override
    OfChunk ofChunk(Column values, ChunkGroups groups, int[] weights) {
        WideSums sums = sums(values, groups, weights);
        return new FixedOfChunk() {
            @Override
            void put(int group, int part, byte[] to, int at) {
                if (part > 0) {
                    Arrays.fill(to, at, at + partialBytes(), (byte) 0);
                    return;
                }
                for (int column = 0; column < columns; column++) {
                    sums.put(group * columns + column, to, at + WideSums.BYTES * column);
                }
            }
        };
    }

    private WideSums sums(Column values, ChunkGroups groups, int[] weights) {
        WideSums sums = new WideSums(groups.groups() * columns);
        boolean isUnsigned = type.kind() == Kind.UINT;
        byte[] value = new byte[rowBytes()];
        var bytes = Bytes.view(value, 0, value.length);
        for (int row = 0; row < groups.rows(); row++) {
            if (weights[row] > 0) {
                values.copyTo(row, value, 0);
                int at = groups.groupOf(row) * columns;
                for (int column = 0; column < columns; column++) {
                    long number = Numbers.asLong(type, bytes, column * type.elementBytes());
                    sums.add(at + column, number, isUnsigned, weights[row]);
                }
            }
        }
        return sums;
    }

    @Override
    OfBin ofBin() {
        return new Sums();
    }

    private final class Sums implements OfBin {
        private final WideSums sums = new WideSums(columns);

        @Override
        public void begin(int most) {
            sums.clear();
        }

        @Override
        public void add(byte[] from, int at) {
            for (int column = 0; column < columns; column++) {
                sums.add(column, from, at + WideSums.BYTES * column);
            }
        }

        @Override
        public void put(long weight, byte[] to, int at) {
            for (int column = 0; column < columns; column++) {
                putInteger(sums.mean(column, weight), to, at + column * type.elementBytes());
            }
        }

        private void putInteger(long integer, byte[] to, int at) {
            for (int i = 0; i < type.elementBytes(); i++) {
                to[at + i] = (byte) (integer >>> (8 * i));
            }
        }
    }
}
