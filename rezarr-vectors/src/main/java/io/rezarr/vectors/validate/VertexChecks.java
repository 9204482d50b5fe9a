package io.rezarr.vectors.validate;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VertexFormat;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The checks of the vertices of one level, of their fragments and their attributes, a chunk at a time. Holds one chunk's values, and what
 * {@link LevelFacts} keeps.
 */
final class VertexChecks {
    private final StoreMetadata store;
    private final LevelFacts facts;
    private final Findings findings;
    private final ChunkGrid grid;
    private final FragmentRules rules;
    private final ChunkValues vertices;
    private final @Nullable ChunkValues fragments;
    private final AttributeChecks attributes;

    VertexChecks(StoreMetadata store, LevelFacts facts, boolean hasObjects, Findings findings) {
        this.store = store;
        this.facts = facts;
        this.findings = findings;
        this.grid = facts.level.metadata().grid();
        this.rules = FragmentRules.of(store, facts.level.metadata(), hasObjects);
        this.vertices = facts.level.vertices();
        String path = facts.path("vertex_fragments");
        this.fragments = findings.value(Check.ARRAY_METADATA, facts.number, path, null, () -> facts.level.fragments());
        this.attributes = AttributeChecks.open(facts, findings);
    }

    void run(Workspace workspace) {
        if (fragments != null) {
            ChunkKeyCheck.compare(facts, fragments, findings);
        }
        for (int chunk = 0; chunk < facts.chunks.size(); chunk++) {
            int mark = workspace.mark();
            checkChunk(chunk, workspace);
            workspace.releaseTo(mark);
        }
        checkCount();
    }

    private void checkChunk(int chunk, Workspace workspace) {
        ChunkKey key = facts.chunks.key(chunk);
        Optional<ByteBuffer> stored = findings.value(
                Check.VERTEX_ROWS,
                facts.number,
                vertices.path(),
                key,
                () -> Optional.ofNullable(vertices.read(key, workspace)));
        if (stored == null) {
            return;
        }
        if (stored.isEmpty()) {
            findings.add(Check.DIRECTORY, facts.number, vertices.path(), key, "listed, but nothing is stored");
            return;
        }
        ByteBuffer positions = stored.get();
        int rowBytes = facts.format.rowBytes();
        if (positions.remaining() % rowBytes != 0) {
            String found = positions.remaining() + " bytes are no whole number of rows of " + rowBytes + " bytes ("
                    + facts.format.dimensions() + " " + facts.format.type().name() + ")";
            findings.add(Check.VERTEX_ROWS, facts.number, vertices.path(), key, found);
            return;
        }
        int rows = positions.remaining() / rowBytes;
        facts.rows[chunk] = rows;
        facts.allRows += rows;
        checkMembership(key, positions, rows);
        FragmentIndex index = readFragments(key, workspace);
        BitSet live = index == null ? null : checkFragments(chunk, key, index, positions, rows);
        if (facts.number == 0) {
            checkBounds(key, positions, rows, live);
        }
        attributes.checkChunk(chunk, key, rows, workspace);
    }

    private void checkMembership(ChunkKey key, ByteBuffer positions, int rows) {
        VertexFormat format = facts.format;
        int before = key.rank() - format.dimensions();
        long outside = 0;
        long infinite = 0;
        int example = -1;
        for (int row = 0; row < rows; row++) {
            boolean inChunk = true;
            boolean finite = true;
            for (int axis = 0; axis < format.dimensions(); axis++) {
                double position = format.coordinate(positions, row, axis);
                finite &= Double.isFinite(position);
                inChunk &= grid.chunkOf(position, axis) == key.coordinate(before + axis);
            }
            if (!finite) {
                infinite++;
            } else if (!inChunk) {
                example = example < 0 ? row : example;
                outside++;
            }
        }
        if (outside > 0) {
            String found = outside + " of " + rows + " vertices lie in another chunk, the first is row " + example
                    + " at " + text(positions, example);
            findings.add(Check.CHUNK_OF_VERTEX, facts.number, vertices.path(), key, found);
        }
        if (infinite > 0) {
            String found = infinite + " of " + rows + " vertices have a coordinate that is NaN or infinite";
            findings.add(Check.FINITE, facts.number, vertices.path(), key, found);
        }
    }

    private String text(ByteBuffer positions, int row) {
        StringBuilder text = new StringBuilder("(");
        for (int axis = 0; axis < facts.format.dimensions(); axis++) {
            text.append(axis == 0 ? "" : ", ").append(facts.format.coordinate(positions, row, axis));
        }
        return text.append(')').toString();
    }

