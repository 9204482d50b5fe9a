package io.rezarr.vectors.rechunk;

import java.util.Arrays;

/**
 * The parts of the runs of one chunk of the source that go to one chunk of the destination each, by the cell of that, in a cell in the order of the runs.
 * Reused from one chunk to the next, by one thread.
 */
final class RunParts {
    private int size;
    private int[] run = new int[64];
    private int[] start = new int[64];
    private int[] count = new int[64];
    private int[] cell = new int[64];
    private int[] order = new int[0];

    /** Cuts runs where the chunk of the destination changes. */
    void cut(Runs runs, TargetCells cells, boolean keepDead) {
        size = 0;
        for (int of = 0; of < runs.size; of++) {
            if (!keepDead && (runs.flags[of] & VertexPiece.IN_NONE) != 0) {
                continue;
            }
            int end = runs.start[of] + runs.count[of];
            int last = -1;
            for (int at = runs.start[of]; at < end; at++) {
                int its = cells.cell(runs.walk[at]);
                if (its != last) {
                    add(of, at, its);
                    last = its;
                }
                count[size - 1]++;
            }
        }
        sort(cells.count());
    }

    private void add(int of, int at, int its) {
        if (size == run.length) {
            run = Arrays.copyOf(run, 2 * size);
            start = Arrays.copyOf(start, 2 * size);
            count = Arrays.copyOf(count, 2 * size);
            cell = Arrays.copyOf(cell, 2 * size);
        }
        run[size] = of;
        start[size] = at;
        count[size] = 0;
        cell[size] = its;
        size++;
    }

    private void sort(int cells) {
        int[] cellStart = new int[cells + 1];
        for (int part = 0; part < size; part++) {
            cellStart[cell[part] + 1]++;
        }
        for (int of = 0; of < cells; of++) {
            cellStart[of + 1] += cellStart[of];
        }
        order = new int[size];
        for (int part = 0; part < size; part++) {
            order[cellStart[cell[part]]++] = part;
        }
    }

    int size() {
        return size;
    }

    int cell(int part) {
        return cell[order[part]];
    }

    /** The run that it is of. */
    int run(int part) {
        return run[order[part]];
    }

    /** Where its rows begin in the walk of all runs. */
    int start(int part) {
        return start[order[part]];
    }

    int count(int part) {
        return count[order[part]];
    }
}
