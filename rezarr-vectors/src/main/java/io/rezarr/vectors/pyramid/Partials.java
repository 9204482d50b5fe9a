package io.rezarr.vectors.pyramid;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.ExchangeOut;
import io.rezarr.vectors.rechunk.IndexSort;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * What the groups of a chunk add to metavertices, on its way to where all of a bin comes together.
 *
 * <p>A record: int its length, int group, long weight, for each axis long bin, for each axis double sum, then the partial results of attributes. Vertices count
 * as often as objects that are kept have them.
 */
final class Partials {
    private static final int LENGTH = 0;
    static final int GROUP = 4;
    static final int WEIGHT = 8;
    static final int BIN = 16;

    private final int dimensions;
    private final List<AttributeMerge> attributes;

    Partials(int dimensions, List<AttributeMerge> attributes) {
        this.dimensions = dimensions;
        this.attributes = List.copyOf(attributes);
    }

    int dimensions() {
        return dimensions;
    }

    List<AttributeMerge> attributes() {
        return attributes;
    }

    int sums() {
        return BIN + 8 * dimensions;
    }

    int values() {
        return BIN + 16 * dimensions;
    }

    /** The record of a group of one row. */
    int recordBytes() {
        int bytes = values();
        for (AttributeMerge attribute : attributes) {
            bytes += attribute.partialBytes();
        }
        return bytes;
    }

    /** The values of all attributes of a metavertex. */
    int valueBytes() {
        int bytes = 0;
        for (AttributeMerge attribute : attributes) {
            bytes += attribute.rowBytes();
        }
        return bytes;
    }

    /** Where the record behind one begins. */
    static int next(byte[] array, int at) {
        return at + Bytes.getInt(array, at + LENGTH);
    }

    static int count(byte[] array, int begin, int end) {
        int count = 0;
        for (int at = begin; at < end; at = next(array, at)) {
            count++;
        }
        return count;
    }

    private static long pieceId(int chunk, int sequence) {
        return (long) chunk << 24 | sequence;
    }

    static int chunkOfPiece(long id) {
        return (int) (id >>> 24);
    }

    /** Tells where a bin is brought together. */
    interface Homes {
        int homeOf(ChunkGroups groups, int group);
    }

    /**
     * Puts the groups of a chunk.
     *
     * @param weights of the rows
     * @param keepsEmpty whether groups without weight are told, too
     */
    void put(
            int chunk,
            ChunkGroups groups,
            ByteBuffer positions,
            VertexFormat format,
            int[] weights,
            List<AttributeMerge.OfChunk> values,
            boolean keepsEmpty,
            Homes homes,
            ExchangeOut out) {
        int count = groups.groups();
        double[] sum = new double[count * dimensions];
        long[] weight = new long[count];
        for (int row = 0; row < groups.rows(); row++) {
            int group = groups.groupOf(row);
            int times = weights[row];
            if (times > 0) {
                weight[group] += times;
                for (int axis = 0; axis < dimensions; axis++) {
                    sum[group * dimensions + axis] += times * (double) (float) format.coordinate(positions, row, axis);
                }
            }
        }
        int[] home = new int[count];
        for (int group = 0; group < count; group++) {
            home[group] = homes.homeOf(groups, group);
        }
        int[] order = IndexSort.sort(count, (a, b) -> Integer.compare(home[a], home[b]));
        Records records = new Records(groups, weight, sum, values);
        for (int group : order) {
            if (keepsEmpty || weight[group] > 0) {
                records.add(group);
            }
        }
        int sequence = 0;
        int from = 0;
        while (from < records.size) {
            int to = from;
            long bytes = 0;
            while (to < records.size && home[records.group[to]] == home[records.group[from]]) {
                long more = records.bytes(to);
                if (bytes > 0 && bytes + more > Exchange.USUAL_PIECE_BYTES) {
                    break;
                }
                bytes += more;
                to++;
            }
            requireFits(bytes);
            if (out.begin(home[records.group[from]], pieceId(chunk, sequence++), (int) bytes)) {
                int at = out.offset();
                for (int record = from; record < to; record++) {
                    at = records.put(record, out.array(), at);
                }
                out.end();
            }
            from = to;
        }
    }

    private static void requireFits(long bytes) {
        if (bytes > Exchange.USUAL_PIECE_BYTES) {
            throw new InfeasiblePlanException("The attributes of one vertex take " + bytes + " bytes, more than the "
                    + Exchange.USUAL_PIECE_BYTES + " of a piece: leave --aggregate out.");
        }
    }

    /** The records of a chunk: one for each group, or several where its values do not fit one piece. */
    private final class Records {
        private final ChunkGroups groups;
        private final long[] weight;
        private final double[] sum;
        private final List<AttributeMerge.OfChunk> values;
        /** Of each attribute whose values are counted. */
        private final int mostBytes;

        private int[] group;
        private int[] part;
        private int size;

        Records(ChunkGroups groups, long[] weight, double[] sum, List<AttributeMerge.OfChunk> values) {
            this.groups = groups;
            this.weight = weight;
            this.sum = sum;
            this.values = values;
            this.group = new int[groups.groups()];
            this.part = new int[groups.groups()];
            int room = Exchange.USUAL_PIECE_BYTES - values();
            int counted = 0;
            for (AttributeMerge attribute : attributes) {
                room -= attribute.fixedBytes();
                counted += attribute.fixedBytes() == 0 ? 1 : 0;
            }
            this.mostBytes = Math.max(0, room) / Math.max(1, counted);
        }

        void add(int itsGroup) {
            int parts = 1;
            for (AttributeMerge.OfChunk attribute : valuesOf(itsGroup)) {
                parts = Math.max(parts, attribute.parts(itsGroup, mostBytes));
            }
            if (size + parts > group.length) {
                group = Arrays.copyOf(group, 2 * (size + parts));
                part = Arrays.copyOf(part, group.length);
            }
            for (int i = 0; i < parts; i++) {
                group[size] = itsGroup;
                part[size++] = i;
            }
        }

        /** Groups that nothing counts in have no values. */
        private List<AttributeMerge.OfChunk> valuesOf(int itsGroup) {
            return weight[itsGroup] > 0 ? values : List.of();
        }

        long bytes(int record) {
            long bytes = values();
            for (AttributeMerge.OfChunk attribute : valuesOf(group[record])) {
                bytes += attribute.bytes(group[record], part[record], mostBytes);
            }
            return bytes;
        }

        /** Position and weight are in the first part. Gives the place behind. */
        int put(int record, byte[] to, int at) {
            int of = group[record];
            boolean isFirst = part[record] == 0;
            Bytes.putInt(to, at + GROUP, of);
            Bytes.putLong(to, at + WEIGHT, isFirst ? weight[of] : 0);
            for (int axis = 0; axis < dimensions; axis++) {
                double its = isFirst ? sum[of * dimensions + axis] : 0;
                Bytes.putLong(to, at + BIN + 8 * axis, groups.bin(of, axis));
                Bytes.putLong(to, at + sums() + 8 * axis, Double.doubleToRawLongBits(its));
            }
            int end = at + values();
            for (AttributeMerge.OfChunk attribute : valuesOf(of)) {
                end = attribute.put(of, part[record], mostBytes, to, end);
            }
            Bytes.putInt(to, at + LENGTH, end - at);
            return end;
        }
    }

    /** Whether partial results of attributes follow in a record. */
    boolean hasValues(byte[] array, int at) {
        return Bytes.getInt(array, at + LENGTH) > values();
    }
}
