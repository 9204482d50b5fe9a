package io.rezarr.execute;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ChunkWriter;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ItemForm;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.plan.FillRule;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.Plan;
import io.rezarr.plan.RegionGrid;
import io.rezarr.plan.ShufflePlan;
import io.rezarr.plan.Side;
import io.rezarr.plan.Strategy;
import io.rezarr.plan.Work;
import io.rezarr.shuffle.Scratch;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs plans on threads of this machine. */
public final class LocalRunner {
    private final Plan plan;
    private final ZarrArray source;
    private final ZarrArray destination;
    private final CodecChain destinationChain;
    private final Side from;
    private final Side to;
    private final RunState state;
    private final RunOptions options;

    private LocalRunner(Plan plan, ZarrArray source, ZarrArray destination, RunOptions options, RunListener listener) {
        this.plan = plan;
        this.source = source;
        this.options = options;
        this.destination = destination;
        this.destinationChain =
                CodecChain.of(destination.metadata(), plan.items().writtenBytes());
        CodecChain sourceChain = CodecChain.of(source.metadata(), plan.items().readBytes());
        requireSameItems(sourceChain, destinationChain);
        this.from = Side.of(source.metadata(), sourceChain);
        this.to = Side.of(destination.metadata(), destinationChain);
        this.state = RunState.of(plan, listener, to.allUnits().size(), options.checkpoint());
    }

    /**
     * Writes every chunk of the destination, but for those before the checkpoint, and no metadata. The bytes written are the same for any number of
     * threads.
     *
     * @param plan made for the metadata of both arrays
     * @return what was done; equal to the prediction, if it began at the beginning, but for absent and all-fill units
     * @throws io.rezarr.error.RezarrException the first failure of any thread; the others have stopped when this returns
     */
    public static Work run(
            Plan plan, ZarrArray source, ZarrArray destination, RunOptions options, RunListener listener) {
        if (plan.method() == Plan.Method.VALUES) {
            return copyValues(plan, source, destination, options, listener);
        }
        return new LocalRunner(plan, source, destination, options, listener).run();
    }

    /** Their bytes are kept as they are: a codec that reads them otherwise, say in another byte order, would change the values. */
    private static void requireSameItems(CodecChain source, CodecChain destination) {
        ItemForm from = itemsOf(source);
        ItemForm to = itemsOf(destination);
        if (!java.util.Objects.equals(from, to)) {
            throw new IllegalArgumentException(
                    "source has items as " + from + ", destination " + to + "; they must be equal");
        }
    }

    private static @Nullable ItemForm itemsOf(CodecChain chain) {
        return chain.sharding() == null
                ? chain.items()
                : chain.sharding().inner().items();
    }

    private static Work copyValues(
            Plan plan, ZarrArray source, ZarrArray destination, RunOptions options, RunListener listener) {
        IndexBox chunks = ValueCopier.chunksOf(destination.metadata());
        RunState state = RunState.of(plan, listener, chunks.size(), options.checkpoint());
        ValueCopier copier = new ValueCopier(source, destination, options.mode(), state);
        new Pipeline(state, List.of(copier).iterator(), 1).run(plan.threads(), plan.threadBytes(), plan.slackBytes());
        return state.tally.work();
    }

    private Work run() {
        ChunkWriter writer =
                new ChunkWriter(destination, options.mode(), plan.items().writtenBytes());
        ShardingCodec sharding = writer.streamsShards() ? destinationChain.sharding() : null;
        DestinationUnits units = new DestinationUnits(state, writer, sharding, to, plan.threads());
        try (units) {
            if (plan.method() == Plan.Method.SCATTERED || plan.method() == Plan.Method.ITEMS) {
                assemble(units, writer.unitChain());
            } else {
                stream(units, writer.unitChain());
            }
        }
        return state.tally.work();
    }

    private FinishedUnits finished(CodecChain chain) {
        byte[] fill = ElementBytes.fillOf(destination.metadata(), chain.layout());
        return new FinishedUnits(FillRule.of(plan.request()), fill, chain, state.tally, itemSlots(chain));
    }

    private @Nullable ItemSlots itemSlots(CodecChain chain) {
        return ItemSlots.of(source.metadata(), destination.metadata(), chain);
    }

    private void assemble(DestinationUnits units, CodecChain chain) {
        FinishedUnits finished = finished(chain);
        Assembly assembly = new Assembly(
                plan, source, new Assembly.Sides(from, to), chain.layout(), options.elements(), state.budget);
        Assembly.RegionWriter writer = (range, region) -> units.task(range, new AssembledUnits(region, finished));
        if (plan.strategy() == Strategy.DIRECT) {
            assembly.run(plan, state, writer);
            return;
        }
        ShufflePlan shuffle = java.util.Objects.requireNonNull(plan.shuffle(), "the plan's shuffle");
        try (Scratch scratch = Scratch.create(options.scratchOrDefault(), shuffle.scratchBytes())) {
            new ShuffledAssembly(plan, assembly, state, writer).run(scratch);
        }
    }

    private void stream(DestinationUnits units, CodecChain chain) {
        ChunkReader reader = new ChunkReader(source, plan.items().readBytes());
        ItemSlots items = plan.method() == Plan.Method.UNITS ? null : itemSlots(reader.unitChain());
        PresentChunks present = PresentChunks.of(source);
        RemainingRegions remaining =
                new RemainingRegions(new RegionGrid(to, plan.regionShape(), -1), state.frontier.before());
        Iterator<StreamedRegion> regions = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return remaining.hasNext();
            }

            @Override
            public StreamedRegion next() {
                SourceUnits sourceUnits =
                        new SourceUnits(reader, from, present, state.tally, items, options.elements());
                return new StreamedRegion(
                        units, to, sourceUnits, encoder(sourceUnits, chain), remaining.next(), plan.threads());
            }
        };
        new Pipeline(state, regions, plan.concurrentRegions())
                .run(plan.threads(), plan.threadBytes(), plan.slackBytes());
    }

    private UnitEncoder encoder(SourceUnits units, CodecChain chain) {
        if (plan.method() == Plan.Method.UNITS) {
            return new MovedUnits(units, state.tally);
        }
        ArrayMetadata metadata = source.metadata();
        FinishedUnits finished = finished(chain);
        UnitPadding padding =
                new UnitPadding(to, chain.layout(), ElementBytes.paddingOf(destination.metadata(), chain.layout()));
        ItemSlots items = itemSlots(chain);
        byte[] absent = items != null ? items.absentSlot() : ElementBytes.fillOf(metadata, chain.layout());
        RecodedUnits recoded = new RecodedUnits(units, finished, padding, chain, absent, options.elements());
        return plan.method() == Plan.Method.REWRAP ? new GzipRewrap(units, finished, recoded, state.tally) : recoded;
    }
}
