package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.ExchangeOut;
import io.rezarr.vectors.rechunk.IndexSort;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
        int sequence = 0;
        int from = 0;
        while (from < count) {
            int to = from;
            long bytes = 0;
            while (to < count && home[order[to]] == home[order[from]]) {
                long more = keepsEmpty || weight[order[to]] > 0 ? bytes(order[to], weight[order[to]], values) : 0;
                if (bytes > 0 && bytes + more > Exchange.USUAL_PIECE_BYTES) {
                    break;
                }
                bytes += more;
                to++;
            }
            AttributeMerge.requireFits(bytes, Exchange.USUAL_PIECE_BYTES);
            if (bytes > 0 && out.begin(home[order[from]], pieceId(chunk, sequence++), (int) bytes)) {
                int at = out.offset();
                for (int i = from; i < to; i++) {
                    if (keepsEmpty || weight[order[i]] > 0) {
                        at = putRecord(order[i], groups, weight, sum, values, out.array(), at);
                    }
                }
                out.end();
            }
            from = to;
        }
    }

    private long bytes(int group, long weight, List<AttributeMerge.OfChunk> of) {
        long bytes = values();
        for (AttributeMerge.OfChunk attribute : weight > 0 ? of : List.<AttributeMerge.OfChunk>of()) {
            bytes += attribute.bytes(group);
        }
        return bytes;
    }

    private int putRecord(
            int group,
            ChunkGroups groups,
            long[] weight,
            double[] sum,
            List<AttributeMerge.OfChunk> of,
            byte[] to,
            int at) {
        Bytes.putInt(to, at + GROUP, group);
        Bytes.putLong(to, at + WEIGHT, weight[group]);
        for (int axis = 0; axis < dimensions; axis++) {
            Bytes.putLong(to, at + BIN + 8 * axis, groups.bin(group, axis));
            Bytes.putLong(to, at + sums() + 8 * axis, Double.doubleToRawLongBits(sum[group * dimensions + axis]));
        }
        int end = at + values();
        for (AttributeMerge.OfChunk attribute : weight[group] > 0 ? of : new ArrayList<AttributeMerge.OfChunk>()) {
            end = attribute.put(group, to, end);
        }
        Bytes.putInt(to, at + LENGTH, end - at);
        return end;
    }
}
