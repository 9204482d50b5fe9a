package io.rezarr.vectors.rechunk;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.VertexFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The vertices of one chunk of the destination, put in order: which row of which piece comes where, and where fragments begin. Arrays of numbers only; the
 * bytes stay in the pieces. Reused from one chunk to the next, by one thread.
 */
final class Assembly {
    private final LevelSource source;
    private final LevelRules rules;
    private final ChunkGrid grid;
    private final VertexFormat format;
    private final int runBytes;
    private final int valueBytes;

    private final double[] block = new double[Cells.BLOCK_ROWS];
    private PieceRange range = new PieceRange(Pieces.NONE, 0, 0, 0, 0);
    private long[] key = new long[0];
    private int rows;
    private int liveRows;

    /** For each run, in the order in which they are written: its piece, its first row there, how many, where its record is. */
    private int[] runPiece = new int[64];

    private int[] runRow = new int[64];
    private int[] runRows = new int[64];
    private int[] runRecord = new int[64];
    private int runs;
    private int[] order = new int[0];

    /** Without runs: for each row to be written its piece and its row there. */
    private int[] rowPiece = new int[0];

    private int[] rowInPiece = new int[0];
    private boolean hasRuns;

    private int fragments;
    private int[] fragmentStart = new int[64];
    private int[] fragmentRun = new int[64];
    /** The row in its run that a fragment begins with. */
    private int[] fragmentInRun = new int[64];

    Assembly(LevelSource source, LevelRules rules, ChunkGrid grid) {
        this.source = source;
        this.rules = rules;
        this.grid = grid;
        this.format = source.format();
        this.runBytes = VertexPartition.runBytes(source);
        this.valueBytes = runBytes - VertexPiece.RUN_BYTES;
    }

    /**
     * Puts the vertices of a chunk in order.
     *
     * @param ofChunk its pieces
     * @param coordinates of the chunk
     */
    void order(PieceRange ofChunk, long[] coordinates) {
        range = ofChunk;
        key = coordinates;
        rows = 0;
        runs = 0;
        fragments = 0;
        hasRuns = rules.shape() != LevelRules.Shape.BINS;
        long counted = 0;
        for (int piece = range.from(); piece < range.to(); piece++) {
            counted += rowsOf(piece);
        }
        VertexPartition.requireCountable(counted, source.path());
        rows = (int) counted;
        if (hasRuns) {
            gatherRuns();
            orderRuns();
            findFragments();
        } else if (source.fragmentAttributes() > 0) {
            orderByBinsOfValues();
        } else {
            orderByBins();
        }
    }

    private int int32(int piece, int at) {
        return Bytes.getInt(range.pieces().array(piece), range.pieces().offset(piece) + at);
    }

    private int rowsOf(int piece) {
        return int32(piece, 0);
    }

    private int runsOf(int piece) {
        return Math.max(0, int32(piece, 4));
    }

    /** Where the first column of a piece begins. */
    private int columnsAt(int piece) {
        return range.pieces().offset(piece) + VertexPiece.HEADER_BYTES + runsOf(piece) * runBytes;
    }

    // --- bins

    private void orderByBins() {
        long allBins = grid.binsPerChunk();
        int bins = Math.toIntExact(allBins);
        int[] start = new int[bins + 1];
        if (rowPiece.length < rows) {
            rowPiece = new int[rows];
            rowInPiece = new int[rows];
        }
        int[] binOfRow = new int[rows];
        int at = 0;
        for (int piece = range.from(); piece < range.to(); piece++) {
            if (int32(piece, 4) == VertexPiece.LIVE) {
                int count = rowsOf(piece);
                if (bins > 1) {
                    findBins(positions(piece), count, binOfRow, at);
                }
                for (int end = at + count; at < end; at++) {
                    start[binOfRow[at] + 1]++;
                }
            }
        }
        liveRows = at;
        for (int bin = 0; bin < bins; bin++) {
            start[bin + 1] += start[bin];
        }
        fragments = bins;
        if (fragmentStart.length < bins) {
            fragmentStart = new int[bins];
        }
        System.arraycopy(start, 0, fragmentStart, 0, bins);
        at = 0;
        int dead = liveRows;
        for (int piece = range.from(); piece < range.to(); piece++) {
            int count = rowsOf(piece);
            boolean live = int32(piece, 4) == VertexPiece.LIVE;
            for (int row = 0; row < count; row++) {
                int to = live ? start[binOfRow[at++]]++ : dead++;
                rowPiece[to] = piece;
                rowInPiece[to] = row;
            }
        }
    }

