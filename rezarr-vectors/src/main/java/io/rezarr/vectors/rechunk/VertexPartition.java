package io.rezarr.vectors.rechunk;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.FragmentIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends the vertices of the source to the chunks of the destination that they belong to; one for each thread. */
final class VertexPartition {
    private final LevelSource source;
    private final LevelTarget target;
    private final LevelRules rules;
    private final boolean keepDead;
    private final boolean withRows;
    private final Cells cells;
    private final RunFinder finder;
    private final int runBytes;

    // Of the chunk at hand, reused.
    private long[] key;
    private int[] bucketOfCell = new int[0];
    private int[] cellStart = new int[0];
    private int[] partRun = new int[64];
    private int[] partStart = new int[64];
    private int[] partCount = new int[64];
    private int[] partCell = new int[64];
    private int parts;

    /** @param withRows whether vertices take along the numbers of their rows */
    VertexPartition(LevelSource source, LevelTarget target, LevelRules rules, boolean keepDead, boolean withRows) {
        this.source = source;
        this.target = target;
        this.rules = rules;
        this.keepDead = keepDead;
        this.withRows = withRows;
        this.cells = new Cells(target.grid(), source.format(), source.chunks().rank());
        this.finder = new RunFinder(rules);
        this.key = new long[source.chunks().rank()];
        this.runBytes = runBytes(source);
    }

    /** Whether something is to be known of rows beside where they lie: the order or the owners of fragments, or their attributes. */
    static boolean hasRuns(LevelSource source, LevelRules rules) {
        return rules.shape() != LevelRules.Shape.BINS || source.fragmentAttributes() > 0;
    }

    /** The bytes of a run. */
    static int runBytes(LevelSource source) {
        int bytes = VertexPiece.RUN_BYTES;
        for (int a = 0; a < source.fragmentAttributes(); a++) {
            bytes += 1 + source.fragmentAttributeBytes(a);
        }
        return bytes;
    }

    /** What a piece with one row takes. */
    static int leastPieceBytes(LevelSource source) {
        return VertexPiece.HEADER_BYTES + runBytes(source) + source.rowBytes() + Integer.BYTES;
    }

    /**
     * Sends the vertices of one chunk.
     *
     * @param references what refers to the chunk; {@code null} if nothing does
     * @param vertices where vertices go; {@code null} if only edges are wanted
     * @param edges where the edges of a tree go that no link says; {@code null} if they are not wanted
     */
    void send(
            int chunk,
            @Nullable PieceRange references,
            @Nullable ExchangeOut vertices,
            @Nullable ExchangeOut edges,
            Workspace workspace) {
        int rows = source.rows(chunk);
        if (rows == 0) {
            return;
        }
        int mark = workspace.mark();
        String place = source.path() + " chunk " + source.chunks().key(chunk);
        FragmentIndex index = source.fragments(chunk, workspace);
        if (!hasRuns(source, rules)) {
            if (vertices != null) {
                sendRows(chunk, index, rows, vertices, workspace);
            }
        } else {
            Owners owners = references == null || !target.hasObjects()
                    ? null
                    : Owners.of(references, chunk, index.size(), place);
            Parents parents = rules.hasTree() && references != null
                    ? Parents.of(references, chunk, before(index, rows, place))
                    : null;
            if (parents != null) {
                parents.requireOneStored(place);
            }
            Runs runs = finder.find(index, rows, owners, parents, source.fragmentAttributes() > 0, place);
            if (edges != null && parents != null) {
                putEdges(chunk, parents, rows, edges);
            }
            if (vertices != null) {
                sendRuns(chunk, index, runs, vertices, workspace);
            }
        }
        workspace.releaseTo(mark);
    }

    private int[] before(FragmentIndex index, int rows, String place) {
        int[] before = new int[rows];
        for (int row = 0; row < rows; row++) {
            before[row] = rules.followedByFragments() ? -1 : row - 1;
        }
        for (int f = 0; rules.followedByFragments() && f < index.size(); f++) {
            for (long i = 1; i < index.rows(f); i++) {
                int row = (int) index.row(f, i);
                int follows = (int) index.row(f, i - 1);
                if (before[row] >= 0 && before[row] != follows) {
                    throw new UnsupportedFeatureException("'" + place + "' has vertex " + row
                            + " in several fragments, in which it follows vertices " + before[row] + " and " + follows
                            + ": two parents that no link says. rezarr does not move these.");
                }
                before[row] = follows;
            }
        }
        return before;
    }

