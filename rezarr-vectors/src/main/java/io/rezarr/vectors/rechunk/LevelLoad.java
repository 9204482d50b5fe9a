package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.WorldVector;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the chunks of a level hold, in bytes or links, and what they would hold if they were twice, four times … as long along some axes. Powers of two
 * divide without rounding, so that chunks of any such length are whole chunks, or whole parts of them, put together.
 */
final class LevelLoad {
    /** Where bins are chosen, there are as many along each axis. */
    private static final int BINS_ALONG = 4;

    private static final int BIN_BYTES = 16;
    private static final int CELL_BYTES = 64;

    private final WorldVector chunkShape;
    private final int rank;
    private final int halvings;
    private final ChunkCounter cells;
    private final boolean hasBins;
    private final @Nullable WorldVector bins;

    private LevelLoad(
            WorldVector chunkShape,
            int rank,
            int halvings,
            ChunkCounter cells,
            boolean hasBins,
            @Nullable WorldVector bins) {
        this.chunkShape = chunkShape;
        this.rank = rank;
        this.halvings = halvings;
        this.cells = cells;
        this.hasBins = hasBins;
        this.bins = bins;
    }

    /**
     * Measures a level. Reads the sizes of its chunks, or what tells them, and its links; positions only for parts of chunks.
     *
     * @param halvings how many times chunks are halved along each axis for the parts that are told apart
     * @param bins that the level keeps; {@code null} if they are chosen for the chunks
     * @throws InfeasiblePlanException if there are so many parts that the memory cannot hold them
     */
    static LevelLoad of(
            StoreMetadata store,
            VectorLevel level,
            ChunkLimit.Unit unit,
            int halvings,
            @Nullable WorldVector bins,
            long maxMemoryBytes) {
        Measure measure = new Measure(store, level, unit, maxMemoryBytes);
        ChunkCounter cells = new ChunkCounter(level.metadata().rank());
        try (Workspace workspace = new Workspace()) {
            if (halvings == 0) {
                measure.chunks(cells, workspace);
            } else {
                measure.parts(cells, halvings, workspace);
            }
        }
        boolean hasBins = unit == ChunkLimit.Unit.BYTES
                && LevelRules.of(store, level, store.version()).shape() == LevelRules.Shape.BINS;
        return new LevelLoad(level.metadata().chunkShape(), level.metadata().rank(), halvings, cells, hasBins, bins);
    }

    /** Whether the level has links that are counted. */
    static boolean hasLinks(StoreMetadata store, VectorLevel level) {
        return Measure.hasTree(store, level)
                || (!store.hasPaths() && level.linkDeltas().contains(0));
    }

    /**
     * What the fullest chunk holds.
     *
     * @param exponents for each axis; chunks are 2 to that power times as long as they are, at least one part
     */
    long fullest(int... exponents) {
        ChunkCounter merged = new ChunkCounter(rank);
        long[] key = new long[rank];
        int before = rank - exponents.length;
        for (int cell = 0; cell < cells.size(); cell++) {
            cells.coordinates(cell, key);
            for (int axis = 0; axis < exponents.length; axis++) {
                key[before + axis] = coordinate(key[before + axis], exponents[axis]);
            }
            merged.add(key, cells.count(cell));
        }
        long fullest = 0;
        for (int chunk = 0; chunk < merged.size(); chunk++) {
            fullest = Math.max(fullest, merged.count(chunk));
        }
        return fullest + (fullest > 0 ? binBytes(exponents) : 0);
    }

    /** What the index of the bins of a chunk takes of it. */
    long binBytes(int... exponents) {
        return hasBins ? BIN_BYTES * binsPerChunk(exponents) : 0;
    }

    /** The coordinate of the chunk that a part is in. */
    private long coordinate(long ofPart, int exponent) {
        return ofPart >> Math.min(Long.SIZE - 1, exponent + halvings);
    }

    private long binsPerChunk(int... exponents) {
        double[] chunk = chunkShape.toArray();
        for (int axis = 0; axis < chunk.length; axis++) {
            chunk[axis] = Math.scalb(chunk[axis], exponents[axis]);
        }
        WorldVector shape = WorldVector.of(chunk);
        if (bins == null || !ChunkGrid.divides(bins, shape)) {
            return (long) Math.pow(BINS_ALONG, chunk.length);
        }
        double count = 1;
        for (int axis = 0; axis < chunk.length; axis++) {
            count *= Math.rint(chunk[axis] / bins.component(axis));
        }
        return (long) Math.min(count, Long.MAX_VALUE / (4.0 * BIN_BYTES));
    }

    /** Whether chunks twice as long along an axis would hold no more: chunks never reach over 0, so there are two at most. */
    boolean isSpanned(int axis, int exponent) {
        long[] key = new long[rank];
        int before = rank - chunkShape.dimensions();
        for (int cell = 0; cell < cells.size(); cell++) {
            cells.coordinates(cell, key);
            long coordinate = coordinate(key[before + axis], exponent);
            if (coordinate != 0 && coordinate != -1) {
                return false;
            }
        }
        return true;
    }

    /** Adds up what vertices and links weigh. */
    private static final class Measure {
        private final VectorLevel level;
        private final LevelSource source;
        private final ChunkIndex chunks;
        private final long maxMemoryBytes;
        private final @Nullable LinkFamily links;
        private final boolean fragmentsTell;
        private final long linkWeight;
        private final boolean weighsBytes;
        private long rowWeight;

