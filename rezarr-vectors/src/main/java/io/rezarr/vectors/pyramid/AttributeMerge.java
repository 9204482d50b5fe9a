package io.rezarr.vectors.pyramid;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.DataType.Kind;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.pyramid.PyramidOptions.Aggregate;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Column;
import io.rezarr.vectors.rechunk.IndexSort;
import io.rezarr.vectors.write.AttributeColumns;
import java.util.Arrays;

/**
 * How the values of one attribute become that of a metavertex, by way of partial results: one for each group of a chunk, then one for each bin.
 *
 * <p>Partial forms: of a mean the sum of each column, of integers exact in 16 bytes, else as a double; of the first one the row; of the most frequent one a uint32, then for each value that many
 * times a long and the row, in the order of the rows' bytes; that may come in several parts.
 */
final class AttributeMerge {
    private final AttributeColumns attribute;
    private final Aggregate how;
    private final int rowBytes;
    private final int columns;
    /** Whether means are of integers, which have ids among them: their sums are exact. */
    private final boolean isWhole;

    private AttributeMerge(AttributeColumns attribute, Aggregate how) {
        this.attribute = attribute;
        this.how = how;
        this.rowBytes = Math.toIntExact(attribute.rowBytes());
        this.columns = Math.toIntExact(attribute.columns());
        this.isWhole = attribute.format().type().kind() != Kind.FLOAT;
    }

    static AttributeMerge of(AttributeColumns attribute, Aggregate how) {
        DataType type = attribute.format().type();
        boolean isMean = how == Aggregate.MEAN;
        if (isMean && type.kind() == Kind.FLOAT && type.elementBytes() == 2) {
            throw new UnsupportedFeatureException(
                    "Vertex attribute '" + attribute.format().name()
                            + "' is float16, of which rezarr makes no mean: use --aggregate first or mode.");
        }
        boolean hasNoMean = attribute.format().isDictionary() || type.kind() == Kind.BOOL;
        return new AttributeMerge(attribute, isMean && hasNoMean ? Aggregate.MODE : how);
    }

    AttributeColumns attribute() {
        return attribute;
    }

    int rowBytes() {
        return rowBytes;
    }

    /** What a partial result takes of itself, beside values that are counted. */
    int fixedBytes() {
        return how == Aggregate.MODE ? 0 : partialBytes();
    }

    /** What the partial result of a row takes at most. */
    int partialBytes() {
        return switch (how) {
            case MEAN -> (isWhole ? WideSums.BYTES : 8) * columns;
            case FIRST -> rowBytes;
            case MODE -> 4 + 8 + rowBytes;
        };
    }

    /** The partial results of the groups of a chunk. */
    final class OfChunk {
        private final Column values;
        private final ChunkGroups groups;
        private final int[] weights;
        /** Of a mean, one of both. */
        private final double[] sums;

        private final WideSums wideSums;
        /** Rows by group, in the order of their values if these are counted; else the first row of each group. */
        private final int[] rows;

        private final int[] begins;
        /** Of values that are counted: where in {@link #rows} each different one begins, and behind them the end; by group the first of them. */
        private final int[] different;

        private final int[] firstDifferent;
        private final byte[] one;
        private final byte[] other;

        OfChunk(Column values, ChunkGroups groups, int[] weights) {
            this.values = values;
            this.groups = groups;
            this.weights = weights;
            this.one = new byte[rowBytes];
            this.other = new byte[rowBytes];
            int means = how == Aggregate.MEAN ? groups.groups() * columns : 0;
            this.sums = new double[isWhole ? 0 : means];
            this.wideSums = new WideSums(isWhole ? means : 0);
            this.begins = new int[how == Aggregate.MODE ? groups.groups() + 1 : 0];
            this.rows = switch (how) {
                case MEAN -> new int[0];
                case FIRST -> new int[groups.groups()];
                case MODE -> sorted();
            };
            this.firstDifferent = new int[begins.length];
            this.different = how == Aggregate.MODE ? different() : new int[0];
            if (how == Aggregate.MEAN) {
                sum();
            } else if (how == Aggregate.FIRST) {
                for (int row = groups.rows() - 1; row >= 0; row--) {
                    if (weights[row] > 0) {
                        rows[groups.groupOf(row)] = row;
                    }
                }
            }
        }

