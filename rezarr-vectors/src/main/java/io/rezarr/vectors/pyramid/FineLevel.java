package io.rezarr.vectors.pyramid;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.pyramid.PyramidOptions.Aggregate;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.FragmentReferences;
import io.rezarr.vectors.rechunk.LevelSource;
import io.rezarr.vectors.rechunk.RunContext;
import io.rezarr.vectors.rechunk.VectorRunListener.Step;
import io.rezarr.vectors.rechunk.Worker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The level that another one is made of. */
final class FineLevel {
    private final RunContext context;
    private final LevelSource source;
    private final @Nullable ObjectIndex index;
    /** By worker. */
    private final ChunkGroups[] groups;

    /**
     * Counts the rows of all chunks.
     *
     * @param bins of the level that is made
     */
    FineLevel(RunContext context, VectorLevel level, WorldVector bins) {
        this.context = context;
        this.source = new LevelSource(level);
        this.index = level.objects();
        countRows();
        this.groups = new ChunkGroups[context.workers().threads()];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = new ChunkGroups(bins);
        }
    }

    /** How many bytes a chunk has is not known before: if several at once are too much, one after the other may do. */
    private void countRows() {
        try {
            readRows();
        } catch (InfeasiblePlanException tooMuchAtOnce) {
            context.workers().alone(() -> {
                readRows();
                return 0;
            });
        }
    }

    private void readRows() {
        StepProgress progress = progress(Step.COUNT, source.chunks().size());
        context.workers().forEach(source.chunks().size(), i -> 0, (chunk, worker) -> {
            int mark = worker.workspace().mark();
            source.positions(chunk, worker.workspace());
            worker.workspace().releaseTo(mark);
            progress.next();
        });
    }

    /** How the values of attributes become those of metavertices; none if they are left out. */
    List<AttributeMerge> attributeMerges(@Nullable Aggregate how) {
        List<AttributeMerge> merges = new ArrayList<>();
        if (how != null) {
            Worker caller = context.workers().caller();
            caller.require(0);
            source.measure(caller.workspace());
            caller.release();
            for (int a = 0; a < source.attributes(); a++) {
                merges.add(AttributeMerge.of(source.attributeColumns(a), how));
            }
        }
        return merges;
    }

    RunContext context() {
        return context;
    }

    LevelSource source() {
        return source;
    }

    /** {@code null}: the level has no objects. */
    @Nullable
    ObjectIndex objects() {
        return index;
    }

    /** The number of the level that is made. */
    int numberAbove() {
        return source.number() + 1;
    }

    StepProgress progress(Step step, long total) {
        return new StepProgress(context.listener(), numberAbove(), step, total);
    }

    String place(int chunk) {
        return source.path() + " chunk " + source.chunks().key(chunk);
    }

    /**
     * What it takes to go through the rows of the fullest chunk.
     *
     * @param merged attributes of which there are partial results
     */
    long chunkBytes(List<AttributeMerge> merged) {
        long rows = 0;
        for (int chunk = 0; chunk < source.chunks().size(); chunk++) {
            rows = Math.max(rows, source.rows(chunk));
        }
        int dimensions = source.format().dimensions();
        long perRow = 3L * source.rowBytes() + ChunkGroups.rowBytes(dimensions) + 8L * dimensions + 48;
        for (AttributeMerge attribute : merged) {
            perRow += attribute.groupingBytes();
        }
        return rows * perRow + (64 << 10);
    }

    /** The groups of a chunk, which stand until the worker asks for those of another one. */
    ChunkGroups group(int chunk, ByteBuffer positions, FragmentIndex fragments, Worker worker) {
        ChunkGroups of = groups[worker.number()];
        of.group(positions, source.format(), fragments, source.rows(chunk), place(chunk));
        return of;
    }

    /** Tells every chunk which objects refer to its fragments. */
    void putReferences(Exchange to) {
        ObjectIndex of = index;
        if (of != null) {
            context.workers()
                    .forEach(
                            of.batches(),
                            i -> 0,
                            (i, worker) -> FragmentReferences.putObjects(of, i, to.out(worker), worker.workspace()));
        }
    }
}
