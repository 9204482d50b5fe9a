package io.rezarr.vectors.pyramid;

import io.rezarr.metadata.DataType;
import io.rezarr.metadata.DataType.Kind;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.rechunk.Column;
import io.rezarr.vectors.write.AttributeColumns;
import java.util.Arrays;

/** The mean of integers, which have ids among them: rounded from an exact sum. A partial result is the sum of each column in 16 bytes ({@link WideSums}). */
final class IntegerMean extends Mean {
    private final DataType type = type();
    private final int columns = columns();

    IntegerMean(AttributeColumns attribute) {
        super(attribute, WideSums.BYTES);
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
        addRows(values, groups, weights, (firstSum, value, weight) -> {
            for (int column = 0; column < columns; column++) {
                long number = Numbers.asLong(type, value, column * type.elementBytes());
                sums.add(firstSum + column, number, isUnsigned, weight);
            }
        });
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
