package io.rezarr.vectors.pyramid;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.rechunk.ChunkCounter;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.ExchangeOut;
import io.rezarr.vectors.rechunk.IndexSort;
import io.rezarr.vectors.rechunk.LevelTarget;
import io.rezarr.vectors.rechunk.PieceRange;
import io.rezarr.vectors.rechunk.Worker;
import org.jspecify.annotations.Nullable;

/** Makes metavertices of what has come together at each home: once to count them by chunk, once to send them there. */
final class HomeStep {
    private final FineLevel fine;
    private final Partials partials;
    private final MetavertexRecord record;
    private final WorldVector chunkShape;
    /** By worker. */
    private final HomeBins[] bins;

    /** @param chunkShape of the level that is made */
    HomeStep(FineLevel fine, Partials partials, MetavertexRecord record, WorldVector chunkShape) {
        this.fine = fine;
        this.partials = partials;
        this.record = record;
        this.chunkShape = chunkShape;
        this.bins = new HomeBins[fine.context().workers().threads()];
        for (int i = 0; i < bins.length; i++) {
            bins[i] = new HomeBins(partials);
        }
    }

    /** Is given the metavertices of a home, which were made of pieces from {@code from} up to {@code to}. */
    private interface HomeTask {
        void run(HomeBins of, PieceRange range, int from, int to, Worker worker);
    }

    private void forEachHome(Exchange toHomes, HomeTask task) {
        try {
            runHomes(toHomes, task);
        } catch (InfeasiblePlanException tooMuch) {
            boolean counts = partials.attributes().stream().anyMatch(attribute -> attribute.joiningBytes() > 0);
            throw new InfeasiblePlanException(
                    "Bins of level %d are not put together in the memory that there is. %s Smaller factors need less%s."
                            .formatted(
                                    fine.numberAbove(),
                                    tooMuch.getMessage(),
                                    counts ? ", and --aggregate first does where values are counted" : ""),
                    tooMuch);
        }
    }

    private void runHomes(Exchange toHomes, HomeTask task) {
        toHomes.forEach(
                bucket -> bucket, bytes -> HomeBins.memoryBytes(partials, bytes) + (64 << 10), (range, worker) -> {
                    int piece = range.from();
                    while (piece < range.to()) {
                        int end = range.endOfBucket(piece);
                        HomeBins of = bins[worker.number()];
                        of.merge(range, piece, end);
                        task.run(of, range, piece, end, worker);
                        piece = end;
                    }
                });
    }

    /** How many metavertices each chunk gets. */
    ChunkCounter count(Exchange toHomes) {
        ChunkCounter all = new ChunkCounter(chunkShape.dimensions());
        forEachHome(toHomes, (of, range, from, to, worker) -> {
            long[] key = new long[chunkShape.dimensions()];
            synchronized (all) {
                for (int i = 0; i < of.size(); i++) {
                    chunkOf(of, i, key);
                    all.add(key, 1);
                }
            }
        });
        return all;
    }

    private void chunkOf(HomeBins of, int metavertex, long[] key) {
        for (int axis = 0; axis < key.length; axis++) {
            double position = of.position(metavertex, axis);
            key[axis] = (long) Math.floor(position / chunkShape.component(axis));
        }
    }

    /**
     * Sends metavertices to the buckets of their chunks.
     *
     * @param places where it is noted who asks for the places that they get there ({@link PlaceReturn#ask}); {@code null}: nobody
     */
    void place(Exchange toHomes, LevelTarget target, Exchange metavertices, @Nullable Exchange places) {
        forEachHome(toHomes, (of, range, from, to, worker) -> {
            int home = (int) range.pieces().bucket(from);
            send(of, home, target, metavertices.out(worker));
            if (places != null) {
                PlaceReturn.ask(of, range.pieces(), from, to, places.out(worker));
            }
        });
    }

    private void send(HomeBins of, int home, LevelTarget target, ExchangeOut out) {
        int most = Exchange.USUAL_PIECE_BYTES / Math.max(record.bytes(), PlaceRecord.BYTES);
        int[] bucketOf = new int[of.size()];
        long[] key = new long[partials.dimensions()];
        for (int i = 0; i < bucketOf.length; i++) {
            chunkOf(of, i, key);
            bucketOf[i] = target.bucketOfChunk(target.chunks().find(key, 0));
        }
        int[] order = IndexSort.sort(bucketOf.length, (a, b) -> Integer.compare(bucketOf[a], bucketOf[b]));
        int sequence = 0;
        for (int first = 0; first < order.length; ) {
            int end = first;
            while (end < order.length && end - first < most && bucketOf[order[end]] == bucketOf[order[first]]) {
                end++;
            }
            long id = MetavertexRecord.pieceId(home, sequence++);
            if (out.begin(bucketOf[order[first]], id, (end - first) * record.bytes())) {
                for (int i = first; i < end; i++) {
                    record.put(of, order[i], out.array(), out.offset() + (i - first) * record.bytes());
                }
                out.end();
            }
            first = end;
        }
    }
}