    /** Likewise where fragments have attributes: all rows of a bin must have come from fragments of one value. */
    private void orderByBinsOfValues() {
        gatherRuns();
        int bins = Math.toIntExact(grid.binsPerChunk());
        int[] start = new int[bins + 1];
        int[] binOfRow = new int[rows];
        fragmentRun = new int[bins];
        Arrays.fill(fragmentRun, -1);
        int at = 0;
        for (int run = 0; run < runs; run++) {
            boolean live = !has(run, VertexPiece.IN_NONE);
            ByteBuffer positions = positions(runPiece[run]);
            for (int k = 0; k < runRows[run]; k++) {
                int bin = live ? (int) bin(positions, runRow[run] + k) : -1;
                binOfRow[at++] = bin;
                if (live) {
                    start[bin + 1]++;
                    requireOneValue(bin, run);
                    fragmentRun[bin] = run;
                }
            }
        }
        for (int bin = 0; bin < bins; bin++) {
            start[bin + 1] += start[bin];
        }
        liveRows = start[bins];
        fragments = bins;
        fragmentStart = Arrays.copyOf(start, Math.max(bins, 1));
        fragmentInRun = new int[bins];
        if (rowPiece.length < rows) {
            rowPiece = new int[rows];
            rowInPiece = new int[rows];
        }
        at = 0;
        int dead = liveRows;
        for (int run = 0; run < runs; run++) {
            for (int k = 0; k < runRows[run]; k++) {
                int bin = binOfRow[at++];
                int to = bin >= 0 ? start[bin]++ : dead++;
                rowPiece[to] = runPiece[run];
                rowInPiece[to] = runRow[run] + k;
            }
        }
    }

    private void requireOneValue(int bin, int run) {
        int other = fragmentRun[bin];
        if (other >= 0 && other != run && compareValues(other, run) != 0) {
            throw new UnsupportedFeatureException("'" + source.number() + "/fragment_attributes': bin " + bin
                    + " of chunk " + ChunkKey.of(key) + ", one of " + grid.binsPerChunk()
                    + ", would hold vertices of fragments with different values, but has room for one. Choose bins that divide those of the source, "
                    + source.level().metadata().binShape()
                    + " (--bin-shape), or keep the values as a vertex attribute.");
        }
    }

    private void findBins(ByteBuffer positions, int count, int[] binOfRow, int from) {
        int before = key.length - grid.dimensions();
        for (int row = 0; row < count; row += Cells.BLOCK_ROWS) {
            int part = Math.min(Cells.BLOCK_ROWS, count - row);
            for (int axis = 0; axis < grid.dimensions(); axis++) {
                format.coordinates(positions, row, part, axis, block);
                grid.appendBins(block, part, axis, key[before + axis], binOfRow, from + row);
            }
        }
    }

    private ByteBuffer positions(int piece) {
        return Bytes.view(range.pieces().array(piece), columnsAt(piece), rowsOf(piece) * source.positionBytes());
    }

    private long bin(ByteBuffer positions, int row) {
        int before = key.length - grid.dimensions();
        long bin = 0;
        for (int axis = 0; axis < grid.dimensions(); axis++) {
            double position = format.coordinate(positions, row, axis);
            bin = bin * grid.binsAlong(axis) + grid.binOf(position, axis, key[before + axis]);
        }
        return bin;
    }

    // --- runs