    private static void putEdges(int chunk, Parents parents, int rows, ExchangeOut edges) {
        int most = Exchange.USUAL_PIECE_BYTES / 8;
        int sequence = 0;
        int row = 0;
        while (row < rows) {
            int count = 0;
            int end = row;
            for (; end < rows && count < most; end++) {
                count += parents.implied(end) >= 0 ? 1 : 0;
            }
            if (count > 0 && edges.begin(chunk, sequence++, 8 * count)) {
                int at = edges.offset();
                for (int child = row; child < end; child++) {
                    if (parents.implied(child) >= 0) {
                        Bytes.putInt(edges.array(), at, child);
                        Bytes.putInt(edges.array(), at + 4, parents.implied(child));
                        at += 8;
                    }
                }
                edges.end();
            }
            row = end;
        }
    }

    private Column[] columns(int chunk, ByteBuffer positions, Workspace workspace) {
        Column[] columns = new Column[1 + source.attributes()];
        columns[0] = Column.of(positions, source.positionBytes(), workspace);
        for (int a = 0; a < source.attributes(); a++) {
            columns[1 + a] = source.attribute(a, chunk, workspace);
        }
        return columns;
    }

    private void split(ByteBuffer positions, int rows, int chunk) {
        for (int axis = 0; axis < key.length; axis++) {
            key[axis] = source.chunks().coordinate(chunk, axis);
        }
        cells.split(positions, rows, key);
        if (bucketOfCell.length < cells.count()) {
            bucketOfCell = new int[cells.count()];
            cellStart = new int[cells.count() + 1];
        }
        Arrays.fill(bucketOfCell, 0, cells.count(), -1);
    }

    private int bucket(int cell) {
        int bucket = bucketOfCell[cell];
        if (bucket < 0) {
            cells.coordinates(cell, key);
            bucket = target.bucketOf(key);
            bucketOfCell[cell] = bucket;
        }
        return bucket;
    }

    // --- rows of which nothing is to be known but where they lie

    private void sendRows(int chunk, FragmentIndex index, int rows, ExchangeOut out, Workspace workspace) {
        ByteBuffer positions = source.positions(chunk, workspace);
        split(positions, rows, chunk);
        Column[] columns = columns(chunk, positions, workspace);
        byte @Nullable [] dead = index.tiles(rows) ? null : dead(index, rows);
        int[] sorted = new int[rows];
        int sequence = sendRows(chunk, columns, rows, dead, false, sorted, 0, out);
        if (dead != null && keepDead) {
            sendRows(chunk, columns, rows, dead, true, sorted, sequence, out);
        }
    }

    private static byte @Nullable [] dead(FragmentIndex index, int rows) {
        byte[] dead = new byte[rows];
        Arrays.fill(dead, (byte) 1);
        int live = 0;
        for (int f = 0; f < index.size(); f++) {
            for (long i = 0; i < index.rows(f); i++) {
                int row = (int) index.row(f, i);
                live += dead[row];
                dead[row] = 0;
            }
        }
        return live == rows ? null : dead;
    }

    private int sendRows(
            int chunk,
            Column[] columns,
            int rows,
            byte @Nullable [] dead,
            boolean wantDead,
            int[] sorted,
            int firstSequence,
            ExchangeOut out) {
        Arrays.fill(cellStart, 0, cells.count() + 1, 0);
        for (int row = 0; row < rows; row++) {
            if (dead == null || dead[row] != 0 == wantDead) {
                cellStart[cells.cell(row) + 1]++;
            }
        }
        for (int cell = 0; cell < cells.count(); cell++) {
            cellStart[cell + 1] += cellStart[cell];
        }
        for (int row = 0; row < rows; row++) {
            if (dead == null || dead[row] != 0 == wantDead) {
                sorted[cellStart[cells.cell(row)]++] = row;
            }
        }
        int rowBytes = source.rowBytes() + (withRows ? Integer.BYTES : 0);
        int most = Math.max(1, (Exchange.USUAL_PIECE_BYTES - VertexPiece.HEADER_BYTES) / rowBytes);
        int sequence = firstSequence;
        int from = 0;
        for (int cell = 0; cell < cells.count(); cell++) {
            int end = cellStart[cell];
            if (from < end && !out.wants(bucket(cell))) {
                from = end;
            }
            while (from < end) {
                int count = Math.min(most, end - from);
                long id = (long) chunk << 32 | sequence++;
                if (out.begin(bucket(cell), id, VertexPiece.HEADER_BYTES + count * rowBytes)) {
                    byte[] array = out.array();
                    int at = out.offset();
                    Bytes.putInt(array, at, count);
                    Bytes.putInt(array, at + 4, wantDead ? VertexPiece.DEAD : VertexPiece.LIVE);
                    at += VertexPiece.HEADER_BYTES;
                    for (Column column : columns) {
                        for (int i = from; i < from + count; i++) {
                            column.copyTo(sorted[i], array, at);
                            at += column.rowBytes();
                        }
                    }
                    for (int i = from; withRows && i < from + count; i++) {
                        Bytes.putInt(array, at, sorted[i]);
                        at += Integer.BYTES;
                    }
                    out.end();
                }
                from += count;
            }
        }
        return sequence;
    }

