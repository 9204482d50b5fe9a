package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelTotals;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import io.rezarr.vectors.write.StoreWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One level on its way to other chunks: counted, partitioned, assembled; then its objects, and, when all levels have come so far, its links. */
final class LevelRun implements LinkEnd, AutoCloseable {
    private final RunContext context;
    private final StoreMetadata store;
    private final LevelSource source;
    private final LevelRules rules;
    private final LevelCount count;
    private final boolean needsAddresses;
    private final LevelTally tally = new LevelTally();
    private @Nullable LevelTarget target;
    private @Nullable AssemblyMemory memory;
    private @Nullable PartitionStep partition;
    private @Nullable Exchange addresses;
    private @Nullable ObjectStep objects;

    /**
     * Counts what is there.
     *
     * @param written the version of the destination
     * @param isLinkedTo whether links of other levels lead here
     */
    LevelRun(
            RunContext context,
            StoreMetadata store,
            VectorLevel level,
            LevelGrid grid,
            FormatVersion written,
            boolean isLinkedTo) {
        this.context = context;
        this.store = store;
        this.source = new LevelSource(level);
        this.rules = LevelRules.of(store, level, written);
        this.count = LevelCount.of(context, source, grid);
        context.workers().caller().require(0);
        source.measure(context.workers().caller().workspace());
        context.workers().caller().release();
        boolean hasLinks = level.linkDeltas().stream().anyMatch(delta -> delta != 0 || !store.hasPaths());
        this.needsAddresses = isLinkedTo || hasLinks || rules.hasTree();
    }

    @Override
    public int number() {
        return source.number();
    }

    @Override
    public LevelSource source() {
        return source;
    }

    @Override
    public LevelRules rules() {
        return rules;
    }

    @Override
    public LevelTally tally() {
        return tally;
    }

    @Override
    public LevelTarget target() {
        return Objects.requireNonNull(target, "target");
    }

    private boolean withRows() {
        return needsAddresses || source.level().objects() != null;
    }

    private int recordBytes() {
        return source.rowBytes() + (withRows() ? Integer.BYTES : 0);
    }

    /** Opens the level of the destination, and refuses chunks that are too full. Nothing is written. */
    void prepare(StoreWriter store, LevelGrid grid) {
        VectorLevel level = source.level();
        LevelWriter writer = store.level(new LevelOutline(number(), count.chunks(), level.vertexFormat(), level));
        target = new LevelTarget(grid.grid(), count.chunks(), level.objects() != null, rules.rootsComeFirst(), writer);
        memory = new AssemblyMemory(source, rules, count, writer, needsAddresses, recordBytes());
        memory.requireFits(grid, context.options().maxMemoryBytes());
    }

    /** Sends all vertices to their chunks. */
    void partition() {
        partition = new PartitionStep(context, source, target(), rules, withRows(), count.allRows(), recordBytes());
        partition.run();
    }

    /** Whether some chunk has more vertices without a parent than the layout can say. */
    boolean hasSeveralRoots() {
        return rules.rootsComeFirst() && target().hasSeveralRoots();
    }

    /** Writes all vertices and fragments. */
    void assemble() {
        AssemblyStep assembly = new AssemblyStep(
                context,
                source,
                target(),
                rules,
                Objects.requireNonNull(memory, "memory"),
                Objects.requireNonNull(partition, "partition").vertices());
        if (needsAddresses) {
            addresses = new Exchange(
                    context,
                    source.chunks().size(),
                    count.allRows() * 8,
                    0,
                    6,
                    () -> assembly.run(new AssemblyOutputs(null, addresses, null, tally)));
        }
        ObjectIndex index = source.level().objects();
        if (index != null) {
            objects = new ObjectStep(context, store, this, index, count.allRows(), assembly::run);
        }
        ChunkWrites writes = new ChunkWrites(source, target().writer());
        assembly.run(new AssemblyOutputs(writes, addresses, objects, tally));
        if (addresses != null) {
            addresses.seal();
        }
        if (objects != null) {
            objects.sealed();
        }
    }

    /** Writes the objects, and finds the steps of paths from chunk to chunk. */
    void writeObjects() {
        if (objects != null) {
            objects.run();
        }
        if (!context.isStreaming() && partition != null) {
            partition.closeVertices();
        }
    }

    /**
     * Writes links of all deltas.
     *
     * @param levels those that links can lead to
     * @return the families that lead to others
     */
    List<String> writeLinks(Map<Integer, ? extends LinkEnd> levels, boolean isExplicit) {
        List<String> pending = new ArrayList<>();
        VectorLevel level = source.level();
        List<Integer> deltas = new ArrayList<>(level.linkDeltas());
        boolean writesSteps = store.hasPaths() && (number() == 0 || deltas.contains(0)) && objects != null;
        if (writesSteps) {
            ObjectStep of = Objects.requireNonNull(objects, "objects");
            new PathStep(context, this, of).run();
        }
        for (int delta : deltas) {
            if (delta == 0 && store.hasPaths()) {
                continue;
            }
            LinkEnd there = delta == 0 ? this : levels.get(number() + delta);
            if (there == null) {
                pending.add(number() + "/links/" + LinkFormat.nameOf(delta));
                continue;
            }
            new LinkStep(context, this, there, level.links(delta), isExplicit).run();
        }
        return pending;
    }

    @Override
    public @Nullable Exchange edges() {
        return partition == null ? null : partition.edges();
    }

    @Override
    public void putAddresses(int firstChunk, int endChunk, long[][] rows) {
        Objects.requireNonNull(addresses, "addresses")
                .forEachWithin(
                        firstChunk,
                        endChunk,
                        bucket -> bucket,
                        extra -> 64 << 10,
                        (range, worker) -> AddressTable.read(range, firstChunk, rows));
    }

    void finish() {
        LevelWriter writer = target().writer();
        Worker caller = context.workers().caller();
        caller.release();
        // Whole tables may take most of what is left: the workspace grows as far as they need it.
        writer.carry(caller.workspace());
        writer.finish(
                new LevelTotals(tally.rows.sum(), tally.liveRows.sum(), tally.rows.sum() == tally.liveRows.sum()),
                caller.workspace());
        caller.release();
    }

    VectorRunReport.OfLevel report() {
        int fullest = count.fullest();
        return new VectorRunReport.OfLevel(
                number(),
                source.chunks().size(),
                target().buckets(),
                tally.rows.sum(),
                count.repairedRows(),
                source.allRows() - tally.liveRows.sum(),
                objects == null ? 0 : objects.objects(),
                tally.links.sum(),
                tally.nowCrossing.sum(),
                tally.nowWithin.sum(),
                tally.nowStored.sum(),
                tally.nowImplied.sum(),
                tally.filledValues.sum(),
                fullest < 0 ? null : count.chunks().key(fullest),
                count.fullestRows(),
                count.fullestRows() * source.rowBytes());
    }

    @Override
    public void close() {
        if (partition != null) {
            partition.close();
        }
        if (addresses != null) {
            addresses.close();
        }
        if (objects != null) {
            objects.close();
        }
    }
}
