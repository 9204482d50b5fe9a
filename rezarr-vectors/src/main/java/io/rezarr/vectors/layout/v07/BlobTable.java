package io.rezarr.vectors.layout.v07;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.metadata.Shape;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.Sizes;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Rows of an attribute in one blob, and beside it perhaps a byte for each that says whether it is there. */
final class BlobTable implements AttributeTable {
    private final String path;
    private final AttributeFormat format;
    private final Blob data;
    private final @Nullable Blob presence;
    private final long rowBytes;
    private final BlobRanges ranges;

    private BlobTable(
            String path, AttributeFormat format, Blob data, @Nullable Blob presence, long rowBytes, BlobRanges ranges) {
        this.path = path;
        this.format = format;
        this.data = data;
        this.presence = presence;
        this.rowBytes = rowBytes;
        this.ranges = ranges;
    }

    static BlobTable open(NodeTree nodes, String path, String name) {
        JsonPlace metadata = nodes.attributes(path);
        Shape shape = metadata.member("shape").shape(0);
        Blob data = Blob.find(nodes, path + "/data");
        if (data == null || shape.rank() == 0) {
            throw metadata.member("shape").invalid("rows, and their values in '" + path + "/data'");
        }
        long columns = 1;
        for (int axis = 1; axis < shape.rank(); axis++) {
            columns = Sizes.product(columns, shape.extent(axis), path);
        }
        return of(nodes, path, AttributeFormats.of(name, metadata), data, shape.extent(0), columns);
    }

    static BlobTable of(NodeTree nodes, String path, AttributeFormat format, Blob data, long rows, long columns) {
        long rowBytes = Sizes.product(columns, format.type().elementBytes(), path);
        if (data.size() != Sizes.product(rows, rowBytes, path)) {
            throw new MalformedDataException(
                            "attribute",
                            0,
                            "expected " + rows + " rows of " + columns + " "
                                    + format.type().name() + ", found " + data.size() + " bytes")
                    .in(nodes.name(path));
        }
        Blob presence = Blob.find(nodes, path + "/present_mask");
        if (presence != null && presence.size() != rows) {
            throw new MalformedDataException(
                            "presence of rows", 0, "expected " + rows + " bytes, found " + presence.size())
                    .in(nodes.name(path));
        }
        AttributeFormat known = new AttributeFormat(format.name(), format.type(), columns, format.attributes());
        return new BlobTable(path, known, data, presence, rowBytes, BlobRanges.of(data, rows, rowBytes));
    }

    @Override
    public AttributeFormat format() {
        return format;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long rows() {
        return ranges.rows();
    }

    @Override
    public long rowBytes() {
        return rowBytes;
    }

    @Override
    public int batches() {
        return rowBytes == 0 ? 0 : ranges.batches();
    }

    @Override
    public Rows read(int batch, Workspace workspace) {
        long first = ranges.first(batch);
        int count = ranges.count(batch);
        int bytes = Sizes.count(Sizes.product(count, rowBytes, path), "bytes", path);
        ByteBuffer values = data.read(first * rowBytes, bytes, workspace);
        return new Rows(first, count, values, presence == null ? null : presence.read(first, count, workspace), null);
    }
}
