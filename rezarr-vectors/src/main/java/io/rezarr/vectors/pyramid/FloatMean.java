package io.rezarr.vectors.pyramid;

import io.rezarr.metadata.DataType;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Column;
import io.rezarr.vectors.write.AttributeColumns;
import java.util.Arrays;

/** The mean of float32 or float64. A partial result is the sum of each column as a double. */
final class FloatMean extends Mean {
    private final DataType type = type();
    private final int columns = columns();

    FloatMean(AttributeColumns attribute) {
        super(attribute, Double.BYTES);
    }

    @Override
    OfChunk ofChunk(Column values, ChunkGroups groups, int[] weights) {
        double[] sums = sums(values, groups, weights);
        return new FixedOfChunk() {
            @Override
            void put(int group, int part, byte[] to, int at) {
                for (int column = 0; column < columns; column++) {
                    double sum = part == 0 ? sums[group * columns + column] : 0;
                    Bytes.putLong(to, at + Double.BYTES * column, Double.doubleToRawLongBits(sum));
                }
            }
        };
    }

    private double[] sums(Column values, ChunkGroups groups, int[] weights) {
        double[] sums = new double[groups.groups() * columns];
        addRows(values, groups, weights, (firstSum, value, weight) -> {
            for (int column = 0; column < columns; column++) {
                sums[firstSum + column] += weight * Numbers.asDouble(type, value, column * type.elementBytes());
            }
        });
        return sums;
    }

    @Override
    OfBin ofBin() {
        return new Sums();
    }

    private final class Sums implements OfBin {
        private final double[] sums = new double[columns];

        @Override
        public void begin(int most) {
            Arrays.fill(sums, 0);
        }

        @Override
        public void add(byte[] from, int at) {
            for (int column = 0; column < columns; column++) {
                sums[column] += Double.longBitsToDouble(Bytes.getLong(from, at + Double.BYTES * column));
            }
        }

        @Override
        public void put(long weight, byte[] to, int at) {
            for (int column = 0; column < columns; column++) {
                double mean = sums[column] / weight;
                if (type.elementBytes() == Float.BYTES) {
                    Bytes.putInt(to, at + Float.BYTES * column, Float.floatToRawIntBits((float) mean));
                } else {
                    Bytes.putLong(to, at + Double.BYTES * column, Double.doubleToRawLongBits(mean));
                }
            }
        }
    }
}
