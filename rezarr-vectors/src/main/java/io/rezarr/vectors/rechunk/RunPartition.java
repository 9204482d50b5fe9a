package io.rezarr.vectors.rechunk;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.FragmentIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends rows by run, with what is to be known of it; one for each thread. */
final class RunPartition {
    private final LevelSource source;
    private final LevelTarget target;
    private final LevelRules rules;
    private final boolean keepDead;
    private final boolean withRows;
    private final TargetCells cells;
    private final RunParts parts = new RunParts();

    /** @param withRows whether vertices take along the numbers of their rows */
    RunPartition(LevelSource source, LevelTarget target, LevelRules rules, boolean keepDead, boolean withRows) {
        this.source = source;
        this.target = target;
        this.rules = rules;
        this.keepDead = keepDead;
        this.withRows = withRows;
        this.cells = new TargetCells(source, target);
    }

    void send(int chunk, FragmentIndex index, Runs runs, ExchangeOut out, Workspace workspace) {
        ByteBuffer positions = source.positions(chunk, workspace);
        cells.split(chunk, positions);
        Column[] columns = source.columns(chunk, positions, workspace);
        List<@Nullable Column> values = new ArrayList<>();
        for (int a = 0; a < source.fragmentAttributes(); a++) {
            values.add(source.fragmentAttribute(a, chunk, index.size(), workspace));
        }
        parts.cut(runs, cells, keepDead);
        RunPieces pieces = new RunPieces(source, chunk, runs, parts, columns, values, withRows);
        for (int part = 0; part < parts.size(); ) {
            int cell = parts.cell(part);
            int end = part;
            while (end < parts.size() && parts.cell(end) == cell) {
                end++;
            }
            if (out.wants(cells.bucket(cell))) {
                countRoots(cells.bucket(cell), runs, part, end);
                pieces.put(cells.bucket(cell), part, end, out);
            }
            part = end;
        }
    }

    private void countRoots(int bucket, Runs runs, int from, int to) {
        for (int part = from; rules.rootsComeFirst() && part < to; part++) {
            int run = parts.run(part);
            boolean isBegin = parts.start(part) == runs.start[run];
            if (isBegin && (runs.flags[run] & VertexPiece.ROOT) != 0) {
                target.addRoot(bucket);
            }
        }
    }
}
