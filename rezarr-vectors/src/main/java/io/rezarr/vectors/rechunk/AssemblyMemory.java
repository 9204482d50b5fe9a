package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;

/** What putting together the chunks of a level takes. */
final class AssemblyMemory {
    /** What a bin takes while a chunk is put together: its range, and where it begins. */
    private static final int BIN_BYTES = 24;

    private final LevelSource source;
    private final LevelRules rules;
    private final LevelCount count;
    private final LevelWriter writer;
    private final boolean needsAddresses;
    private final int recordBytes;

    /**
     * @param needsAddresses whether it is told where rows are now
     * @param recordBytes of a row in a piece
     */
    AssemblyMemory(
            LevelSource source,
            LevelRules rules,
            LevelCount count,
            LevelWriter writer,
            boolean needsAddresses,
            int recordBytes) {
        this.source = source;
        this.rules = rules;
        this.count = count;
        this.writer = writer;
        this.needsAddresses = needsAddresses;
        this.recordBytes = recordBytes;
    }

    /**
     * Refuses chunks that are too full.
     *
     * @param budget in bytes
     */
    void requireFits(LevelGrid grid, long budget) {
        long most = writer.maxValueBytes();
        requireBins(grid, most, budget);
        count.requireAtMost(
                most / widest(), source.rowBytes(), "a value of a chunk can have %d bytes at most".formatted(most), 0);
        long fixed = bytes(0) + budget / 4;
        long perRow = Math.max(1, (bytes(1 << 20) - bytes(0)) >> 20);
        long rows = Math.max(0, (budget - fixed) / Math.max(1, perRow + recordBytes));
        long least = (fixed - budget / 4 + count.fullestRows() * (perRow + recordBytes)) * 4 / 3;
        count.requireAtMost(
                rows,
                source.rowBytes(),
                "with %d bytes of memory one can be assembled of %d vertices at most. Give at least %d bytes (-m), or make chunks smaller"
                        .formatted(budget, rows, least),
                least);
    }

    /** Fragments that are bins are written for all bins, empty ones too. */
    private void requireBins(LevelGrid grid, long mostBytes, long budget) {
        if (rules.shape() != LevelRules.Shape.BINS) {
            return;
        }
        double bins = 1;
        for (int axis = 0; axis < grid.chunkShape().dimensions(); axis++) {
            bins *= Math.max(
                    1, grid.chunkShape().component(axis) / grid.binShape().component(axis));
        }
        double bytes = bins * BIN_BYTES;
        if (bytes > mostBytes || bytes > budget / 2.0) {
            throw new InfeasiblePlanException(
                    "Chunks of %s of level %d have %.0f bins of %s each, whose index takes %.0f bytes in every chunk; a value may have %d, and the memory is %d. Make bins larger, or chunks smaller."
                            .formatted(
                                    grid.chunkShape(),
                                    source.number(),
                                    bins,
                                    grid.binShape(),
                                    bytes,
                                    mostBytes,
                                    budget));
        }
    }

    /** The bytes of a row of the widest family. */
    private long widest() {
        long widest = source.positionBytes();
        for (int a = 0; a < source.attributes(); a++) {
            widest = Math.max(widest, source.attributeBytes(a));
        }
        return widest;
    }

    /** What putting together a chunk of so many rows takes beside its pieces. */
    private long bytes(long rows) {
        long arrays = rules.shape() == LevelRules.Shape.BINS ? 12 + (needsAddresses ? 4 : 0) : 12;
        long value = Workspace.sizeFor(Math.max(rows * widest(), 16));
        return rows * arrays + 2 * value + writer.workspaceBytes(rows * widest()) + (64 << 10);
    }

    /** Likewise from the bytes of its pieces: runs are among them. */
    long bytesOfPieces(long pieceBytes) {
        long rows = pieceBytes / recordBytes + 1;
        return bytes(Math.min(rows, count.fullestRows())) + (rules.hasRuns(source) ? pieceBytes : 0);
    }
}