    // --- runs

    private void sendRuns(int chunk, FragmentIndex index, Runs runs, ExchangeOut out, Workspace workspace) {
        ByteBuffer positions = source.positions(chunk, workspace);
        split(positions, source.rows(chunk), chunk);
        Column[] columns = columns(chunk, positions, workspace);
        List<@Nullable Column> values = new ArrayList<>();
        for (int a = 0; a < source.fragmentAttributes(); a++) {
            values.add(source.fragmentAttribute(a, chunk, index.size(), workspace));
        }
        cutRuns(runs);
        int[] order = orderedByCell();
        int sequence = 0;
        for (int i = 0; i < parts; ) {
            int cell = partCell[order[i]];
            int end = i;
            while (end < parts && partCell[order[end]] == cell) {
                end++;
            }
            if (out.wants(bucket(cell))) {
                countRoots(bucket(cell), runs, order, i, end);
                sequence = sendCell(chunk, bucket(cell), runs, order, i, end, columns, values, sequence, out);
            }
            i = end;
        }
    }

    /** Cuts runs where the chunk of the destination changes. */
    private void cutRuns(Runs runs) {
        parts = 0;
        for (int run = 0; run < runs.size; run++) {
            if (!keepDead && (runs.flags[run] & VertexPiece.IN_NONE) != 0) {
                continue;
            }
            int end = runs.start[run] + runs.count[run];
            int cell = -1;
            for (int at = runs.start[run]; at < end; at++) {
                int of = cells.cell(runs.walk[at]);
                if (of != cell) {
                    addPart(run, at, of);
                    cell = of;
                }
                partCount[parts - 1]++;
            }
        }
    }

    private void addPart(int run, int start, int cell) {
        if (parts == partRun.length) {
            partRun = Arrays.copyOf(partRun, 2 * parts);
            partStart = Arrays.copyOf(partStart, 2 * parts);
            partCount = Arrays.copyOf(partCount, 2 * parts);
            partCell = Arrays.copyOf(partCell, 2 * parts);
        }
        partRun[parts] = run;
        partStart[parts] = start;
        partCount[parts] = 0;
        partCell[parts] = cell;
        parts++;
    }

    private int[] orderedByCell() {
        Arrays.fill(cellStart, 0, cells.count() + 1, 0);
        for (int part = 0; part < parts; part++) {
            cellStart[partCell[part] + 1]++;
        }
        for (int cell = 0; cell < cells.count(); cell++) {
            cellStart[cell + 1] += cellStart[cell];
        }
        int[] order = new int[parts];
        for (int part = 0; part < parts; part++) {
            order[cellStart[partCell[part]]++] = part;
        }
        return order;
    }

    private void countRoots(int bucket, Runs runs, int[] order, int from, int to) {
        for (int i = from; rules.rootsComeFirst() && i < to; i++) {
            int part = order[i];
            boolean isBegin = partStart[part] == runs.start[partRun[part]];
            if (isBegin && (runs.flags[partRun[part]] & VertexPiece.ROOT) != 0) {
                target.addRoot(bucket);
            }
        }
    }

