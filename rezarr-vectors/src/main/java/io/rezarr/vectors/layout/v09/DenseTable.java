package io.rezarr.vectors.layout.v09;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.ElementLayout;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.metadata.Shape;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.Sizes;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are stored as an ordinary array, the rows along its first axis. Batches are its read units, which must hold whole rows in C order,
 * little-endian.
 */
final class DenseTable implements AttributeTable {
    private final String path;
    private final AttributeFormat format;
    private final ChunkReader reader;
    private final byte[] fillElement;
    private final boolean fillIsAbsent;
    private final int maxBytes;

    private DenseTable(
            String path,
            AttributeFormat format,
            ChunkReader reader,
            byte[] fillElement,
            boolean fillIsAbsent,
            int maxBytes) {
        this.path = path;
        this.format = format;
        this.reader = reader;
        this.fillElement = fillElement;
        this.fillIsAbsent = fillIsAbsent;
        this.maxBytes = maxBytes;
    }

    static DenseTable open(NodeTree nodes, String path, String name) {
        ZarrArray array = nodes.array(path);
        ChunkReader reader = nodes.units(array);
        requireRows(reader, nodes.name(path));
        JsonPlace attributes = nodes.attributes(path);
        DataType type = array.metadata().dataType();
        long columns = 1;
        for (int axis = 1; axis < reader.units().rank(); axis++) {
            columns = Sizes.product(columns, array.metadata().shape().extent(axis), path);
        }
        JsonPlace meaning = attributes.member("fill_sentinel_meaning");
        boolean absent =
                !meaning.isAbsentOrNull() && meaning.string("a meaning").equals("absent");
        return new DenseTable(
                path,
                new AttributeFormat(name, type, columns, attributes.object()),
                reader,
                array.metadata().fillValue().elementOf(type),
                absent,
                nodes.maxBytes());
    }

    private static void requireRows(ChunkReader reader, String name) {
        Shape array = reader.units().arrayShape();
        Shape unit = reader.units().unitShape();
        ElementLayout layout = reader.unitChain().layout();
        boolean wholeRows = array.rank() > 0;
        for (int axis = 1; axis < array.rank(); axis++) {
            wholeRows &= unit.extent(axis) == Math.max(1, array.extent(axis));
        }
        boolean plain = !layout.isTransposed() && layout.bigEndian().isEmpty();
        if (!wholeRows || !plain) {
            throw new UnsupportedFeatureException("'" + name + "' of shape " + array + " has chunks of " + unit
                    + (plain ? "" : ", transposed or big-endian")
                    + "; supported are whole rows in C order, little-endian.");
        }
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
        return reader.units().arrayShape().extent(0);
    }

    @Override
    public long rowBytes() {
        return Sizes.product(format.declaredColumns(), format.type().elementBytes(), path);
    }

    @Override
    public int batches() {
        return rowBytes() == 0 ? 0 : Sizes.count(reader.units().units(), "chunks", path);
    }

    /** The batch that has a row. */
    int batchOf(long row) {
        return (int) (row / reader.units().unitShape().extent(0));
    }

    @Override
    public Rows read(int batch, Workspace workspace) {
        long perBatch = reader.units().unitShape().extent(0);
        long first = batch * perBatch;
        int count = (int) Math.min(perBatch, rows() - first);
        ByteBuffer values = unit(batch, workspace);
        int bytes = Sizes.count(Sizes.product(count, rowBytes(), path), "bytes", path);
        ByteBuffer rows = values == null
                ? filled(bytes, workspace)
                : values.slice(values.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new Rows(first, count, rows, null, fillIsAbsent ? ByteBuffer.wrap(fillElement) : null);
    }

    /** {@code null} if it is absent: its elements are the fill value. */
    private @Nullable ByteBuffer unit(int batch, Workspace workspace) {
        if (reader.unitChain().decodedBytes() > maxBytes) {
            throw new UnsupportedFeatureException("'" + path + "' has chunks of "
                    + reader.unitChain().decodedBytes() + " bytes, more than the " + maxBytes
                    + " that are read at once. Give more with --max-memory.");
        }
        long[] unit = reader.units().index(batch);
        long[] chunk = unit.clone();
        for (int axis = 0; axis < chunk.length; axis++) {
            chunk[axis] = chunk[axis]
                    * reader.units().unitShape().extent(axis)
                    / reader.chunks().unitShape().extent(axis);
        }
        ChunkReader.OpenChunk open = reader.open(chunk, workspace);
        return open == null ? null : open.read(unit, workspace);
    }

    private ByteBuffer filled(int bytes, Workspace workspace) {
        ByteBuffer rows = workspace.borrowBuffer(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes; at += fillElement.length) {
            rows.put(rows.position() + at, fillElement);
        }
        return rows;
    }
}
