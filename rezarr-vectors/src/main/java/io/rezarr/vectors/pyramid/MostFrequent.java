package io.rezarr.vectors.pyramid;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Column;
import io.rezarr.vectors.rechunk.IndexSort;
import io.rezarr.vectors.write.AttributeColumns;
import java.util.Arrays;

/**
 * The value that most vertices have; of several, the one whose bytes come first.
 *
 * <p>A partial result is a uint32, then that many entries: a long, how often a value counts, and its row; in the order of the rows' bytes. It may come in several
 * parts.
 */
final class MostFrequent extends AttributeMerge {
    private static final int COUNT_BYTES = Integer.BYTES;
    private static final int TIMES_BYTES = Long.BYTES;
    private static final int MOST_BYTES = 1 << 28;

    private final int entryBytes;

    MostFrequent(AttributeColumns attribute) {
        super(attribute);
        this.entryBytes = TIMES_BYTES + rowBytes();
    }

    @Override
    int fixedBytes() {
        return 0;
    }

    @Override
    int partialBytes() {
        return COUNT_BYTES + entryBytes;
    }

    @Override
    int end(byte[] from, int at) {
        return at + COUNT_BYTES + Bytes.getInt(from, at) * entryBytes;
    }

    @Override
    OfChunk ofChunk(Column values, ChunkGroups groups, int[] weights) {
        return new CountsOfChunk(values, groups, weights);
    }

    @Override
    OfBin ofBin() {
        return new Counts();
    }

    private final class CountsOfChunk implements OfChunk {
        private final Column values;
        private final ChunkGroups groups;
        private final int[] weights;
        /** Rows by group, in the order of their values. */
        private final int[] rows;
        /** Where in {@link #rows} each group begins, and behind them the end. */
        private final int[] begins;
        /** Where in {@link #rows} each different value of a group begins, and behind them the end; by group the first of them. */
        private final int[] different;

        private final int[] firstDifferent;
        private final byte[] one = new byte[rowBytes()];
        private final byte[] other = new byte[rowBytes()];

        CountsOfChunk(Column values, ChunkGroups groups, int[] weights) {
            this.values = values;
            this.groups = groups;
            this.weights = weights;
            this.begins = new int[groups.groups() + 1];
            this.rows = sorted();
            this.firstDifferent = new int[begins.length];
            this.different = different();
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

        @Override
        public int parts(int group, int mostBytes) {
            int entries = firstDifferent[group + 1] - firstDifferent[group];
            return entries == 0 ? 1 : (entries - 1) / entriesOfPart(mostBytes) + 1;
        }

        private int entriesOfPart(int mostBytes) {
            return Math.max(1, (mostBytes - COUNT_BYTES) / entryBytes);
        }

        private int firstOf(int group, int part, int mostBytes) {
            long first = firstDifferent[group] + (long) part * entriesOfPart(mostBytes);
            return (int) Math.min(firstDifferent[group + 1], first);
        }

        @Override
        public long bytes(int group, int part, int mostBytes) {
            int entries = firstOf(group, part + 1, mostBytes) - firstOf(group, part, mostBytes);
            return COUNT_BYTES + (long) entries * entryBytes;
        }

        @Override
        public int put(int group, int part, int mostBytes, byte[] to, int at) {
            int first = firstOf(group, part, mostBytes);
            int end = firstOf(group, part + 1, mostBytes);
            Bytes.putInt(to, at, end - first);
            int put = at + COUNT_BYTES;
            for (int value = first; value < end; value++) {
                long times = 0;
                for (int i = different[value]; i < different[value + 1]; i++) {
                    times += weights[rows[i]];
                }
                Bytes.putLong(to, put, times);
                values.copyTo(rows[different[value]], to, put + TIMES_BYTES);
                put += entryBytes;
            }
            return put;
        }
    }

    private final class Counts implements OfBin {
        private byte[] entries = new byte[0];
        private int size;

        @Override
        public void clear() {
            size = 0;
        }

        /** Both sides are in the order of the rows' bytes. */
        @Override
        public void add(byte[] from, int at) {
            int count = Bytes.getInt(from, at);
            long most = (long) (size + count) * entryBytes;
            if (most > MOST_BYTES) {
                throw tooMany();
            }
            byte[] merged = new byte[(int) most];
            int mine = 0;
            int theirs = 0;
            int to = 0;
            while (mine < size || theirs < count) {
                int a = mine * entryBytes;
                int b = at + COUNT_BYTES + theirs * entryBytes;
                int order = mine == size ? 1 : theirs == count ? -1 : compareRows(a, from, b);
                System.arraycopy(order <= 0 ? entries : from, order <= 0 ? a : b, merged, to, entryBytes);
                if (order == 0) {
                    Bytes.putLong(merged, to, Bytes.getLong(entries, a) + Bytes.getLong(from, b));
                }
                mine += order <= 0 ? 1 : 0;
                theirs += order >= 0 ? 1 : 0;
                to += entryBytes;
            }
            entries = merged;
            size = to / entryBytes;
        }

        private int compareRows(int entry, byte[] from, int at) {
            return Arrays.compareUnsigned(
                    entries, entry + TIMES_BYTES, entry + entryBytes, from, at + TIMES_BYTES, at + entryBytes);
        }

        private UnsupportedFeatureException tooMany() {
            return new UnsupportedFeatureException(
                    "Vertex attribute '" + attribute().format().name()
                            + "' has so many different values in one bin that they cannot be counted at once: use --aggregate first, or smaller factors.");
        }

        @Override
        public void put(long weight, byte[] to, int at) {
            int best = 0;
            for (int entry = entryBytes; entry < size * entryBytes; entry += entryBytes) {
                best = Bytes.getLong(entries, entry) > Bytes.getLong(entries, best) ? entry : best;
            }
            System.arraycopy(entries, best + TIMES_BYTES, to, at, rowBytes());
        }
    }
}
