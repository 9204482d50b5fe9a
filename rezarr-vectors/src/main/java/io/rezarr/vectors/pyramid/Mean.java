package io.rezarr.vectors.pyramid;

import io.rezarr.metadata.DataType;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Column;
import io.rezarr.vectors.write.AttributeColumns;
import java.nio.ByteBuffer;

/** A partial result is the sum of each column. */
abstract sealed class Mean extends FixedSizeMerge permits FloatMean, IntegerMean {
    private final DataType type;
    private final int columns;

    Mean(AttributeColumns attribute, int sumBytes) {
        super(attribute, Math.toIntExact(sumBytes * attribute.columns()));
        this.type = attribute.format().type();
        this.columns = Math.toIntExact(attribute.columns());
    }

    final DataType type() {
        return type;
    }

    final int columns() {
        return columns;
    }

    /** That of the sums. */
    @Override
    final int groupingBytes() {
        return partialBytes();
    }

    /** Takes the value of a row that counts. */
    interface RowSum {
        /** @param firstSum of the row's group, of which there is one for each column */
        void add(int firstSum, ByteBuffer value, int weight);
    }

    final void addRows(Column values, ChunkGroups groups, int[] weights, RowSum sum) {
        byte[] value = new byte[rowBytes()];
        ByteBuffer bytes = Bytes.view(value, 0, value.length);
        for (int row = 0; row < groups.rows(); row++) {
            if (weights[row] > 0) {
                values.copyTo(row, value, 0);
                sum.add(groups.groupOf(row) * columns, bytes, weights[row]);
            }
        }
    }
}
