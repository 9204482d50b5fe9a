package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How many vertices each chunk of the destination gets: found by reading all positions once. */
final class LevelCount {
    private static final int MAX_PARTS = 1 << 24;

    private final RunContext context;
    private final LevelSource source;
    private final LevelGrid grid;
    private final ChunkIndex chunks;
    private final long[] rows;
    private final long repairedRows;

    private LevelCount(
            RunContext context,
            LevelSource source,
            LevelGrid grid,
            ChunkIndex chunks,
            long repairedRows,
            long... rows) {
        this.context = context;
        this.source = source;
        this.grid = grid;
        this.chunks = chunks;
        this.rows = rows;
        this.repairedRows = repairedRows;
    }

    static LevelCount of(RunContext context, LevelSource source, LevelGrid grid) {
        AtomicLong repaired = new AtomicLong();
        ChunkCounter counter = countWithin(context, source, grid, repaired);
        ChunkIndex chunks = counter.index();
        return new LevelCount(context, source, grid, chunks, repaired.get(), counter.countsBy(chunks));
    }

    /** How many bytes a chunk of the source has is not known before: if several at once are too much, one after the other may do. */
    private static ChunkCounter countWithin(
            RunContext context, LevelSource source, LevelGrid grid, AtomicLong repaired) {
        try {
            return count(context, source, grid.grid(), repaired, null, null);
        } catch (InfeasiblePlanException tooMuchAtOnce) {
            repaired.set(0);
            return context.workers().alone(() -> count(context, source, grid.grid(), repaired, null, null));
        }
    }

