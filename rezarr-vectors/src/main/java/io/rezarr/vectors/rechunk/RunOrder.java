package io.rezarr.vectors.rechunk;

/** Rows by run: the runs of a path one behind the other, or those of the same owners, or as they come. */
final class RunOrder implements RowOrder {
    private final LevelRules rules;
    private final PieceRuns runs;
    private final FragmentFinder finder;
    private int[] order = new int[0];

    RunOrder(LevelRules rules, PieceRuns runs, ChunkBins bins) {
        this.rules = rules;
        this.runs = runs;
        this.finder = new FragmentFinder(rules, runs, bins);
    }

    @Override
    public void order(VertexPieces pieces, long[] coordinates, NewFragments fragments) {
        runs.gather(pieces);
        IndexSort.Order by = switch (rules.shape()) {
            case RUNS -> runs::compareByPath;
            case OWNERS -> runs::compareByOwner;
            default -> runs::compareLife;
        };
        order = IndexSort.sort(runs.size(), by);
        if (rules.rootsComeFirst()) {
            putRootFirst();
        }
        finder.find(order, coordinates, fragments);
    }

    /** The one vertex without a parent becomes row 0, and its fragment the first. */
    private void putRootFirst() {
        for (int i = 0; i < order.length; i++) {
            int root = order[i];
            if (runs.has(root, VertexPiece.ROOT)) {
                int from = i;
                while (from > 0 && runs.compareByOwner(order[from - 1], root) == 0) {
                    from--;
                }
                int to = i + 1;
                while (to < order.length && runs.compareByOwner(order[to], root) == 0) {
                    to++;
                }
                int[] rotated = new int[order.length];
                rotated[0] = root;
                int at = 1;
                for (int k = from; k < to; k++) {
                    if (k != i) {
                        rotated[at++] = order[k];
                    }
                }
                System.arraycopy(order, 0, rotated, at, from);
                System.arraycopy(order, to, rotated, at + from, order.length - to);
                order = rotated;
                return;
            }
        }
    }

    @Override
    public void copyColumn(VertexPieces pieces, int bytesBefore, int rowBytes, byte[] to) {
        int at = 0;
        for (int run : order) {
            int piece = runs.piece(run);
            int from = pieces.columnsAt(piece) + bytesBefore * pieces.rows(piece) + runs.row(run) * rowBytes;
            int length = runs.rows(run) * rowBytes;
            if (runs.rows(run) == 1) {
                Bytes.copyRow(pieces.array(piece), from, to, at, rowBytes);
            } else {
                System.arraycopy(pieces.array(piece), from, to, at, length);
            }
            at += length;
        }
    }

    @Override
    public void putNewRows(VertexPieces pieces, NewFragments fragments, int[] first, int[] newRows) {
        int at = 0;
        int fragment = 0;
        for (int run : order) {
            int to = first[runs.piece(run) - pieces.from()] + runs.row(run);
            for (int k = 0; k < runs.rows(run); k++, at++) {
                boolean begins = fragment < fragments.size() && fragments.start(fragment) == at;
                fragment += begins ? 1 : 0;
                newRows[to + k] = begins || at >= fragments.liveRows() ? -1 - at : at;
            }
        }
    }
}
