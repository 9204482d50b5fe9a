package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Sends all vertices of a level to their chunks, after each chunk of the source was told what refers to it. */
final class PartitionStep implements AutoCloseable {
    private final RunContext context;
    private final LevelSource source;
    private final LevelTarget target;
    private final LevelRules rules;
    private final boolean withRows;
    private final long rows;
    private final long vertexBytes;
    private final List<Exchange> open = new ArrayList<>();
    private @Nullable Exchange references;
    private @Nullable Exchange vertices;
    private @Nullable Exchange edges;

    /**
     * @param withRows whether vertices take along the numbers of their rows
     * @param rows of the level
     * @param recordBytes of a row in a piece
     */
    PartitionStep(
            RunContext context,
            LevelSource source,
            LevelTarget target,
            LevelRules rules,
            boolean withRows,
            long rows,
            int recordBytes) {
        this.context = context;
        this.source = source;
        this.target = target;
        this.rules = rules;
        this.withRows = withRows;
        this.rows = rows;
        this.vertexBytes = rows * recordBytes;
    }

    void run() {
        VectorLevel level = source.level();
        ObjectIndex index = level.objects();
        LinkFamily tree = rules.hasTree() && level.linkDeltas().contains(0) ? level.links(0) : null;
        if (index != null || rules.hasTree()) {
            references = opened(new Exchange(
                    context,
                    source.chunks().size(),
                    rows * FragmentReferences.BYTES / 8,
                    0,
                    16,
                    () -> putReferences(index, tree)));
            references.fill();
        }
        vertices = opened(new Exchange(
                context,
                target.buckets(),
                vertexBytes * 5 / 4,
                VertexPiece.leastBytes(source),
                4,
                () -> sendAll(vertices, null)));
        vertices.expectAtLeast(vertexBytes);
        if (rules.hasTree()) {
            edges = opened(new Exchange(
                    context, source.chunks().size(), rows * ImpliedEdges.BYTES, 0, 16, () -> sendAll(null, edges)));
        }
        sendAll(vertices, edges);
        vertices.seal();
        if (edges != null) {
            edges.seal();
        }
    }

    private Exchange opened(Exchange exchange) {
        open.add(exchange);
        return exchange;
    }

    private void putReferences(@Nullable ObjectIndex index, @Nullable LinkFamily tree) {
        Exchange of = Objects.requireNonNull(references, "references");
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
        VertexPartition[] partitions = new VertexPartition[context.workers().threads()];
        AtomicLong done = new AtomicLong();
        Exchange of = references;
        long most = mostForOne(toVertices, toEdges);
        if (of == null) {
            context.workers()
                    .forEach(
                            source.chunks().size(),
                            chunk -> bytes(source.rows(chunk), most),
                            (chunk, worker) -> send(chunk, null, partitions, toVertices, toEdges, worker, done));
            return;
        }
        long fullest = 0;
        for (int chunk = 0; chunk < source.chunks().size(); chunk++) {
            fullest = Math.max(fullest, source.rows(chunk));
        }
        long perRange = bytes(fullest, most);
        of.forEach(bucket -> bucket, bytes -> perRange + 2 * bytes, (range, worker) -> {
            for (long chunk = range.firstBucket(); chunk < range.endBucket(); chunk++) {
                send((int) chunk, range, partitions, toVertices, toEdges, worker, done);
            }
        });
    }

    private void send(
            int chunk,
            @Nullable PieceRange range,
            VertexPartition[] partitions,
            @Nullable Exchange toVertices,
            @Nullable Exchange toEdges,
            Worker worker,
            AtomicLong done) {
        if (chunk >= source.chunks().size()) {
            return;
        }
        int w = worker.number();
        if (partitions[w] == null) {
            boolean keepDead = context.options().deadRows() == VectorRunOptions.DeadRows.KEEP;
            partitions[w] = new VertexPartition(source, target, rules, keepDead, withRows);
        }
        partitions[w].send(
                chunk,
                range,
                toVertices == null ? null : toVertices.out(worker),
                toEdges == null ? null : toEdges.out(worker),
                worker.workspace());
        context.listener()
                .progress(
                        source.number(),
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
    private long bytes(long ofRows, long most) {
        long numbers = rules.shape() == LevelRules.Shape.BINS ? 9 : 24;
        long least = ofRows * (source.rowBytes() + (source.rowBytes() + 7) / 8 + numbers) + (32 << 10);
        long usual = ofRows * (source.rowBytes() * 2L + 24) + (32 << 10);
        return Math.max(least, Math.min(usual, most));
    }

    /** The vertices, by the bucket of their chunk. */
    Exchange vertices() {
        return Objects.requireNonNull(vertices, "vertices");
    }

    /** The {@link ImpliedEdges}; {@code null} if the level is no tree. */
    @Nullable
    Exchange edges() {
        return edges;
    }

    /** Gives back what vertices take; edges stay. */
    void closeVertices() {
        for (Exchange exchange : open) {
            if (exchange != edges) {
                exchange.close();
            }
        }
    }

    @Override
    public void close() {
        open.forEach(Exchange::close);
    }
}
