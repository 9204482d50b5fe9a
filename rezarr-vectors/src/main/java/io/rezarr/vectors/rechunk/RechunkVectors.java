package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.LinksConvention;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
    private RechunkVectors() {}

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
        return run(source, writer, options, listener, Long.MAX_VALUE);
    }

    /** @param maxHeldBytes what stays in memory at most between two steps, however much there is: for tests */
    static VectorRunReport run(
            VectorStore source,
            StoreWriter writer,
            VectorRunOptions options,
            VectorRunListener listener,
            long maxHeldBytes) {
        try (RunContext context = new RunContext(options, listener, maxHeldBytes)) {
            return run(source, writer, context);
        }
    }

    private static VectorRunReport run(VectorStore source, StoreWriter writer, RunContext context) {
        List<Integer> numbers = context.options().levels() == null
                ? source.levelNumbers()
                : context.options().levels();
        Map<Integer, LevelRun> levels = new TreeMap<>();
        try {
            for (int number : numbers) {
                boolean isLinkedTo = isLinkedTo(source, numbers, number);
                levels.put(
                        number,
                        new LevelRun(
                                context,
                                source.metadata(),
                                source.level(number),
                                writer.grids().level(number),
                                isLinkedTo));
            }
            levels.forEach(
                    (number, level) -> level.prepare(writer, writer.grids().level(number)));
            return write(source, writer, context, levels);
        } finally {
            levels.values().forEach(LevelRun::close);
        }
    }

    /** Whether a level that is written has links to another one. */
    private static boolean isLinkedTo(VectorStore source, List<Integer> numbers, int number) {
        return numbers.stream()
                .anyMatch(from ->
                        from != number && source.level(from).linkDeltas().contains(number - from));
    }

    private static VectorRunReport write(
            VectorStore source, StoreWriter writer, RunContext context, Map<Integer, LevelRun> levels) {
        boolean severalRoots = false;
        for (LevelRun level : levels.values()) {
            level.partition();
            severalRoots |= level.hasSeveralRoots();
            level.assemble();
            level.writeObjects();
        }
        List<String> pending = new ArrayList<>();
        for (LevelRun level : levels.values()) {
            pending.addAll(level.writeLinks(levels, severalRoots));
        }
        levels.values().forEach(LevelRun::finish);
        LinksConvention convention =
                severalRoots ? LinksConvention.EXPLICIT : source.metadata().linksConvention();
        Worker caller = context.workers().caller();
        writer.carryOthers(caller.workspace());
        writer.finish(new StoreChanges(convention));
        caller.release();
        return new VectorRunReport(
                levels.values().stream().map(LevelRun::report).toList(),
                convention,
                severalRoots,
                context.budget().peakBytes(),
                context.scratchBytes(),
                pending);
    }
}
