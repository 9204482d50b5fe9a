package io.rezarr.vectors.pyramid;

import io.rezarr.metadata.DataType;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.pyramid.PyramidOptions.CrossLevelLinks;
import io.rezarr.vectors.rechunk.ChunkCounter;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.LevelSource;
import io.rezarr.vectors.rechunk.LevelTarget;
import io.rezarr.vectors.rechunk.RunContext;
import io.rezarr.vectors.rechunk.Worker;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelTotals;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import io.rezarr.vectors.write.StoreWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One level made of the one below it.
 *
 * <ol>
 *   <li>Each chunk tells the homes of its bins what it adds to these ({@link BinPartition}).
 *   <li>At its home a bin becomes a metavertex, which goes to the chunk that its position lies in ({@link HomeStep}), and is written ({@link MetavertexAssembly}).
 *   <li>Its place goes home, and from there back to the chunks that its vertices are in ({@link PlaceReturn}).
 *   <li>These tell the objects which metavertices they have, and both levels which vertices and metavertices are linked ({@link MemberStep}).
 * </ol>
 *
 * <p>Says in which order, and how long what a step gives to later ones is kept.
 */
final class CoarsenRun implements AutoCloseable {
    private final RunContext context;
    private final PyramidPlan plan;
    private final StoreWriter store;
    private final FineLevel fine;
    private final int number;
    private final LevelGrid grid;
    private final List<Exchange> open = new ArrayList<>();

    /** @param below stands in the store that is written */
    CoarsenRun(RunContext context, PyramidPlan plan, StoreWriter store, VectorLevel below) {
        this.context = context;
        this.plan = plan;
        this.store = store;
        this.number = below.metadata().number() + 1;
        this.grid = plan.grids().level(number);
        this.fine = new FineLevel(context, below, grid.binShape());
    }

    PyramidReport.OfLevel run() {
        LevelSource source = fine.source();
        Partials partials = new Partials(
                source.format().dimensions(),
                fine.attributeMerges(plan.options().aggregate()));
        MetavertexRecord record = new MetavertexRecord(partials);
        long rows = source.allRows();

        Exchange references = references();
        BitSet kept = references == null ? null : kept(references);
        BinPartition partition = new BinPartition(fine, grid, partials, plan.hasLinks(), kept);
        Exchange toHomes = opened(partition.homes(), rows * partials.recordBytes(), 4);
        partition.send(references, toHomes);
        toHomes.seal();
        close(references);

        HomeStep homes = new HomeStep(fine, partials, record, grid.chunkShape());
        ChunkCounter counter = homes.count(toHomes);
        ChunkIndex chunks = counter.index();
        long[] counts = counter.countsBy(chunks);
        long vertices = Arrays.stream(counts).sum();
        LevelTarget target = target(chunks, record);
        MetavertexAssembly assembly = new MetavertexAssembly(fine, record, target);
        assembly.requireFits(counts);

        boolean isAsked = fine.objects() != null || plan.hasLinks();
        Exchange metavertices = opened(target.buckets(), vertices * record.bytes(), 6);
        Exchange places = isAsked
                ? opened(partition.homes(), rows * PlaceReturn.QUESTION_BYTES + vertices * PlaceRecord.BYTES, 8)
                : null;
        homes.place(toHomes, target, metavertices, places);
        metavertices.seal();
        close(toHomes);
        assembly.run(metavertices, places);
        if (places != null) {
            places.seal();
        }
        close(metavertices);
        if (places != null) {
            tellMembers(returned(places), kept, target);
        }
        return finish(target, vertices, kept);
    }

    private Exchange opened(long buckets, long bytes, int share) {
        Exchange exchange = OneTimeExchange.open(context, buckets, bytes, share);
        open.add(exchange);
        return exchange;
    }

    private void close(@Nullable Exchange exchange) {
        if (exchange != null) {
            exchange.close();
            open.remove(exchange);
        }
    }