    private void gatherRuns() {
        for (int piece = range.from(); piece < range.to(); piece++) {
            int row = 0;
            int record = range.pieces().offset(piece) + VertexPiece.HEADER_BYTES;
            for (int i = runsOf(piece); i > 0; i--) {
                if (runs == runPiece.length) {
                    runPiece = Arrays.copyOf(runPiece, 2 * runs);
                    runRow = Arrays.copyOf(runRow, 2 * runs);
                    runRows = Arrays.copyOf(runRows, 2 * runs);
                    runRecord = Arrays.copyOf(runRecord, 2 * runs);
                }
                runPiece[runs] = piece;
                runRow[runs] = row;
                runRows[runs] = Bytes.getInt(range.pieces().array(piece), record + 16);
                runRecord[runs] = record;
                row += runRows[runs];
                record += runBytes;
                runs++;
            }
        }
    }

    private byte[] array(int run) {
        return range.pieces().array(runPiece[run]);
    }

    private long owner(int run) {
        return Bytes.getLong(array(run), runRecord[run]);
    }

    private int place(int run) {
        return Bytes.getInt(array(run), runRecord[run] + 8);
    }

    private int inFragment(int run) {
        return Bytes.getInt(array(run), runRecord[run] + 12);
    }

    private boolean has(int run, int flag) {
        return (Bytes.getInt(array(run), runRecord[run] + 20) & flag) != 0;
    }

    private long signature(int run) {
        return Bytes.getLong(array(run), runRecord[run] + 24);
    }

    private int compareValues(int a, int b) {
        int at = runRecord[a] + VertexPiece.RUN_BYTES;
        int bt = runRecord[b] + VertexPiece.RUN_BYTES;
        return valueBytes == 0
                ? 0
                : Arrays.compareUnsigned(array(a), at, at + valueBytes, array(b), bt, bt + valueBytes);
    }

    private int sourceChunk(int run) {
        return (int) (range.pieces().id(runPiece[run]) >> 32);
    }

    private void orderRuns() {
        IndexSort.Order by = switch (rules.shape()) {
            case RUNS -> this::compareByPath;
            case OWNERS -> this::compareByOwner;
            default -> this::compareLife;
        };
        order = IndexSort.sort(runs, by);
        if (rules.rootsComeFirst()) {
            putRootFirst();
        }
    }

    private int compareLife(int a, int b) {
        return Boolean.compare(has(a, VertexPiece.IN_NONE), has(b, VertexPiece.IN_NONE));
    }

    /** By owner, rows without one last, those in no fragment behind them. */
    private int compareOwners(int a, int b) {
        int order = compareLife(a, b);
        return order != 0 ? order : Long.compareUnsigned(owner(a), owner(b));
    }

    private int compareByPath(int a, int b) {
        int order = compareOwners(a, b);
        if (order != 0 || owner(a) < 0) {
            return order;
        }
        order = Integer.compare(place(a), place(b));
        return order != 0 ? order : Integer.compare(inFragment(a), inFragment(b));
    }

    private int compareByOwner(int a, int b) {
        int order = compareOwners(a, b);
        order = order != 0 ? order : Long.compareUnsigned(signature(a), signature(b));
        return order != 0 ? order : compareValues(a, b);
    }

    /** The one vertex without a parent becomes row 0, and its fragment the first. */
    private void putRootFirst() {
        for (int i = 0; i < runs; i++) {
            int root = order[i];
            if (has(root, VertexPiece.ROOT)) {
                int from = i;
                while (from > 0 && compareByOwner(order[from - 1], root) == 0) {
                    from--;
                }
                int to = i + 1;
                while (to < runs && compareByOwner(order[to], root) == 0) {
                    to++;
                }
                int[] rotated = new int[runs];
                rotated[0] = root;
                int at = 1;
                for (int k = from; k < to; k++) {
                    if (k != i) {
                        rotated[at++] = order[k];
                    }
                }
                System.arraycopy(order, 0, rotated, at, from);
                System.arraycopy(order, to, rotated, at + from, runs - to);
                order = rotated;
                return;
            }
        }
    }

    private void findFragments() {
        int row = 0;
        int before = -1;
        liveRows = 0;
        for (int i = 0; i < runs; i++) {
            int run = order[i];
            if (has(run, VertexPiece.IN_NONE)) {
                break;
            }
            boolean goesOn = before >= 0 && isContinued(before, run);
            if (rules.splitAtBins() && owner(run) >= 0) {
                splitAtBins(i, before, goesOn, row);
            } else if (!goesOn) {
                addFragment(row, i, 0);
            }
            row += runRows[run];
            before = run;
        }
        liveRows = row;
    }

