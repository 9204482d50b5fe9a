package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.LinksConvention;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.PartialStore;
import io.rezarr.vectors.node.PartialStore.Family;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Moves the content of a vector store to the grids of a {@link StoreWriter}: every vertex, attribute, fragment, link and object, losing nothing. Rebinning
 * is the same with chunks as they were.
 *
 * <p>A level is written in two rounds over its units: first the families of vertices and fragments, then links. Each family gets its values in one of
 * them, and {@link io.rezarr.vectors.write.LevelWriter#endUnit} ends a unit in each; families of links are opened between the rounds, when it is known which
 * there are.
 *
 * <p>The same source gives the same values in the same order for any memory, number of threads and mode.
 */
public final class RechunkVectors {
    private final VectorStore source;
    private final StoreWriter writer;
    private final RunContext context;
    private final @Nullable LevelByLevel destination;
    private final List<Integer> numbers;
    private final Map<Integer, LevelRun> levels = new TreeMap<>();

    private RechunkVectors(
            VectorStore source, StoreWriter writer, RunContext context, @Nullable LevelByLevel destination) {
        this.source = source;
        this.writer = writer;
        this.context = context;
        this.destination = destination;
        List<Integer> asked = context.options().levels();
        this.numbers = asked == null ? source.levelNumbers() : asked;
    }

    /**
     * Reads, moves, writes all of the levels asked for, and closes the destination with its root's document.
     *
     * @param writer makes the destination, whose grids it has
     * @throws io.rezarr.error.InfeasiblePlanException if a chunk of the destination holds more than the memory or a codec allows, before anything is
     *     written; the message has its bytes, and chunks that would do
     * @throws io.rezarr.error.MalformedDataException if something of the source does not decode, or refers to what does not exist
     * @throws io.rezarr.error.UnsupportedFeatureException if the source has what cannot be moved, by name
     * @throws io.rezarr.error.CancelledException if the listener says so
     */
    public static VectorRunReport run(
            VectorStore source, StoreWriter writer, VectorRunOptions options, VectorRunListener listener) {
        return run(source, writer, options, listener, null, Long.MAX_VALUE);
    }

    /**
     * Likewise, to a destination that gets its levels by several runs. Links between levels are written by the run that writes the second of them; until then
     * where its rows are now is noted beside the first. Which parents of trees are stored is decided by the first run, for all levels.
     */
    public static VectorRunReport run(
            VectorStore source,
            StoreWriter writer,
            VectorRunOptions options,
            VectorRunListener listener,
            LevelByLevel destination) {
        return run(source, writer, options, listener, destination, Long.MAX_VALUE);
    }

    /** @param maxHeldBytes what stays in memory at most between two steps, however much there is: for tests */
    static VectorRunReport run(
            VectorStore source,
            StoreWriter writer,
            VectorRunOptions options,
            VectorRunListener listener,
            long maxHeldBytes) {
        return run(source, writer, options, listener, null, maxHeldBytes);
    }

    private static VectorRunReport run(
            VectorStore source,
            StoreWriter writer,
            VectorRunOptions options,
            VectorRunListener listener,
            @Nullable LevelByLevel destination,
            long maxHeldBytes) {
        try (RunContext context = new RunContext(options, listener, maxHeldBytes)) {
            return new RechunkVectors(source, writer, context, destination).run();
        }
    }

    private VectorRunReport run() {
        boolean isExplicit = destination != null && isExplicitForOthers(destination);
        try {
            for (int number : numbers) {
                levels.put(number, level(number));
            }
            levels.forEach(
                    (number, level) -> level.prepare(writer, writer.grids().level(number)));
            return write(isExplicit);
        } finally {
            levels.values().forEach(LevelRun::close);
        }
    }

    private LevelRun level(int number) {
        List<Integer> from = destination == null ? numbers : destination.levels();
        boolean isLinkedTo = from.stream()
                .anyMatch(other ->
                        other != number && source.level(other).linkDeltas().contains(number - other));
        return new LevelRun(
                context,
                source.metadata(),
                source.level(number),
                writer.grids().level(number),
                writer.version(),
                isLinkedTo);
    }

    /** Whether levels that are not written now need all edges of trees to be stored. */
    private boolean isExplicitForOthers(LevelByLevel all) {
        if (all.convention() != null) {
            return all.convention() != source.metadata().linksConvention();
        }
        for (int number : all.levels()) {
            boolean matters = !numbers.contains(number)
                    && LevelRules.of(source.metadata(), source.level(number), writer.version())
                            .rootsComeFirst();
            if (matters) {
                try (LevelRun other = level(number)) {
                    other.prepare(writer, writer.grids().level(number));
                    other.partition();
                    if (other.hasSeveralRoots()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private VectorRunReport write(boolean isExplicitForOthers) {
        boolean isExplicit = isExplicitForOthers;
        for (LevelRun level : levels.values()) {
            level.partition();
            isExplicit |= level.hasSeveralRoots();
            level.assemble();
            level.writeObjects();
        }
        List<String> added = new ArrayList<>();
        List<String> pending = new ArrayList<>();
        Map<Integer, EarlierLevel> earlier = earlierLevels();
        Map<Integer, LinkEnd> ends = new TreeMap<>(earlier);
        ends.putAll(levels);
        for (LevelRun level : levels.values()) {
            pending.addAll(level.writeLinks(ends, isExplicit));
        }
        for (EarlierLevel level : earlier.values()) {
            added.addAll(addLinks(level));
        }
        noteRows();
        levels.values().forEach(LevelRun::finish);
        LinksConvention convention =
                isExplicit ? LinksConvention.EXPLICIT : source.metadata().linksConvention();
        Worker caller = context.workers().caller();
        boolean isFirst = destination == null || destination.earlier() == null;
        if (isFirst) {
            writer.carryOthers(caller.workspace());
        }
        List<Integer> standing = destination == null ? List.of() : destination.standing(numbers);
        writer.finish(new StoreChanges(convention, standing));
        caller.release();
        return new VectorRunReport(
                levels.values().stream().map(LevelRun::report).toList(),
                convention,
                isExplicit,
                context.budget().peakBytes(),
                context.scratchBytes(),
                pending,
                added);
    }

    /** Those that links lead to from here, or from which links lead here. */
    private Map<Integer, EarlierLevel> earlierLevels() {
        Map<Integer, EarlierLevel> earlier = new TreeMap<>();
        LevelByLevel all = destination;
        VectorStore written = all == null ? null : all.earlier();
        if (all == null || written == null) {
            return earlier;
        }
        List<Integer> standing = all.standing(numbers);
        for (Family family : LevelByLevel.families(source)) {
            int there = family.level() + family.delta();
            boolean leadsHere = numbers.contains(there) && standing.contains(family.level());
            boolean leadsThere = numbers.contains(family.level()) && standing.contains(there);
            if (leadsHere || leadsThere) {
                earlier.computeIfAbsent(leadsHere ? family.level() : there, number -> {
                    VectorLevel level = source.level(number);
                    RowMap map = all.mapOf(number, level.vertices().chunks().size());
                    return new EarlierLevel(context, source.metadata(), level, written.level(number), map, writer);
                });
            }
        }
        return earlier;
    }

    /** Writes the links from a level that stands already to those that are written. */
    private List<String> addLinks(EarlierLevel from) {
        List<String> added = new ArrayList<>();
        VectorLevel level = from.source().level();
        for (int delta : level.linkDeltas()) {
            LevelRun there = levels.get(from.number() + delta);
            if (delta != 0 && there != null) {
                new LinkStep(context, from, there, level.links(delta), false).run();
                added.add(new Family(from.number(), delta).toString());
            }
        }
        if (!added.isEmpty()) {
            from.finish();
        }
        return added;
    }

    /** Notes where rows are now, for runs that write the other ends of links. */
    private void noteRows() {
        LevelByLevel all = destination;
        if (all == null || all.isComplete(numbers)) {
            return;
        }
        List<Family> families = LevelByLevel.families(source);
        levels.forEach((number, level) -> {
            boolean isEnd = families.stream()
                    .anyMatch(family -> family.level() == number || family.level() + family.delta() == number);
            if (isEnd) {
                RowMap.write(context, level, all.target(), PartialStore.ofLevel(all.root(), number));
            }
        });
    }
}