    private @Nullable FragmentIndex readFragments(ChunkKey key, Workspace workspace) {
        ChunkValues family = fragments;
        if (family == null) {
            return null;
        }
        return findings.value(Check.FRAGMENT_INDEX, facts.number, family.path(), key, () -> {
            ByteBuffer encoded = family.read(key, workspace);
            return encoded == null ? null : FragmentIndex.decode(encoded);
        });
    }

    /** Which rows are in a fragment; {@code null} if fragments name rows that do not exist. */
    private @Nullable BitSet checkFragments(
            int chunk, ChunkKey key, FragmentIndex index, ByteBuffer positions, int rows) {
        String path = facts.path("vertex_fragments");
        int beyond = index.firstFragmentBeyond(rows);
        if (beyond >= 0) {
            String found =
                    "fragment " + beyond + " of " + index.size() + " names a row beyond the " + rows + " vertices";
            findings.add(Check.FRAGMENT_ROWS, facts.number, path, key, found);
            return null;
        }
        facts.fragments[chunk] = index.size();
        BitSet live = keepFragments(chunk, index);
        facts.liveRows += live.cardinality();
        int gap = index.firstGap(rows);
        if (rules.mustTile() && gap >= 0) {
            String found = gap == index.size()
                    ? "fragments do not cover all of the " + rows + " rows"
                    : "fragment " + gap + " of " + index.size()
                            + " does not begin where the one before ends, or is no range";
            findings.add(Check.FRAGMENT_TILING, facts.number, path, key, found);
        } else if (live.cardinality() < rows) {
            String found = (rows - live.cardinality()) + " of " + rows + " rows are in no fragment";
            findings.add(Check.DEAD_ROWS, facts.number, path, key, found);
        }
        new BinChecks(facts, grid, rules, findings).check(key, index, positions);
        return live;
    }

    private BitSet keepFragments(int chunk, FragmentIndex index) {
        BitSet nonEmpty = new BitSet(index.size());
        BitSet live = new BitSet();
        LevelFacts.FragmentEnds ends = facts.ends == null ? null : LevelFacts.FragmentEnds.of(index.size());
        for (int f = 0; f < index.size(); f++) {
            long count = index.rows(f);
            if (count == 0) {
                continue;
            }
            nonEmpty.set(f);
            if (index.isRange(f)) {
                live.set((int) index.row(f, 0), (int) (index.row(f, 0) + count));
            } else {
                for (long place = 0; place < count; place++) {
                    live.set((int) index.row(f, place));
                }
            }
            if (ends != null) {
                ends.first().set(f, index.row(f, 0));
                ends.last().set(f, index.row(f, count - 1));
                ends.count().set(f, count);
            }
        }
        facts.nonEmpty[chunk] = nonEmpty;
        if (facts.ends != null) {
            facts.ends[chunk] = ends;
        }
        return live;
    }

    /** Bounds are compared in the type of the positions: those of float32 positions were rounded to it once. */
    private void checkBounds(ChunkKey key, ByteBuffer positions, int rows, @Nullable BitSet live) {
        VertexFormat format = facts.format;
        boolean single = format.type().name().equals("float32");
        long outside = 0;
        for (int row = 0; row < rows; row++) {
            boolean inside = true;
            for (int axis = 0; axis < format.dimensions(); axis++) {
                double position = format.coordinate(positions, row, axis);
                double lower = store.lower().component(axis);
                double upper = store.upper().component(axis);
                inside &= !(position < (single ? (float) lower : lower))
                        && !(position > (single ? (float) upper : upper));
            }
            outside += inside || (live != null && !live.get(row)) ? 0 : 1;
        }
        if (outside > 0) {
            Severity severity = store.version().is(0, 7) ? Severity.WARNING : Severity.ERROR;
            String found = outside + " of " + rows + " vertices lie outside the bounds from " + store.lower() + " to "
                    + store.upper();
            findings.add(Check.IN_BOUNDS, severity, facts.number, vertices.path(), key, found);
        }
    }

    private void checkCount() {
        long declared = facts.level.metadata().vertexCount();
        if (facts.isComplete() && declared != facts.liveRows && declared != facts.allRows) {
            String found = "vertex_count is " + declared + ", stored are " + facts.allRows
                    + (facts.liveRows == facts.allRows ? "" : ", of which " + facts.liveRows + " in fragments");
            findings.add(Check.VERTEX_COUNT, facts.number, Integer.toString(facts.number), null, found);
        }
    }

    /** Whether the store is one of points, and nothing else. */
    static boolean isPointCloud(StoreMetadata store) {
        return store.geometryTypes().size() == 1 && store.geometry() == GeometryType.POINT_CLOUD;
    }
}
