package io.rezarr.vectors.pyramid;

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
    /** Of a row: what {@link CountsOfChunk} has of it, and what sorting rows takes beside that. */
    private static final int GROUPING_BYTES = 7 * Integer.BYTES;
    /** Of a partial result of a bin: its array, its place, its rest and its place in the heap, with some room to grow. */
    private static final int JOINING_BYTES = 20;

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
    int groupingBytes() {
        return GROUPING_BYTES;
    }

    @Override
    int joiningBytes() {
        return JOINING_BYTES;
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
        /** Where in {@link #rows} each different value of a group begins, and behind them the end. */
        private final int[] different;
        /** Where in {@link #different} each group begins, and behind them the end. */
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
            return places;
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

    /** Goes through the values of all partial results of a bin at once, in the order of their bytes: no value is kept but the best. */
    private final class Counts implements OfBin {
        private byte[][] arrays = new byte[0][];
        /** Of each partial result, where its next entry is. */
        private int[] next = new int[0];
        /** Of each partial result, how many entries there are from the next one on. */
        private int[] left = new int[0];
        /** Partial results with entries left: a heap by the value of the next one. */
        private int[] heap = new int[0];

        private int size;

        @Override
        public void begin(int most) {
            forget();
            if (most > heap.length) {
                int length = Math.max(most, heap.length + heap.length / 8);
                arrays = new byte[length][];
                next = new int[length];
                left = new int[length];
                heap = new int[length];
            }
        }

        private void forget() {
            Arrays.fill(arrays, 0, size, null);
            size = 0;
        }

        @Override
        public void add(byte[] from, int at) {
            int count = Bytes.getInt(from, at);
            if (count > 0) {
                arrays[size] = from;
                next[size] = at + COUNT_BYTES;
                left[size] = count;
                heap[size] = size;
                size++;
            }
        }

        @Override
        public void put(long weight, byte[] to, int at) {
            int inHeap = size;
            for (int place = inHeap / 2 - 1; place >= 0; place--) {
                sink(place, inHeap);
            }
            long most = 0;
            while (inHeap > 0) {
                byte[] array = arrays[heap[0]];
                int entry = next[heap[0]];
                long times = 0;
                while (inHeap > 0 && compareRows(array, entry, arrays[heap[0]], next[heap[0]]) == 0) {
                    times += Bytes.getLong(arrays[heap[0]], next[heap[0]]);
                    inHeap = advance(inHeap);
                }
                if (times > most) {
                    most = times;
                    System.arraycopy(array, entry + TIMES_BYTES, to, at, rowBytes());
                }
            }
            forget();
        }

        /** Goes to the next entry of the first partial result of the heap. Gives how many are in the heap then. */
        private int advance(int inHeap) {
            int first = heap[0];
            next[first] += entryBytes;
            int rest = inHeap;
            if (--left[first] == 0) {
                heap[0] = heap[--rest];
            }
            sink(0, rest);
            return rest;
        }

        private void sink(int from, int inHeap) {
            int place = from;
            int moved = heap[place];
            for (int below = 2 * place + 1; below < inHeap; below = 2 * place + 1) {
                if (below + 1 < inHeap && compareNext(heap[below + 1], heap[below]) < 0) {
                    below++;
                }
                if (compareNext(moved, heap[below]) <= 0) {
                    break;
                }
                heap[place] = heap[below];
                place = below;
            }
            heap[place] = moved;
        }

        private int compareNext(int one, int other) {
            return compareRows(arrays[one], next[one], arrays[other], next[other]);
        }

        private int compareRows(byte[] one, int entry, byte[] other, int with) {
            return Arrays.compareUnsigned(
                    one, entry + TIMES_BYTES, entry + entryBytes, other, with + TIMES_BYTES, with + entryBytes);
        }
    }
}
