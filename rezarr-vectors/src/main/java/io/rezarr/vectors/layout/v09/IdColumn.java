package io.rezarr.vectors.layout.v09;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.node.NodeTree;
import org.jspecify.annotations.Nullable;

/** One column of int64. The batch that was read last is held in memory; writers make one of all. Safe for use by many threads. */
final class IdColumn {
    private final DenseTable table;
    private volatile @Nullable Held held;

    private static final class Held {
        private final long first;
        private final long[] ids;

        Held(long first, long... ids) {
            this.first = first;
            this.ids = ids;
        }

        boolean holds(long row) {
            return row >= first && row - first < ids.length;
        }
    }

    private IdColumn(DenseTable table) {
        this.table = table;
    }

    static IdColumn open(NodeTree nodes, String path) {
        DenseTable table = DenseTable.open(nodes, path, "object_ids");
        if (!table.format().type().name().equals("int64") || table.rowBytes() != Long.BYTES) {
            throw new InvalidMetadataException("'" + nodes.name(path) + "' has rows of " + table.rowBytes()
                    + " bytes of " + table.format().type().name() + "; expected int64 in one column.");
        }
        return new IdColumn(table);
    }

    /** Fills an array with the ids of rows from {@code first} on. */
    void read(long first, long[] ids, Workspace workspace) {
        if (table.rows() < first + ids.length) {
            throw new MalformedDataException(
                            "object ids",
                            0,
                            "expected at least " + (first + ids.length) + " ids, found " + table.rows())
                    .in(table.path());
        }
        for (int i = 0; i < ids.length; i++) {
            Held batch = held;
            if (batch == null || !batch.holds(first + i)) {
                batch = readBatch(first + i, workspace);
                held = batch;
            }
            ids[i] = batch.ids[(int) (first + i - batch.first)];
        }
    }

    private Held readBatch(long row, Workspace workspace) {
        int mark = workspace.mark();
        AttributeTable.Rows rows = table.read(table.batchOf(row), workspace);
        long[] ids = new long[rows.count()];
        rows.values().asLongBuffer().get(ids);
        workspace.releaseTo(mark);
        return new Held(rows.first(), ids);
    }
}