    /** @param only counts the vertices in some chunks of another grid only; {@code null}: all */
    private static ChunkCounter count(
            RunContext context,
            LevelSource source,
            ChunkGrid grid,
            @Nullable AtomicLong repaired,
            @Nullable ChunkGrid other,
            @Nullable ChunkIndex only) {
        int rank = source.chunks().rank();
        ChunkCounter all = new ChunkCounter(rank);
        Cells[] cells = new Cells[context.workers().threads()];
        Cells[] others = new Cells[cells.length];
        Cells[] owns = new Cells[cells.length];
        AtomicLong done = new AtomicLong();
        context.workers().forEach(source.chunks().size(), i -> 0, (chunk, worker) -> {
            int w = worker.number();
            cells[w] = cells[w] == null ? new Cells(grid, source.format(), rank) : cells[w];
            int mark = worker.workspace().mark();
            ByteBuffer positions = source.positions(chunk, worker.workspace());
            int count = source.rows(chunk);
            long[] key = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                key[axis] = source.chunks().coordinate(chunk, axis);
            }
            cells[w].split(positions, count, key);
            if (repaired != null) {
                ChunkGrid own = source.level().metadata().grid();
                owns[w] = owns[w] == null ? new Cells(own, source.format(), rank) : owns[w];
                owns[w].split(positions, count, key);
                repaired.addAndGet(rowsOutside(owns[w], key, count));
            }
            boolean[] counts = null;
            if (other != null && only != null) {
                others[w] = others[w] == null ? new Cells(other, source.format(), rank) : others[w];
                others[w].split(positions, count, key);
                counts = among(others[w], only, count);
            }
            flush(cells[w], count, counts, all, rank);
            worker.workspace().releaseTo(mark);
            context.listener()
                    .progress(
                            source.number(),
                            VectorRunListener.Step.COUNT,
                            done.incrementAndGet(),
                            source.chunks().size());
        });
        return all;
    }

    private static boolean[] among(Cells cells, ChunkIndex only, int rows) {
        long[] key = new long[only.rank()];
        boolean[] cell = new boolean[cells.count()];
        for (int c = 0; c < cell.length; c++) {
            cells.coordinates(c, key);
            cell[c] = only.find(key, 0) >= 0;
        }
        boolean[] row = new boolean[rows];
        for (int r = 0; r < rows; r++) {
            row[r] = cell[cells.cell(r)];
        }
        return row;
    }

    private static void flush(Cells cells, int rows, boolean @Nullable [] counted, ChunkCounter all, int rank) {
        int[] counts = new int[cells.count()];
        for (int row = 0; row < rows; row++) {
            counts[cells.cell(row)] += counted == null || counted[row] ? 1 : 0;
        }
        long[] key = new long[rank];
        synchronized (all) {
            for (int cell = 0; cell < counts.length; cell++) {
                if (counts[cell] > 0) {
                    cells.coordinates(cell, key);
                    all.add(key, counts[cell]);
                }
            }
        }
    }

    /** Rows that do not lie in a chunk. */
    private static long rowsOutside(Cells cells, long[] key, int rows) {
        long[] coordinates = new long[key.length];
        int inside = -1;
        for (int cell = 0; cell < cells.count() && inside < 0; cell++) {
            cells.coordinates(cell, coordinates);
            inside = Arrays.equals(coordinates, key) ? cell : -1;
        }
        long outside = 0;
        for (int row = 0; row < rows; row++) {
            outside += cells.cell(row) == inside ? 0 : 1;
        }
        return outside;
    }

    ChunkIndex chunks() {
        return chunks;
    }

    long repairedRows() {
        return repairedRows;
    }

    long allRows() {
        long all = 0;
        for (long ofChunk : rows) {
            all += ofChunk;
        }
        return all;
    }

    /** The number of the chunk with the most rows; -1 if there is none. */
    int fullest() {
        int fullest = -1;
        for (int chunk = 0; chunk < rows.length; chunk++) {
            fullest = fullest < 0 || rows[chunk] > rows[fullest] ? chunk : fullest;
        }
        return fullest;
    }

    long fullestRows() {
        int fullest = fullest();
        return fullest < 0 ? 0 : rows[fullest];
    }

    /**
     * Refuses chunks that are too full, naming smaller ones that are not.
     *
     * @param maxRows that a chunk may have
     * @param why ends the first sentence
     */
    void requireAtMost(long maxRows, long bytesPerRow, String why, long leastBytes) {
        int fullest = fullest();
        if (fullest < 0 || rows[fullest] <= maxRows) {
            return;
        }
        String message = "Chunk %s of level %d would hold %d vertices, %d bytes; %s. %s"
                .formatted(
                        chunks.key(fullest),
                        source.number(),
                        rows[fullest],
                        Math.multiplyExact(rows[fullest], bytesPerRow),
                        why,
                        remedy(maxRows));
        throw leastBytes > 0 ? new InfeasiblePlanException(message, leastBytes) : new InfeasiblePlanException(message);
    }

    /** The fewest parts, along each axis, that chunks can be cut into so that none is too full: fewer by one are too few. */
    private String remedy(long maxRows) {
        ChunkIndex tooFull = tooFull(maxRows);
        int tooFew = 1;
        int enough = 2;
        long most = fullestOf(enough, tooFull);
        while (most > maxRows) {
            if (enough == MAX_PARTS) {
                return "So many lie at one place that no smaller chunk would do.";
            }
            tooFew = enough;
            enough *= 2;
            most = fullestOf(enough, tooFull);
        }
        while (enough - tooFew > 1) {
            int parts = (tooFew + enough) / 2;
            long ofParts = fullestOf(parts, tooFull);
            if (ofParts > maxRows) {
                tooFew = parts;
            } else {
                enough = parts;
                most = ofParts;
            }
        }
        return "Chunks of " + cut(enough) + " would do: the fullest part of it has " + most + " vertices.";
    }

    private WorldVector cut(int parts) {
        double[] shape = grid.chunkShape().toArray();
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] /= parts;
        }
        return WorldVector.of(shape);
    }

    private long fullestOf(int parts, ChunkIndex tooFull) {
        WorldVector shape = cut(parts);
        ChunkCounter counter = count(context, source, ChunkGrid.of(shape, shape), null, grid.grid(), tooFull);
        long most = 0;
        for (int number = 0; number < counter.size(); number++) {
            most = Math.max(most, counter.count(number));
        }
        return most;
    }

    private ChunkIndex tooFull(long maxRows) {
        ChunkCounter counter = new ChunkCounter(chunks.rank());
        long[] key = new long[chunks.rank()];
        for (int chunk = 0; chunk < rows.length; chunk++) {
            if (rows[chunk] > maxRows) {
                for (int axis = 0; axis < key.length; axis++) {
                    key[axis] = chunks.coordinate(chunk, axis);
                }
                counter.add(key, rows[chunk]);
            }
        }
        return counter.index();
    }
}
