package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.LinkFamily;
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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One level on its way to other chunks: counted, partitioned, assembled; then its objects, and, when all levels have come so far, its links. */
final class LevelRun implements LinkEnd, AutoCloseable {
    /** What a bin takes while a chunk is put together: its range, and where it begins. */
    private static final int BIN_BYTES = 24;

    private final RunContext context;
    private final StoreMetadata store;
    private final LevelSource source;
    private final LevelRules rules;
    private final LevelCount count;
    private final boolean needsAddresses;
    private final List<Exchange> open = new ArrayList<>();
    private final LevelTally tally = new LevelTally();
    private @Nullable LevelTarget target;
    private @Nullable Exchange references;
    private @Nullable Exchange vertices;
    private @Nullable Exchange addresses;
    private @Nullable Exchange edges;
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
        return java.util.Objects.requireNonNull(target, "target");
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
        long widest = source.positionBytes();
        for (int a = 0; a < source.attributes(); a++) {
            widest = Math.max(widest, source.attributeBytes(a));
        }
        long most = writer.maxValueBytes();
        requireBins(grid, most);
        count.requireAtMost(
                most / widest, source.rowBytes(), "a value of a chunk can have %d bytes at most".formatted(most), 0);
        long budget = context.options().maxMemoryBytes();
        long fixed = assemblyBytes(0) + budget / 4;
        long perRow = Math.max(1, (assemblyBytes(1 << 20) - assemblyBytes(0)) >> 20);
        long rows = Math.max(0, (budget - fixed) / Math.max(1, perRow + recordBytes()));
        long least = (fixed - budget / 4 + count.fullestRows() * (perRow + recordBytes())) * 4 / 3;
        count.requireAtMost(
                rows,
                source.rowBytes(),
                "with %d bytes of memory one can be assembled of %d vertices at most. Give at least %d bytes (-m), or make chunks smaller"
                        .formatted(budget, rows, least),
                least);
    }

    /** Fragments that are bins are written for all bins, empty ones too. */
    private void requireBins(LevelGrid grid, long mostBytes) {
        if (rules.shape() != LevelRules.Shape.BINS) {
            return;
        }
        double bins = 1;
        for (int axis = 0; axis < grid.chunkShape().dimensions(); axis++) {
            bins *= Math.max(
                    1, grid.chunkShape().component(axis) / grid.binShape().component(axis));
        }
        double bytes = bins * BIN_BYTES;
        long memory = context.options().maxMemoryBytes();
        if (bytes > mostBytes || bytes > memory / 2.0) {
            throw new InfeasiblePlanException(
                    "Chunks of %s of level %d have %.0f bins of %s each, whose index takes %.0f bytes in every chunk; a value may have %d, and the memory is %d. Make bins larger, or chunks smaller."
                            .formatted(grid.chunkShape(), number(), bins, grid.binShape(), bytes, mostBytes, memory));
        }
    }

    /** What putting together a chunk of so many rows takes beside its pieces. */
    private long assemblyBytes(long rows) {
        long widest = source.positionBytes();
        for (int a = 0; a < source.attributes(); a++) {
            widest = Math.max(widest, source.attributeBytes(a));
        }
        long arrays = rules.shape() == LevelRules.Shape.BINS ? 12 + (needsAddresses ? 4 : 0) : 12;
        long value = Workspace.sizeFor(Math.max(rows * widest, 16));
        return rows * arrays + 2 * value + target().writer().workspaceBytes(rows * widest) + (64 << 10);
    }

    /** Likewise from the bytes of its pieces: runs are among them. */
    private long assemblyBytesOf(long pieceBytes) {
        long rows = pieceBytes / recordBytes() + 1;
        return assemblyBytes(Math.min(rows, count.fullestRows())) + (rules.hasRuns(source) ? pieceBytes : 0);
    }

    /** Sends all vertices to their chunks. */
    void partition() {
        VectorLevel level = source.level();
        ObjectIndex index = level.objects();
        LinkFamily tree = rules.hasTree() && level.linkDeltas().contains(0) ? level.links(0) : null;
        if (index != null || rules.hasTree()) {
            Exchange of = opened(new Exchange(
                    context,
                    source.chunks().size(),
                    count.allRows() * FragmentReferences.BYTES / 8,
                    0,
                    16,
                    () -> produceReferences(index, tree)));
            references = of;
            of.fill();
        }
        vertices = opened(new Exchange(
                context,
                target().buckets(),
                count.allRows() * recordBytes() * 5 / 4,
                VertexPiece.leastBytes(source),
                4,
                () -> sendAll(vertices, null)));
        vertices.expectAtLeast(count.allRows() * recordBytes());
        if (rules.hasTree()) {
            edges = opened(new Exchange(
                    context, source.chunks().size(), count.allRows() * 8, 0, 16, () -> sendAll(null, edges)));
        }
        sendAll(vertices, edges);
        vertices.seal();
        if (edges != null) {
            edges.seal();
        }
    }

    private <T extends Exchange> T opened(T exchange) {
        open.add(exchange);
        return exchange;
    }

    private void produceReferences(@Nullable ObjectIndex index, @Nullable LinkFamily tree) {
        Exchange of = java.util.Objects.requireNonNull(references, "references");
        if (index != null) {
            context.workers()
                    .forEach(
                            index.batches(),
                            i -> 0,
                            (i, worker) -> FragmentReferences.putObjects(index, i, of.out(worker), worker.workspace()));
        }
        if (tree != null) {
            context.workers()
                    .forEach(
                            tree.batches(),
                            i -> 0,
                            (i, worker) -> FragmentReferences.putChildren(tree, i, of.out(worker), worker.workspace()));
        }
    }

    private void sendAll(@Nullable Exchange toVertices, @Nullable Exchange toEdges) {
        boolean keepDead = context.options().deadRows() == VectorRunOptions.DeadRows.KEEP;
        VertexPartition[] partitions = new VertexPartition[context.workers().threads()];
        AtomicLong done = new AtomicLong();
        Exchange of = references;
        long most = mostForOne(toVertices, toEdges);
        if (of == null) {
            context.workers()
                    .forEach(
                            source.chunks().size(),
                            chunk -> partitionBytes(source.rows(chunk), most),
                            (chunk, worker) ->
                                    send(chunk, null, partitions, keepDead, toVertices, toEdges, worker, done));
            return;
        }
        long fullest = 0;
        for (int chunk = 0; chunk < source.chunks().size(); chunk++) {
            fullest = Math.max(fullest, source.rows(chunk));
        }
        long perRange = partitionBytes(fullest, most);
        of.forEach(bucket -> bucket, bytes -> perRange + 2 * bytes, (range, worker) -> {
            for (long chunk = range.firstBucket(); chunk < range.endBucket(); chunk++) {
                send((int) chunk, range, partitions, keepDead, toVertices, toEdges, worker, done);
            }
        });
    }

    private void send(
            int chunk,
            @Nullable PieceRange range,
            VertexPartition[] partitions,
            boolean keepDead,
            @Nullable Exchange toVertices,
            @Nullable Exchange toEdges,
            Worker worker,
            AtomicLong done) {
        if (chunk >= source.chunks().size()) {
            return;
        }
        int w = worker.number();
        if (partitions[w] == null) {
            partitions[w] = new VertexPartition(source, target(), rules, keepDead, withRows());
        }
        partitions[w].send(
                chunk,
                range,
                toVertices == null ? null : toVertices.out(worker),
                toEdges == null ? null : toEdges.out(worker),
                worker.workspace());
        context.listener()
                .progress(
                        number(),
                        VectorRunListener.Step.PARTITION,
                        done.incrementAndGet(),
                        source.chunks().size());
    }

    /** What a thread can have if no other has anything. */
    private long mostForOne(@Nullable Exchange... filled) {
        context.workers().caller().release();
        long most = context.budget().maxBytes() - context.budget().reservedBytes();
        for (Exchange exchange : filled) {
            most -= exchange == null ? 0 : exchange.unreservedBytes();
        }
        return most;
    }

    /**
     * What sending a chunk takes: its values, those that are compressed twice, and numbers for each row.
     *
     * @param most that one thread can have: a chunk that needs so much may be sent alone, and counts on not being compressed
     */
    private long partitionBytes(long rows, long most) {
        long numbers = rules.shape() == LevelRules.Shape.BINS ? 9 : 24;
        long least = rows * (source.rowBytes() + (source.rowBytes() + 7) / 8 + numbers) + (32 << 10);
        long usual = rows * (source.rowBytes() * 2L + 24) + (32 << 10);
        return Math.max(least, Math.min(usual, most));
    }

    /** Whether some chunk has more vertices without a parent than the layout can say. */
    boolean hasSeveralRoots() {
        return rules.rootsComeFirst() && target().hasSeveralRoots();
    }

    /** Writes all vertices and fragments. */
    void assemble() {
        LevelWriter writer = target().writer();
        VectorLevel level = source.level();
        if (needsAddresses) {
            addresses = opened(new Exchange(
                    context,
                    source.chunks().size(),
                    count.allRows() * 8,
                    0,
                    6,
                    () -> order(new AssemblyOutputs(null, addresses, null, tally))));
        }
        ObjectIndex index = level.objects();
        if (index != null) {
            objects = new ObjectStep(context, store, this, index, count.allRows(), this::order);
        }
        ChunkWrites writes = new ChunkWrites(source, writer);
        order(new AssemblyOutputs(writes, addresses, objects, tally));
        if (addresses != null) {
            addresses.seal();
        }
        if (objects != null) {
            objects.sealed();
        }
    }

    /** Puts all chunks in order, and gives them to those who want them. */
    private void order(AssemblyOutputs outputs) {
        Assembly[] assemblies = new Assembly[context.workers().threads()];
        AtomicLong done = new AtomicLong();
        Exchange of = java.util.Objects.requireNonNull(vertices, "vertices");
        of.forEach(target()::border, this::assemblyBytesOf, (range, worker) -> {
            int w = worker.number();
            if (assemblies[w] == null) {
                assemblies[w] = new Assembly(source, rules, target().grid());
            }
            long[] key = new long[source.chunks().rank()];
            LevelTarget.ChunkTask task = (chunk, pieces) -> {
                for (int axis = 0; axis < key.length; axis++) {
                    key[axis] = target().chunks().coordinate(chunk, axis);
                }
                assemblies[w].order(pieces, key);
                outputs.put(assemblies[w], chunk, worker);
                context.listener()
                        .progress(
                                number(), VectorRunListener.Step.ASSEMBLE, done.incrementAndGet(), target().buckets());
            };
            if (outputs.writes() == null) {
                target().forEachChunk(range, task);
            } else {
                target().writeChunks(range, worker, task);
            }
        });
    }

    /** Writes the objects, and finds the steps of paths from chunk to chunk. */
    void writeObjects() {
        if (objects != null) {
            objects.run();
        }
        if (!context.isStreaming()) {
            closeQuickly(references);
            closeQuickly(vertices);
        }
    }

    private static void closeQuickly(@Nullable Exchange exchange) {
        if (exchange != null) {
            exchange.close();
        }
    }

    /**
     * Writes links of all deltas.
     *
     * @param levels those that links can lead to
     * @return the families that lead to others
     */
    List<String> writeLinks(java.util.Map<Integer, ? extends LinkEnd> levels, boolean isExplicit) {
        List<String> pending = new ArrayList<>();
        VectorLevel level = source.level();
        List<Integer> deltas = new ArrayList<>(level.linkDeltas());
        boolean writesSteps = store.hasPaths() && (number() == 0 || deltas.contains(0)) && objects != null;
        if (writesSteps) {
            ObjectStep of = java.util.Objects.requireNonNull(objects, "objects");
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
        return edges;
    }

    @Override
    public void putAddresses(int firstChunk, int endChunk, long[][] rows) {
        java.util.Objects.requireNonNull(addresses, "addresses")
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
                tally.filledValues.sum(),
                fullest < 0 ? null : count.chunks().key(fullest),
                count.fullestRows(),
                count.fullestRows() * source.rowBytes());
    }

    @Override
    public void close() {
        open.forEach(Exchange::close);
        if (objects != null) {
            objects.close();
        }
    }
}
