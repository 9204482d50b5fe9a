package io.rezarr.vectors.layout.v07;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Links from a chunk to the chunk of the same key: at delta 0 within the chunk.
 *
 * <p>The value of a chunk: at delta 0 rows of a number for each end; else i64 number of groups, an i64 byte offset for each, then such rows.
 */
record ChunkLinks(ArrayGroup values, DataType type, int delta, int width) {
    private static final String NAME = "link rows";

    static ChunkLinks open(NodeTree nodes, String path, int delta, int width, int rank) {
        JsonPlace dtype = nodes.attributes(path).member("dtype");
        DataType type = AttributeFormats.typeOr(dtype, "int64");
        if (type.kind() != DataType.Kind.INT && type.kind() != DataType.Kind.UINT) {
            throw dtype.invalid("an integer type");
        }
        return new ChunkLinks(ArrayGroup.open(nodes, path, rank), type, delta, width);
    }

    /** Adds the links of a chunk. */
    void read(ChunkKey key, LinkBatch.Builder links, Workspace workspace) {
        ByteBuffer rows = rows(key, workspace);
        if (rows == null) {
            return;
        }
        int rowBytes = width * type.elementBytes();
        if (rows.remaining() % rowBytes != 0) {
            throw new MalformedDataException(
                    NAME,
                    0,
                    "expected rows of " + width + " " + type.name() + " (" + rowBytes + " bytes), found "
                            + rows.remaining() + " bytes");
        }
        int here = links.chunk(0, key.toArray(), 0, key.rank());
        int there = links.chunk(1, key.toArray(), 0, key.rank());
        for (int at = rows.position(); at < rows.limit(); at += rowBytes) {
            for (int end = 0; end < width; end++) {
                long row = Numbers.asLong(type, rows, at + end * type.elementBytes());
                links.end(end, end == 0 ? here : there, row);
            }
            links.next();
        }
    }

    private @Nullable ByteBuffer rows(ChunkKey key, Workspace workspace) {
        ByteBuffer value = values.read(key, workspace);
        if (value == null || delta == 0 || !value.hasRemaining()) {
            return value;
        }
        int size = value.remaining();
        long groups = size < Long.BYTES ? -1 : value.getLong(value.position());
        if (groups < 0 || groups > size / Long.BYTES - 1) {
            throw new MalformedDataException(NAME, 0, "found " + groups + " groups in " + size + " bytes");
        }
        int dataAt = (int) (Long.BYTES * (groups + 1));
        requireGroups(value, (int) groups, size - dataAt);
        return value.slice(value.position() + dataAt, size - dataAt).order(value.order());
    }

    /** Groups must begin at rows, in order, the first at 0. */
    private void requireGroups(ByteBuffer value, int groups, long dataBytes) {
        long before = 0;
        for (int group = 0; group < groups; group++) {
            long offset = value.getLong(value.position() + Long.BYTES * (group + 1));
            boolean atRow = offset % ((long) width * type.elementBytes()) == 0;
            if (offset < before || offset > dataBytes || !atRow || (group == 0 && offset != 0)) {
                throw new MalformedDataException(
                        NAME,
                        Long.BYTES * (group + 1L),
                        "group " + group + " of " + groups + " begins at byte " + offset + " of " + dataBytes);
            }
            before = offset;
        }
    }
}