        Measure(StoreMetadata store, VectorLevel level, ChunkLimit.Unit unit, long maxMemoryBytes) {
            this.level = level;
            this.source = new LevelSource(level);
            this.chunks = source.chunks();
            this.maxMemoryBytes = maxMemoryBytes;
            this.fragmentsTell = level.metadata().isTrue("fragments_tile");
            this.weighsBytes = unit == ChunkLimit.Unit.BYTES;
            boolean isTree = hasTree(store, level);
            boolean stored = !isTree && hasLinks(store, level);
            this.links = stored ? level.links(0) : null;
            this.linkWeight = links == null
                    ? 0
                    : weighsBytes ? (long) Long.BYTES * links.format().width() : 1;
            this.rowWeight = isTree && !weighsBytes ? 1 : 0;
        }

        static boolean hasTree(StoreMetadata store, VectorLevel level) {
            return LevelRules.of(store, level, store.version()).hasTree();
        }

        /** How many rows a chunk has, without its positions where fragments tell. */
        private long rows(int chunk, Workspace workspace) {
            ChunkKey key = chunks.key(chunk);
            int mark = workspace.mark();
            ByteBuffer index = fragmentsTell ? level.fragments().read(key, workspace) : null;
            long rows = 0;
            if (index != null) {
                FragmentIndex fragments = FragmentIndex.decode(index);
                for (int f = 0; f < fragments.size(); f++) {
                    rows += fragments.rows(f);
                }
            } else {
                rows = Math.max(0, level.vertices().bytes(key, workspace)) / source.positionBytes();
            }
            workspace.releaseTo(mark);
            return rows;
        }

        /** Positions and attributes of a row, as far as a chunk with rows tells. */
        private void weighRow(ChunkKey key, long rows, Workspace workspace) {
            if (!weighsBytes || rowWeight > 0 || rows == 0) {
                return;
            }
            rowWeight = source.positionBytes();
            for (String name : level.vertexAttributeNames()) {
                ChunkAttribute attribute = level.vertexAttribute(name);
                rowWeight += Math.max(0, attribute.values().bytes(key, workspace)) / rows;
            }
        }

        void chunks(ChunkCounter cells, Workspace workspace) {
            long[] weight = new long[chunks.size()];
            for (int chunk = 0; chunk < weight.length; chunk++) {
                long rows = rows(chunk, workspace);
                weighRow(chunks.key(chunk), rows, workspace);
                weight[chunk] = rows * rowWeight;
            }
            forEachLink(workspace, (chunk, row) -> weight[chunk] += linkWeight);
            for (int chunk = 0; chunk < weight.length; chunk++) {
                cells.add(chunks.key(chunk).toArray(), weight[chunk]);
            }
        }

        private interface EndConsumer {
            void first(int chunk, long row);
        }

        /** The first end of each link, which counts once however often it is stored. */
        private void forEachLink(Workspace workspace, EndConsumer consumer) {
            for (int b = 0; links != null && b < links.batches(); b++) {
                int mark = workspace.mark();
                LinkBatch batch = links.read(b, workspace);
                for (int link = 0; link < batch.size(); link++) {
                    // What does not exist is an error of the run.
                    if (!batch.isCopy(link) && batch.chunk(link, 0) >= 0) {
                        consumer.first(batch.chunk(link, 0), batch.row(link, 0));
                    }
                }
                workspace.releaseTo(mark);
            }
        }

        /** Some chunks after the others, as many at once as their links can be counted by rows in memory. */
        void parts(ChunkCounter counter, int halvings, Workspace workspace) {
            WorldVector part = level.metadata().chunkShape().times(Math.scalb(1.0, -halvings));
            Cells cells = new Cells(ChunkGrid.of(part, part), source.format(), chunks.rank());
            int first = 0;
            while (first < chunks.size()) {
                long bytes = 0;
                int end = first;
                int[][] ofRows = new int[chunks.size()][];
                while (end < chunks.size() && (end == first || bytes < maxMemoryBytes / 4)) {
                    int rows = Math.toIntExact(rows(end, workspace));
                    ofRows[end] = new int[links == null ? 0 : rows];
                    bytes += links == null ? 0 : (long) rows * Integer.BYTES + 16;
                    end++;
                }
                forEachLink(workspace, (chunk, row) -> {
                    if (ofRows[chunk] != null && row >= 0 && row < ofRows[chunk].length) {
                        ofRows[chunk][(int) row]++;
                    }
                });
                for (int chunk = first; chunk < end; chunk++) {
                    addParts(chunk, ofRows[chunk], cells, counter, workspace);
                }
                first = end;
            }
        }

        private void addParts(int chunk, int[] linksOfRows, Cells cells, ChunkCounter counter, Workspace workspace) {
            int mark = workspace.mark();
            ByteBuffer positions = source.positions(chunk, workspace);
            int rows = source.rows(chunk);
            long[] key = chunks.key(chunk).toArray();
            weighRow(chunks.key(chunk), rows, workspace);
            cells.split(positions, rows, key);
            long[] weight = new long[cells.count()];
            for (int row = 0; row < rows; row++) {
                long ofLinks = row < linksOfRows.length ? linksOfRows[row] * linkWeight : 0;
                weight[cells.cell(row)] += rowWeight + ofLinks;
            }
            for (int cell = 0; cell < weight.length; cell++) {
                if (weight[cell] > 0) {
                    cells.coordinates(cell, key);
                    counter.add(key, weight[cell]);
                }
            }
            workspace.releaseTo(mark);
            if ((long) counter.size() * CELL_BYTES > maxMemoryBytes / 2) {
                throw new InfeasiblePlanException(
                        "Level " + source.number()
                                + " is so unevenly filled that more than " + counter.size()
                                + " parts of chunks would have to be measured, which the memory does not hold. Name a --chunk-shape.");
            }
        }
    }
}
