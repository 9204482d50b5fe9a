package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.rechunk.Column;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.ExchangeOut;
import io.rezarr.vectors.rechunk.LevelSource;
import io.rezarr.vectors.rechunk.Owners;
import io.rezarr.vectors.rechunk.PieceRange;
import io.rezarr.vectors.rechunk.VectorRunListener.Step;
import io.rezarr.vectors.rechunk.Worker;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Groups each chunk by bins, and tells the homes of these what it adds ({@link Partials}). Homes are the buckets. */
final class BinPartition {
    private static final int LEAST_HOMES = 1 << 6;
    private static final int MOST_HOMES = 1 << 16;
    private static final int BYTES_PER_HOME = 1 << 16;

    private final FineLevel fine;
    private final LevelSource source;
    private final LevelGrid grid;
    private final Partials partials;
    private final boolean keepsEmpty;
    private final @Nullable BitSet kept;
    private final int homes;

    /**
     * @param grid of the level that is made
     * @param keepsEmpty whether bins that nothing counts in are told, too
     * @param kept objects; {@code null}: all
     */
    BinPartition(FineLevel fine, LevelGrid grid, Partials partials, boolean keepsEmpty, @Nullable BitSet kept) {
        this.fine = fine;
        this.source = fine.source();
        this.grid = grid;
        this.partials = partials;
        this.keepsEmpty = keepsEmpty;
        this.kept = kept;
        long wanted = source.allRows() * partials.recordBytes() / BYTES_PER_HOME;
        this.homes = Integer.highestOneBit((int) Math.max(LEAST_HOMES, Math.min(MOST_HOMES, wanted)));
    }

    int homes() {
        return homes;
    }

    /** @param references tell each chunk which objects have its fragments; {@code null}: there are no objects */
    void send(@Nullable Exchange references, Exchange toHomes) {
        int chunks = source.chunks().size();
        StepProgress progress = fine.progress(Step.PARTITION, chunks);
        long bytes = fine.chunkBytes(partials.attributes());
        if (references == null) {
            fine.context().workers().forEach(chunks, i -> bytes, (chunk, worker) -> {
                sendChunk(chunk, null, toHomes.out(worker), worker);
                progress.next();
            });
            return;
        }
        references.forEach(bucket -> bucket, extra -> bytes + 2 * extra, (range, worker) -> {
            for (long chunk = range.firstBucket(); chunk < range.endBucket() && chunk < chunks; chunk++) {
                sendChunk((int) chunk, range, toHomes.out(worker), worker);
                progress.next();
            }
        });
    }

    private void sendChunk(int chunk, @Nullable PieceRange references, ExchangeOut out, Worker worker) {
        int mark = worker.workspace().mark();
        ByteBuffer positions = source.positions(chunk, worker.workspace());
        FragmentIndex fragments = source.fragments(chunk, worker.workspace());
        ChunkGroups groups = fine.group(chunk, positions, fragments, worker);
        int[] weights = weights(chunk, groups.rows(), fragments, references);
        List<AttributeMerge.OfChunk> values = new ArrayList<>();
        for (int a = 0; a < partials.attributes().size() && groups.rows() > 0; a++) {
            Column column = source.attribute(a, chunk, worker.workspace());
            values.add(partials.attributes().get(a).ofChunk(column, groups, weights));
        }
        partials.put(chunk, groups, positions, source.format(), weights, values, keepsEmpty, this::homeOf, out);
        worker.workspace().releaseTo(mark);
    }

    /** How often each row counts: once for every object that is kept and has it; without objects, for every fragment. */
    private int[] weights(int chunk, int rows, FragmentIndex fragments, @Nullable PieceRange references) {
        int[] weights = new int[rows];
        Owners owners = references == null ? null : Owners.of(references, chunk, fragments.size(), fine.place(chunk));
        for (int f = 0; f < fragments.size(); f++) {
            int times = owners == null ? 1 : 0;
            for (int owner = owners == null ? 0 : owners.begin(f); owners != null && owner < owners.end(f); owner++) {
                times += ObjectSelection.has(kept, owners.object(owner)) ? 1 : 0;
            }
            for (long i = 0; i < fragments.rows(f) && times > 0; i++) {
                weights[(int) fragments.row(f, i)] += times;
            }
        }
        return weights;
    }

    /** Bins whose middle lies in one chunk come together at one home. */
    private int homeOf(ChunkGroups groups, int group) {
        long hash = 0;
        WorldVector bin = grid.binShape();
        for (int axis = 0; axis < bin.dimensions(); axis++) {
            double middle = (groups.bin(group, axis) + 0.5) * bin.component(axis);
            hash = (hash ^ (long) Math.floor(middle / grid.chunkShape().component(axis))) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        return (int) hash & homes - 1;
    }
}