    private int sendCell(
            int chunk,
            int bucket,
            Runs runs,
            int[] order,
            int from,
            int to,
            Column[] columns,
            List<@Nullable Column> values,
            int firstSequence,
            ExchangeOut out) {
        int rowBytes = source.rowBytes() + (withRows ? Integer.BYTES : 0);
        int sequence = firstSequence;
        int part = from;
        int skipped = 0;
        while (part < to) {
            int room = Exchange.USUAL_PIECE_BYTES - VertexPiece.HEADER_BYTES;
            int end = part;
            int rows = 0;
            int lastRows = 0;
            while (end < to) {
                int left = partCount[order[end]] - (end == part ? skipped : 0);
                int fit = Math.min(left, (room - runBytes) / rowBytes);
                if (fit < 1 && rows > 0) {
                    break;
                }
                lastRows = Math.max(1, fit);
                rows += lastRows;
                room -= runBytes + lastRows * rowBytes;
                end++;
                if (lastRows < left) {
                    break;
                }
            }
            int length = VertexPiece.HEADER_BYTES + (end - part) * runBytes + rows * rowBytes;
            if (out.begin(bucket, (long) chunk << 32 | sequence++, length)) {
                put(runs, order, part, end, skipped, lastRows, rows, columns, values, out);
                out.end();
            }
            int last = order[end - 1];
            int done = lastRows + (end - 1 == part ? skipped : 0);
            if (done < partCount[last]) {
                part = end - 1;
                skipped = done;
            } else {
                part = end;
                skipped = 0;
            }
        }
        return sequence;
    }

    private void put(
            Runs runs,
            int[] order,
            int from,
            int to,
            int skipped,
            int lastRows,
            int rows,
            Column[] columns,
            List<@Nullable Column> values,
            ExchangeOut out) {
        byte[] array = out.array();
        int at = out.offset();
        Bytes.putInt(array, at, rows);
        Bytes.putInt(array, at + 4, to - from);
        at += VertexPiece.HEADER_BYTES;
        for (int i = from; i < to; i++) {
            int begin = i == from ? skipped : 0;
            int count = i == to - 1 ? lastRows : partCount[order[i]] - begin;
            putRun(runs, order[i], begin, count, values, array, at);
            at += runBytes;
        }
        for (int c = 0; c <= columns.length; c++) {
            if (c == columns.length && !withRows) {
                break;
            }
            for (int i = from; i < to; i++) {
                int begin = i == from ? skipped : 0;
                int count = i == to - 1 ? lastRows : partCount[order[i]] - begin;
                int start = partStart[order[i]] + begin;
                if (c == columns.length) {
                    for (int k = 0; k < count; k++, at += Integer.BYTES) {
                        Bytes.putInt(array, at, runs.walk[start + k]);
                    }
                } else {
                    at = putRows(columns[c], runs.walk, start, count, array, at);
                }
            }
        }
    }

    private static int putRows(Column column, int[] walk, int start, int count, byte[] array, int at) {
        int rowBytes = column.rowBytes();
        int first = walk[start];
        boolean isRange = walk[start + count - 1] - first == count - 1;
        for (int k = 1; isRange && k < count - 1; k++) {
            isRange = walk[start + k] == first + k;
        }
        if (isRange) {
            column.copyRows(first, count, array, at);
            return at + count * rowBytes;
        }
        int to = at;
        for (int k = 0; k < count; k++, to += rowBytes) {
            column.copyTo(walk[start + k], array, to);
        }
        return to;
    }

    private void putRun(
            Runs runs, int part, int skipped, int count, List<@Nullable Column> values, byte[] array, int at) {
        int run = partRun[part];
        int into = partStart[part] - runs.start[run] + skipped;
        boolean isBegin = into == 0;
        boolean isEnd = into + count == runs.count[run];
        int flags = runs.flags[run];
        flags &= isBegin ? -1 : ~(VertexPiece.CUT | VertexPiece.ROOT);
        flags &= isEnd ? -1 : ~VertexPiece.LAST;
        Bytes.putLong(array, at, runs.owner[run]);
        Bytes.putInt(array, at + 8, runs.place[run]);
        Bytes.putInt(array, at + 12, runs.inFragment[run] + into);
        Bytes.putInt(array, at + 16, count);
        Bytes.putInt(array, at + 20, flags);
        Bytes.putLong(array, at + 24, runs.signature[run]);
        int to = at + VertexPiece.RUN_BYTES;
        for (int a = 0; a < values.size(); a++) {
            Column column = values.get(a);
            boolean has = column != null && runs.fragment[run] >= 0;
            int bytes = source.fragmentAttributeBytes(a);
            array[to] = (byte) (has ? 1 : 0);
            if (has && column != null) {
                column.copyTo(runs.fragment[run], array, to + 1);
            } else {
                Arrays.fill(array, to + 1, to + 1 + bytes, (byte) 0);
            }
            to += 1 + bytes;
        }
    }
}
