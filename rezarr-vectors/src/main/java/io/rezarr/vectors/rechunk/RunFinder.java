package io.rezarr.vectors.rechunk;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.vectors.model.FragmentIndex;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the {@link Runs} of a chunk of the source: which rows follow each other in which fragment of whom. */
final class RunFinder {
    private final LevelRules rules;
    private final Runs runs = new Runs();
    /** In how many places of fragments a row is, at most 2. */
    private byte[] occurrences = new byte[0];

    RunFinder(LevelRules rules) {
        this.rules = rules;
    }

    /**
     * @param owners {@code null} if the level has no objects
     * @param parents {@code null} if it is no tree
     * @param hasValues whether fragments have attributes
     * @param place of the chunk, for messages
     */
    Runs find(
            FragmentIndex index,
            int rows,
            @Nullable Owners owners,
            @Nullable Parents parents,
            boolean hasValues,
            String place) {
        runs.clear(rows);
        boolean tiles = index.tiles(rows);
        boolean overlap = !tiles && countOccurrences(index, rows);
        if (overlap && hasValues) {
            throw new UnsupportedFeatureException(
                    "'" + place
                            + "' has rows in several fragments, which have attributes of their own: rezarr does not move these.");
        }
        for (int f = 0; f < index.size(); f++) {
            addFragment(index, f, owners, parents, overlap);
        }
        if (runs.walked < rows) {
            addDead(rows);
        }
        return runs;
    }

    private boolean countOccurrences(FragmentIndex index, int rows) {
        if (occurrences.length < rows) {
            occurrences = new byte[rows];
        }
        Arrays.fill(occurrences, 0, rows, (byte) 0);
        boolean overlap = false;
        for (int f = 0; f < index.size(); f++) {
            for (long i = 0; i < index.rows(f); i++) {
                int row = (int) index.row(f, i);
                overlap |= occurrences[row] > 0;
                occurrences[row] = (byte) Math.min(2, occurrences[row] + 1);
            }
        }
        return overlap;
    }

    private void addFragment(
            FragmentIndex index, int f, @Nullable Owners owners, @Nullable Parents parents, boolean overlap) {
        boolean asks = rules.shape() == LevelRules.Shape.KEPT;
        long owner = asks && owners != null ? VertexPiece.ASK : VertexPiece.UNOWNED;
        int placeOf = f;
        long signature = 0;
        if (owners != null && owners.count(f) > 0 && !asks) {
            owner = owners.object(owners.begin(f));
            placeOf = rules.isPath() ? owners.place(owners.begin(f)) : f;
            signature = owners.signature(f, rules.isPath());
        }
        long rows = index.rows(f);
        boolean begun = false;
        for (int i = 0; i < rows; i++) {
            int row = (int) index.row(f, i);
            if (overlap && occurrences[row] != 1) {
                addShared(index, f, row, owners, parents);
                begun = false;
                continue;
            }
            int cut = parents == null ? 0 : cut(parents, row);
            if (!begun || cut != 0) {
                runs.begin(owner, placeOf, i, signature, f, cut);
                begun = true;
            }
            runs.add(row);
            if (i == rows - 1) {
                runs.flagLast(VertexPiece.LAST);
            }
        }
    }

    private int cut(Parents parents, int row) {
        int count = parents.count(row);
        boolean mustBegin = count != 1 || (rules.treeIsDirected() && parents.implied(row) < 0);
        return (mustBegin ? VertexPiece.CUT : 0) | (count == 0 ? VertexPiece.ROOT : 0);
    }

    /** A row in several places: a run of its own, whose owners are those of all of them together. */
    private void addShared(FragmentIndex index, int f, int row, @Nullable Owners owners, @Nullable Parents parents) {
        if (occurrences[row] == 0) {
            return; // it was added where it came first
        }
        occurrences[row] = 0;
        Occurrences of = owners == null ? Occurrences.NONE : Occurrences.of(index, row, owners);
        boolean asks = owners != null && rules.shape() == LevelRules.Shape.KEPT;
        long owner = asks ? VertexPiece.ASK : of.size() == 0 ? VertexPiece.UNOWNED : of.object(0);
        boolean hasPlace = rules.isPath() && !asks && of.size() > 0;
        int placeOf = hasPlace ? of.place(0) : -1 - row;
        runs.begin(
                owner,
                placeOf,
                hasPlace ? of.inFragment(0) : 0,
                asks ? 0 : of.signature(rules.isPath()),
                f,
                VertexPiece.CUT | (parents == null ? 0 : cut(parents, row)));
        runs.add(row);
    }

    private void addDead(int rows) {
        boolean[] live = new boolean[rows];
        for (int i = 0; i < runs.walked; i++) {
            live[runs.walk[i]] = true;
        }
        boolean begun = false;
        for (int row = 0; row < rows; row++) {
            if (!live[row]) {
                if (!begun) {
                    runs.begin(VertexPiece.UNOWNED, 0, 0, 0, -1, VertexPiece.IN_NONE);
                    begun = true;
                }
                runs.add(row);
            }
        }
    }
}