    private void addFragment(int row, int place, int inRun) {
        if (fragments == fragmentStart.length) {
            fragmentStart = Arrays.copyOf(fragmentStart, 2 * fragments);
        }
        if (fragments >= fragmentRun.length) {
            fragmentRun = Arrays.copyOf(fragmentRun, 2 * fragmentRun.length);
            fragmentInRun = Arrays.copyOf(fragmentInRun, 2 * fragmentInRun.length);
        }
        fragmentStart[fragments] = row;
        fragmentRun[fragments] = place;
        fragmentInRun[fragments] = inRun;
        fragments++;
    }

    /** Whether a run goes on in the fragment that the one before it ends in. */
    private boolean isContinued(int before, int run) {
        if (compareByOwner(before, run) != 0) {
            return false;
        }
        boolean follows = place(run) == place(before) && inFragment(run) == inFragment(before) + runRows[before];
        boolean followsInSource = follows && sourceChunk(before) == sourceChunk(run);
        return switch (rules.shape()) {
            case OWNERS -> !rules.hasTree() || (!isCut(run) && (!rules.treeIsDirected() || followsInSource));
            case RUNS ->
                owner(run) < 0 ? followsInSource && !has(run, VertexPiece.CUT) : follows || isNextFragment(before, run);
            case BINS, KEPT -> followsInSource && !has(run, VertexPiece.CUT);
        };
    }

    private boolean isNextFragment(int before, int run) {
        return place(run) == place(before) + 1 && inFragment(run) == 0 && has(before, VertexPiece.LAST);
    }

    /** Whether a vertex must be the first of its fragment. In a layout where it follows the row before it, no matter the fragment, that does not help. */
    private boolean isCut(int run) {
        return rules.treeByFragments() && has(run, VertexPiece.CUT);
    }

    private void splitAtBins(int place, int before, boolean goesOn, int firstRow) {
        int run = order[place];
        ByteBuffer positions = positions(runPiece[run]);
        long last = goesOn ? bin(positions(runPiece[before]), runRow[before] + runRows[before] - 1) : -1;
        for (int k = 0; k < runRows[run]; k++) {
            long bin = bin(positions, runRow[run] + k);
            if (bin != last) {
                addFragment(firstRow + k, place, k);
                last = bin;
            }
        }
    }

    // --- what came out

    int rows() {
        return rows;
    }

    /** Those in fragments, which come first. */
    int liveRows() {
        return liveRows;
    }

    int fragments() {
        return fragments;
    }

    int fragmentStart(int fragment) {
        return fragmentStart[fragment];
    }

    int fragmentEnd(int fragment) {
        return fragment + 1 < fragments ? fragmentStart[fragment + 1] : liveRows;
    }

    boolean hasRuns() {
        return hasRuns;
    }

    /** Whose a fragment is: the first of its owners, {@link VertexPiece#UNOWNED} or {@link VertexPiece#ASK}. */
    long fragmentOwner(int fragment) {
        return owner(order[fragmentRun[fragment]]);
    }

    /** Whether it has a single owner. */
    boolean isSimple(int fragment) {
        return signature(order[fragmentRun[fragment]]) == 0;
    }

    /** As which fragment of its owner it began in the source, and at which place of that. */
    long fragmentPlace(int fragment) {
        int run = order[fragmentRun[fragment]];
        return (long) place(run) << 32 | inFragment(run) + fragmentInRun[fragment];
    }

    /** The chunk of the source that its first row comes from. */
    int fragmentSource(int fragment) {
        return sourceChunk(order[fragmentRun[fragment]]);
    }

    /** The row there. */
    int fragmentSourceRow(int fragment) {
        int run = order[fragmentRun[fragment]];
        int piece = runPiece[run];
        int rowsAt = columnsAt(piece) + rowsOf(piece) * source.rowBytes();
        int row = runRow[run] + fragmentInRun[fragment];
        return Bytes.getInt(range.pieces().array(piece), rowsAt + row * Integer.BYTES);
    }

