package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.ExchangeOut;
import io.rezarr.vectors.rechunk.ObjectsInOrder;
import io.rezarr.vectors.rechunk.Pieces;
import io.rezarr.vectors.rechunk.VectorRunListener.Step;
import io.rezarr.vectors.rechunk.Worker;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.ObjectIndexWriter;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The objects of the level that is made: told which metavertices their fragments have become, then written. */
final class CoarseObjectStep implements AutoCloseable {
    /** int chunk, int row. */
    private static final int RECORD_BYTES = 8;

    private static final int MOST = Exchange.USUAL_PIECE_BYTES / RECORD_BYTES;

    private final FineLevel fine;
    private final ObjectIndex index;
    private final @Nullable BitSet kept;
    private final Exchange paths;

    /** @param kept objects; {@code null}: all */
    CoarseObjectStep(FineLevel fine, ObjectIndex index, @Nullable BitSet kept) {
        this.fine = fine;
        this.index = index;
        this.kept = kept;
        long bytes = fine.source().allRows() * RECORD_BYTES;
        this.paths = OneTimeExchange.open(fine.context(), index.objects(), bytes, 8);
    }

    boolean has(long object) {
        return ObjectSelection.has(kept, object);
    }

    /**
     * Puts the path of one fragment of an object.
     *
     * @param fragment its place in the object
     * @param path the first {@code size} are groups with a metavertex
     */
    void put(long object, int fragment, int[] path, int size, Places places, Worker worker) {
        ExchangeOut out = paths.out(worker);
        int sequence = 0;
        for (int first = 0; first < size; first += MOST) {
            int count = Math.min(MOST, size - first);
            if (out.begin(object, (long) fragment << 24 | sequence++, count * RECORD_BYTES)) {
                for (int i = 0; i < count; i++) {
                    int at = out.offset() + i * RECORD_BYTES;
                    Bytes.putInt(out.array(), at, places.chunk(path[first + i]));
                    Bytes.putInt(out.array(), at + 4, places.row(path[first + i]));
                }
                out.end();
            }
        }
    }

    void seal() {
        paths.seal();
    }

    /** Writes objects in their order, also those that have nothing any more. */
    void write(LevelWriter level) {
        StepProgress progress = fine.progress(Step.OBJECTS, index.batches());
        ObjectsInOrder.write(
                paths, index, level.objects(index.objects()), CoarseObjectStep::putManifest, progress::next);
    }

    /** Paths of fragments that follow one another may meet in one metavertex. */
    private static void putManifest(Pieces pieces, int from, int to, ObjectIndexWriter writer) {
        long last = -1;
        for (int piece = from; piece < to; piece++) {
            byte[] array = pieces.array(piece);
            int at = pieces.offset(piece);
            for (int end = at + pieces.length(piece); at < end; at += RECORD_BYTES) {
                int chunk = Bytes.getInt(array, at);
                int row = Bytes.getInt(array, at + 4);
                long metavertex = (long) chunk << 32 | row;
                if (metavertex != last) {
                    writer.fragment(chunk, row);
                }
                last = metavertex;
            }
        }
    }

    @Override
    public void close() {
        paths.close();
    }
}
