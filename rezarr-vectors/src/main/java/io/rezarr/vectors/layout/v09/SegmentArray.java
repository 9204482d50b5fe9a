package io.rezarr.vectors.layout.v09;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.LinkFormat.StorePolicy;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The links of a family whose ends lie in chunks with the same offsets.
 *
 * <p>The value of a chunk: rows of links within the chunk (delta 0, all offsets zero); otherwise i64 number of groups, an i64 byte offset for
 * each, then the rows of all groups. A row has a column for each end, and in front of them, where ends are sorted, one for the code of the
 * order in which they were given.
 */
final class SegmentArray {
    private static final String NAME = "link rows";

    private final LinkSegment segment;
    private final PerChunkArray array;
    private final DataType type;
    private final LinkFormat format;
    private final ChunkScales scales;

    private SegmentArray(
            LinkSegment segment, PerChunkArray array, DataType type, LinkFormat format, ChunkScales scales) {
        this.segment = segment;
        this.array = array;
        this.type = type;
        this.format = format;
        this.scales = scales;
    }

    static SegmentArray open(NodeTree nodes, String path, LinkSegment segment, LinkFormat format, ChunkScales scales) {
        PerChunkArray array = PerChunkArray.open(nodes, path);
        JsonPlace dtype = array.attributes().member("dtype");
        DataType type = AttributeFormats.typeOr(dtype, "int64");
        if (type.kind() != DataType.Kind.INT && type.kind() != DataType.Kind.UINT) {
            throw dtype.invalid("an integer type");
        }
        return new SegmentArray(segment, array, type, format, scales);
    }

    PerChunkArray array() {
        return array;
    }

    LinkSegment segment() {
        return segment;
    }

    /** Whether rows stand without groups in front; their groups stand in {@code link_fragments}. */
    boolean isWithinChunk() {
        return format.delta() == 0 && segment.isZero();
    }

    /** Whether rows begin with the code of a permutation. */
    boolean hasCode() {
        return format.delta() == 0
                && !segment.isZero()
                && (format.policy() == StorePolicy.DUPLICATE || !format.directed());
    }

    private int columns() {
        return format.width() + (hasCode() ? 1 : 0);
    }

    /** The rows of a chunk, without what stands in front of them; {@code null} if nothing is stored. */
    private @Nullable ByteBuffer rows(ChunkKey key, Workspace workspace) {
        ByteBuffer value = array.read(key, workspace);
        if (value == null || isWithinChunk()) {
            return value;
        }
        long groups = value.remaining() < Long.BYTES ? 0 : value.getLong(value.position());
        if (groups < 0 || groups > value.remaining() / Long.BYTES - 1) {
            throw new MalformedDataException(NAME, 0, "found " + groups + " groups in " + value.remaining() + " bytes");
        }
        int dataAt = value.remaining() < Long.BYTES ? value.remaining() : (int) (Long.BYTES * (groups + 1));
        requireGroups(value, (int) groups, value.remaining() - dataAt);
        ByteBuffer rows = value.slice(value.position() + dataAt, groups == 0 ? 0 : value.remaining() - dataAt);
        return rows.order(value.order());
    }

    /** Groups must begin at rows, in order, the first at 0. */
    private void requireGroups(ByteBuffer value, int groups, long dataBytes) {
        long before = 0;
        int rowBytes = columns() * type.elementBytes();
        for (int group = 0; group < groups; group++) {
            long offset = value.getLong(value.position() + Long.BYTES * (group + 1));
            if (offset < before || offset > dataBytes || offset % rowBytes != 0 || (group == 0 && offset != 0)) {
                throw new MalformedDataException(
                        NAME,
                        Long.BYTES * (group + 1L),
                        "group " + group + " of " + groups + " begins at byte " + offset + " of " + dataBytes);
            }
            before = offset;
        }
    }

    /** Adds the links of a chunk. */
    void read(ChunkKey key, LinkBatch.Builder links, Workspace workspace) {
        ByteBuffer rows = rows(key, workspace);
        if (rows == null) {
            return;
        }
        int rowBytes = columns() * type.elementBytes();
        if (rows.remaining() % rowBytes != 0) {
            throw new MalformedDataException(
                    NAME,
                    0,
                    "expected rows of " + columns() + " " + type.name() + " (" + rowBytes + " bytes), found "
                            + rows.remaining() + " bytes");
        }
        int[] ends = chunksOf(key, links);
        int[] sigma = new int[format.width()];
        for (int i = 0; i < sigma.length; i++) {
            sigma[i] = i;
        }
        long orders = hasCode() ? Permutations.count(sigma.length) : 1;
        for (int at = rows.position(); at < rows.limit(); at += rowBytes) {
            int first = at;
            if (hasCode()) {
                decodeOrder(Numbers.asLong(type, rows, at), orders, sigma, at);
                first += type.elementBytes();
            }
            for (int end = 0; end < sigma.length; end++) {
                long row = Numbers.asLong(type, rows, first + end * type.elementBytes());
                links.end(sigma[end], ends[end], row);
            }
            links.next();
        }
    }

    private static void decodeOrder(long code, long orders, int[] sigma, int at) {
        if (!Permutations.decode(code, orders, sigma)) {
            throw new MalformedDataException(
                    NAME, at, "code " + code + " of the order of ends, expected one from 0 to " + (orders - 1));
        }
    }

    private int[] chunksOf(ChunkKey source, LinkBatch.Builder links) {
        int[] ends = new int[format.width()];
        int rank = source.rank();
        ends[0] = links.chunk(0, source.toArray(), 0, rank);
        long[] anchor = scales.anchor(source);
        long[] coordinates = new long[rank];
        for (int end = 1; end < ends.length; end++) {
            ChunkKey offset = segment.offsets().get(end - 1);
            for (int axis = 0; axis < rank; axis++) {
                coordinates[axis] = anchor[axis] + offset.coordinate(axis);
            }
            ends[end] = links.chunk(end, coordinates, 0, rank);
        }
        return ends;
    }
}
