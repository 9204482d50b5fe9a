package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.IndexSort;
import io.rezarr.vectors.rechunk.PieceRange;
import io.rezarr.vectors.rechunk.Pieces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The metavertices of one bucket of bins, in the order of these, put together from what all chunks add to them. */
final class HomeBins {
    private final Partials partials;
    private final int dimensions;
    private final List<AttributeMerge.OfBin> merges = new ArrayList<>();
    private final int valueBytes;
    private int[] pieceOf = new int[16];
    private int[] offsetOf = new int[16];
    private int records;
    private int size;
    private float[] positions = new float[0];
    private byte[] values = new byte[0];
    private int[] indexOf = new int[0];

    HomeBins(Partials partials) {
        this.partials = partials;
        this.dimensions = partials.dimensions();
        for (AttributeMerge attribute : partials.attributes()) {
            merges.add(attribute.ofBin());
        }
        this.valueBytes = partials.valueBytes();
    }

    /** What records of so many bytes take beside themselves: the more of the two, if all have values or none. */
    static long memoryBytes(Partials partials, long bytes) {
        long perRecord = 40 + 4L * partials.dimensions() + partials.valueBytes();
        long joining = 0;
        for (AttributeMerge attribute : partials.attributes()) {
            joining += attribute.joiningBytes();
        }
        long withoutValues = (bytes / partials.values() + 1) * perRecord;
        long withValues = (bytes / partials.recordBytes() + 1) * (perRecord + joining);
        return Math.max(withoutValues, withValues);
    }

    /** @param from the first of the pieces of {@link Partials} of a bucket, up to {@code to} */
    void merge(PieceRange range, int from, int to) {
        Pieces pieces = range.pieces();
        records = 0;
        for (int piece = from; piece < to; piece++) {
            byte[] array = pieces.array(piece);
            int at = pieces.offset(piece);
            for (int end = at + pieces.length(piece); at < end; at = Partials.next(array, at)) {
                add(piece, at);
            }
        }
        int[] order = IndexSort.sort(records, (a, b) -> compare(pieces, a, b));
        if (positions.length < records * dimensions) {
            positions = new float[records * dimensions];
            values = new byte[records * valueBytes];
        }
        indexOf = indexOf.length < records ? new int[records] : indexOf;
        size = 0;
        int first = 0;
        while (first < records) {
            int end = first + 1;
            while (end < records && compare(pieces, order[first], order[end]) == 0) {
                end++;
            }
            boolean isThere = put(pieces, order, first, end);
            for (int i = first; i < end; i++) {
                indexOf[order[i]] = isThere ? size : -1;
            }
            size += isThere ? 1 : 0;
            first = end;
        }
    }

    private void add(int piece, int offset) {
        if (records == pieceOf.length) {
            pieceOf = Arrays.copyOf(pieceOf, 2 * records);
            offsetOf = Arrays.copyOf(offsetOf, 2 * records);
        }
        pieceOf[records] = piece;
        offsetOf[records++] = offset;
    }

    private int compare(Pieces pieces, int a, int b) {
        byte[] one = pieces.array(pieceOf[a]);
        byte[] other = pieces.array(pieceOf[b]);
        for (int axis = 0; axis < dimensions; axis++) {
            int at = Partials.BIN + 8 * axis;
            int order = Long.compare(Bytes.getLong(one, offsetOf[a] + at), Bytes.getLong(other, offsetOf[b] + at));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Whether anything in the bin counts. */
    private boolean put(Pieces pieces, int[] order, int first, int end) {
        long weight = 0;
        for (int i = first; i < end; i++) {
            weight += Bytes.getLong(pieces.array(pieceOf[order[i]]), offsetOf[order[i]] + Partials.WEIGHT);
        }
        if (weight == 0) {
            return false;
        }
        for (int axis = 0; axis < dimensions; axis++) {
            double sum = 0;
            for (int i = first; i < end; i++) {
                int at = offsetOf[order[i]] + partials.sums() + 8 * axis;
                sum += Double.longBitsToDouble(Bytes.getLong(pieces.array(pieceOf[order[i]]), at));
            }
            positions[size * dimensions + axis] = (float) (sum / weight);
        }
        if (valueBytes > 0) {
            putValues(pieces, order, first, end, weight);
        }
        return true;
    }

    private void putValues(Pieces pieces, int[] order, int first, int end, long weight) {
        for (AttributeMerge.OfBin merge : merges) {
            merge.begin(end - first);
        }
        for (int i = first; i < end; i++) {
            byte[] array = pieces.array(pieceOf[order[i]]);
            int record = offsetOf[order[i]];
            int at = record + partials.values();
            for (int a = 0; a < merges.size() && partials.hasValues(array, record); a++) {
                merges.get(a).add(array, at);
                at = partials.attributes().get(a).end(array, at);
            }
        }
        int to = size * valueBytes;
        for (int a = 0; a < merges.size(); a++) {
            merges.get(a).put(weight, values, to);
            to += partials.attributes().get(a).rowBytes();
        }
    }

    int size() {
        return size;
    }

    float position(int index, int axis) {
        return positions[index * dimensions + axis];
    }

    /** Copies the values of all attributes, one behind the other. */
    void copyValues(int index, byte[] to, int at) {
        System.arraycopy(values, index * valueBytes, to, at, valueBytes);
    }

    /** The metavertex of a record, by its number in the order of the pieces; -1 if there is none. */
    int indexOf(int record) {
        return indexOf[record];
    }
}