        private void sum() {
            var bytes = Bytes.view(one, 0, rowBytes);
            DataType type = attribute.format().type();
            for (int row = 0; row < groups.rows(); row++) {
                if (weights[row] > 0) {
                    values.copyTo(row, one, 0);
                    int at = groups.groupOf(row) * columns;
                    for (int column = 0; column < columns; column++) {
                        int place = column * type.elementBytes();
                        if (isWhole) {
                            wideSums.add(
                                    at + column,
                                    Numbers.asLong(type, bytes, place),
                                    type.kind() == Kind.UINT,
                                    weights[row]);
                        } else {
                            sums[at + column] += weights[row] * Numbers.asDouble(type, bytes, place);
                        }
                    }
                }
            }
        }

        private int[] sorted() {
            for (int row = 0; row < groups.rows(); row++) {
                if (weights[row] > 0) {
                    begins[groups.groupOf(row) + 1]++;
                }
            }
            for (int group = 0; group < groups.groups(); group++) {
                begins[group + 1] += begins[group];
            }
            int[] byGroup = new int[begins[groups.groups()]];
            int[] next = begins.clone();
            for (int row = 0; row < groups.rows(); row++) {
                if (weights[row] > 0) {
                    byGroup[next[groups.groupOf(row)]++] = row;
                }
            }
            int[] order = IndexSort.sort(byGroup.length, (a, b) -> {
                int byGroups = Integer.compare(groups.groupOf(byGroup[a]), groups.groupOf(byGroup[b]));
                return byGroups != 0 ? byGroups : compare(byGroup[a], byGroup[b]);
            });
            for (int i = 0; i < order.length; i++) {
                order[i] = byGroup[order[i]];
            }
            return order;
        }

        private int compare(int row, int with) {
            values.copyTo(row, one, 0);
            values.copyTo(with, other, 0);
            return Arrays.compareUnsigned(one, other);
        }

        private int[] different() {
            int[] places = new int[rows.length + 1];
            int count = 0;
            for (int group = 0; group < groups.groups(); group++) {
                firstDifferent[group] = count;
                for (int i = begins[group]; i < begins[group + 1]; i++) {
                    if (i == begins[group] || compare(rows[i - 1], rows[i]) != 0) {
                        places[count++] = i;
                    }
                }
            }
            firstDifferent[groups.groups()] = count;
            places[count] = rows.length;
            return Arrays.copyOf(places, count + 1);
        }

        /** In how many parts of at most that many bytes the result of a group goes, or of one value each. */
        int parts(int group, int mostBytes) {
            if (how != Aggregate.MODE) {
                return 1;
            }
            int values = firstDifferent[group + 1] - firstDifferent[group];
            return values == 0 ? 1 : (values - 1) / valuesOfPart(mostBytes) + 1;
        }

        private int valuesOfPart(int mostBytes) {
            return Math.max(1, (mostBytes - 4) / (8 + rowBytes));
        }

        private int firstOf(int group, int part, int mostBytes) {
            long first = firstDifferent[group] + (long) part * valuesOfPart(mostBytes);
            return (int) Math.min(firstDifferent[group + 1], first);
        }

        long bytes(int group, int part, int mostBytes) {
            return how == Aggregate.MODE
                    ? 4
                            + (long) (8 + rowBytes)
                                    * (firstOf(group, part + 1, mostBytes) - firstOf(group, part, mostBytes))
                    : partialBytes();
        }

        /** Gives the place behind. */
        int put(int group, int part, int mostBytes, byte[] to, int at) {
            switch (how) {
                case MEAN -> {
                    for (int column = 0; column < columns; column++) {
                        putSum(group * columns + column, part, to, at + partialBytes() / columns * column);
                    }
                    return at + partialBytes();
                }
                case FIRST -> {
                    values.copyTo(rows[group], to, at);
                    return at + rowBytes;
                }
                default -> {
                    return putCounts(firstOf(group, part, mostBytes), firstOf(group, part + 1, mostBytes), to, at);
                }
            }
        }

        /** All of it is in the first part. */
        private void putSum(int sum, int part, byte[] to, int at) {
            if (part > 0) {
                Arrays.fill(to, at, at + partialBytes() / columns, (byte) 0);
            } else if (isWhole) {
                wideSums.put(sum, to, at);
            } else {
                Bytes.putLong(to, at, Double.doubleToRawLongBits(sums[sum]));
            }
        }

        private int putCounts(int first, int end, byte[] to, int at) {
            Bytes.putInt(to, at, end - first);
            int put = at + 4;
            for (int value = first; value < end; value++) {
                long count = 0;
                for (int i = different[value]; i < different[value + 1]; i++) {
                    count += weights[rows[i]];
                }
                Bytes.putLong(to, put, count);
                values.copyTo(rows[different[value]], to, put + 8);
                put += 8 + rowBytes;
            }
            return put;
        }
    }