    /** {@code null}: there are no objects. */
    private @Nullable Exchange references() {
        if (fine.objects() == null) {
            return null;
        }
        Exchange references =
                opened(fine.source().chunks().size(), fine.source().allRows() * 4, 16);
        fine.putReferences(references);
        references.seal();
        return references;
    }

    /** {@code null}: all. */
    private @Nullable BitSet kept(Exchange references) {
        ObjectIndex index = Objects.requireNonNull(fine.objects());
        PyramidOptions options = plan.options();
        double sparsity = options.factors().get(number - 1).sparsity();
        return sparsity <= 1 || index.objects() <= 1
                ? null
                : ObjectSelection.select(fine, index, references, sparsity, options.selection(), options.seed());
    }

    private LevelTarget target(ChunkIndex chunks, MetavertexRecord record) {
        VectorLevel level = fine.source().level();
        ObjectIndex index = fine.objects();
        LevelMetadata below = level.metadata();
        LevelMetadata metadata = new LevelMetadata(
                below.number(),
                grid.chunkShape(),
                grid.binShape(),
                null,
                0,
                below.rank(),
                null,
                plan.levelAttributes(
                        number,
                        index == null ? -1 : index.objects(),
                        !record.attributes().isEmpty()));
        DataType float32 = Objects.requireNonNull(Numbers.type("float32"));
        VertexFormat format = new VertexFormat(float32, fine.source().format().dimensions());
        LevelWriter writer = store.level(new LevelOutline(number, chunks, format, new CoarseTemplate(level, metadata)));
        return new LevelTarget(grid.grid(), chunks, index != null, false, writer);
    }

    /** The places by chunk of the level below, and what refers to its fragments. */
    private Exchange returned(Exchange places) {
        long rows = fine.source().allRows();
        Exchange returned = opened(fine.source().chunks().size(), rows * (PlaceRecord.BYTES + 4), 6);
        PlaceReturn.answer(places, returned);
        fine.putReferences(returned);
        returned.seal();
        close(places);
        return returned;
    }

    private void tellMembers(Exchange returned, @Nullable BitSet kept, LevelTarget target) {
        ObjectIndex index = fine.objects();
        LevelTarget below = plan.hasLinks() ? targetBelow() : null;
        try (CrossLevelStep links = below == null ? null : links(below, target)) {
            try (CoarseObjectStep objects = index == null ? null : new CoarseObjectStep(fine, index, kept)) {
                new MemberStep(fine, objects, links).run(returned);
                close(returned);
                if (objects != null) {
                    objects.write(target.writer());
                }
            }
            if (links != null && below != null) {
                links.write();
                CrossLevelStep.finish(context, fine.source().level(), below.writer());
            }
        }
    }

    /** The level below, to which links are added. */
    private LevelTarget targetBelow() {
        LevelSource source = fine.source();
        LevelWriter writer =
                store.level(new LevelOutline(source.number(), source.chunks(), source.format(), source.level()));
        return new LevelTarget(source.level().metadata().grid(), source.chunks(), false, false, writer);
    }

    private CrossLevelStep links(LevelTarget below, LevelTarget target) {
        boolean isExplicit = plan.options().links() == CrossLevelLinks.EXPLICIT;
        return new CrossLevelStep(
                context, below, target, 1, isExplicit, fine.source().allRows());
    }

    private PyramidReport.OfLevel finish(LevelTarget target, long vertices, @Nullable BitSet kept) {
        Worker caller = context.workers().caller();
        caller.require(context.budget().maxBytes() / 8);
        target.writer().objectAttributes(kept, caller.workspace());
        target.writer().finish(new LevelTotals(vertices, vertices, false), caller.workspace());
        caller.release();
        ObjectIndex index = fine.objects();
        long objects = index == null ? 0 : index.objects();
        return new PyramidReport.OfLevel(
                number, vertices, target.buckets(), objects, kept == null ? objects : kept.cardinality());
    }

    @Override
    public void close() {
        open.forEach(Exchange::close);
    }
}