    /** Whether a fragment has values of an attribute. */
    boolean hasValue(int fragment, int attribute) {
        int run = runOf(fragment);
        return run >= 0 && array(run)[runRecord[run] + VertexPiece.RUN_BYTES + valueAt(attribute)] != 0;
    }

    /** A run of a fragment, which has its values; -1 if it is a bin without any. */
    private int runOf(int fragment) {
        return hasRuns ? order[fragmentRun[fragment]] : fragmentRun[fragment];
    }

    void copyValue(int fragment, int attribute, byte[] to, int at) {
        int run = runOf(fragment);
        int from = runRecord[run] + VertexPiece.RUN_BYTES + valueAt(attribute) + 1;
        System.arraycopy(array(run), from, to, at, source.fragmentAttributeBytes(attribute));
    }

    private int valueAt(int attribute) {
        int at = 0;
        for (int a = 0; a < attribute; a++) {
            at += 1 + source.fragmentAttributeBytes(a);
        }
        return at;
    }

    /**
     * Copies one family in order.
     *
     * @param bytesBefore of a row in the families before it
     */
    void copyColumn(int bytesBefore, int rowBytes, byte[] to) {
        int at = 0;
        if (hasRuns) {
            for (int i = 0; i < runs; i++) {
                int run = order[i];
                int piece = runPiece[run];
                int from = columnsAt(piece) + bytesBefore * rowsOf(piece) + runRow[run] * rowBytes;
                int length = runRows[run] * rowBytes;
                if (runRows[run] == 1) {
                    Bytes.copyRow(array(run), from, to, at, rowBytes);
                } else {
                    System.arraycopy(array(run), from, to, at, length);
                }
                at += length;
            }
            return;
        }
        int piece = -1;
        byte[] array = {};
        int column = 0;
        for (int row = 0; row < rows; row++, at += rowBytes) {
            if (rowPiece[row] != piece) {
                piece = rowPiece[row];
                array = range.pieces().array(piece);
                column = columnsAt(piece) + bytesBefore * rowsOf(piece);
            }
            Bytes.copyRow(array, column + rowInPiece[row] * rowBytes, to, at, rowBytes);
        }
    }

    /** Takes the new row of each vertex of the chunk, piece by piece. */
    interface NewRows {
        /**
         * @param sourceChunk that all come from
         * @param newRows for each row of the piece its new row, negative ({@code -1 - row}) where it follows no other in a
         *     fragment: the first of each, and those in none
         * @param oldRowsAt where their rows in the source begin, as ints
         */
        void piece(int sourceChunk, int rows, int[] newRows, int firstOfPiece, byte[] array, int oldRowsAt);
    }

    /** Tells where vertices have come from, and where they are now. */
    void forEachRow(NewRows consumer) {
        int[] first = new int[range.to() - range.from() + 1];
        for (int piece = range.from(); piece < range.to(); piece++) {
            first[piece - range.from() + 1] = first[piece - range.from()] + rowsOf(piece);
        }
        int[] newRows = new int[rows];
        int at = 0;
        if (hasRuns) {
            int fragment = 0;
            for (int i = 0; i < runs; i++) {
                int run = order[i];
                int to = first[runPiece[run] - range.from()] + runRow[run];
                for (int k = 0; k < runRows[run]; k++, at++) {
                    boolean begins = fragment < fragments && fragmentStart[fragment] == at;
                    fragment += begins ? 1 : 0;
                    newRows[to + k] = begins || at >= liveRows ? -1 - at : at;
                }
            }
        } else {
            for (; at < rows; at++) {
                newRows[first[rowPiece[at] - range.from()] + rowInPiece[at]] = at;
            }
        }
        for (int piece = range.from(); piece < range.to(); piece++) {
            int rowsAt = columnsAt(piece) + rowsOf(piece) * source.rowBytes();
            int chunk = (int) (range.pieces().id(piece) >> 32);
            consumer.piece(
                    chunk,
                    rowsOf(piece),
                    newRows,
                    first[piece - range.from()],
                    range.pieces().array(piece),
                    rowsAt);
        }
    }
}