    private UnsupportedFeatureException tooMany() {
        return new UnsupportedFeatureException(
                "Vertex attribute '" + attribute.format().name()
                        + "' has so many different values in one bin that they cannot be counted at once: use --aggregate first, or smaller factors.");
    }

    /** Where the partial result that begins at a place ends. */
    int end(byte[] from, int at) {
        return how == Aggregate.MODE ? at + 4 + Bytes.getInt(from, at) * (8 + rowBytes) : at + partialBytes();
    }

    /** Puts together the partial results of one bin. */
    final class OfBin {
        private final double[] sums = new double[how == Aggregate.MEAN && !isWhole ? columns : 0];
        private final WideSums wideSums = new WideSums(how == Aggregate.MEAN && isWhole ? columns : 0);
        private boolean hasFirst;
        private final byte[] first = new byte[rowBytes];
        private byte[] counts = new byte[0];
        private int counted;

        void clear() {
            Arrays.fill(sums, 0);
            wideSums.clear();
            hasFirst = false;
            counted = 0;
        }

        void add(byte[] from, int at) {
            switch (how) {
                case MEAN -> {
                    for (int column = 0; column < columns; column++) {
                        if (isWhole) {
                            wideSums.add(column, from, at + WideSums.BYTES * column);
                        } else {
                            sums[column] += Double.longBitsToDouble(Bytes.getLong(from, at + 8 * column));
                        }
                    }
                }
                case FIRST -> {
                    if (!hasFirst) {
                        System.arraycopy(from, at, first, 0, rowBytes);
                        hasFirst = true;
                    }
                }
                default -> merge(from, at + 4, Bytes.getInt(from, at));
            }
        }

        /** Both sides are in the order of the rows' bytes. */
        private void merge(byte[] from, int at, int count) {
            int entry = 8 + rowBytes;
            long most = (long) (counted + count) * entry;
            if (most > 1 << 28) {
                throw tooMany();
            }
            byte[] merged = new byte[(int) most];
            int mine = 0;
            int theirs = 0;
            int to = 0;
            while (mine < counted || theirs < count) {
                int a = mine * entry;
                int b = at + theirs * entry;
                int order = mine == counted
                        ? 1
                        : theirs == count
                                ? -1
                                : Arrays.compareUnsigned(counts, a + 8, a + entry, from, b + 8, b + entry);
                System.arraycopy(order <= 0 ? counts : from, order <= 0 ? a : b, merged, to, entry);
                if (order == 0) {
                    Bytes.putLong(merged, to, Bytes.getLong(counts, a) + Bytes.getLong(from, b));
                }
                mine += order <= 0 ? 1 : 0;
                theirs += order >= 0 ? 1 : 0;
                to += entry;
            }
            counts = merged;
            counted = to / entry;
        }

        /** The value of the metavertex. */
        void put(long weight, byte[] to, int at) {
            switch (how) {
                case MEAN -> {
                    DataType type = attribute.format().type();
                    for (int column = 0; column < columns; column++) {
                        int place = at + column * type.elementBytes();
                        if (isWhole) {
                            putInteger(wideSums.mean(column, weight), type.elementBytes(), to, place);
                        } else if (type.elementBytes() == 4) {
                            Bytes.putInt(to, place, Float.floatToRawIntBits((float) (sums[column] / weight)));
                        } else {
                            Bytes.putLong(to, place, Double.doubleToRawLongBits(sums[column] / weight));
                        }
                    }
                }
                case FIRST -> System.arraycopy(first, 0, to, at, rowBytes);
                default -> {
                    int entry = 8 + rowBytes;
                    int best = 0;
                    for (int i = 1; i < counted; i++) {
                        best = Bytes.getLong(counts, i * entry) > Bytes.getLong(counts, best * entry) ? i : best;
                    }
                    System.arraycopy(counts, best * entry + 8, to, at, rowBytes);
                }
            }
        }
    }

    private static void putInteger(long integer, int bytes, byte[] to, int at) {
        for (int i = 0; i < bytes; i++) {
            to[at + i] = (byte) (integer >>> (8 * i));
        }
    }

    static void requireFits(long bytes, int most) {
        if (bytes > most) {
            throw new InfeasiblePlanException("The attributes of one vertex take " + bytes + " bytes, more than the "
                    + most + " of a piece: leave --aggregate out.");
        }
    }
}
