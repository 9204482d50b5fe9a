package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.ObjectBatch;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.write.ObjectIndexWriter;

/** Writes objects in their order, each of the pieces that it has, if any. */
public final class ObjectsInOrder {
    private ObjectsInOrder() {}

    /** Writes the fragments of one object, which are in pieces that follow one another. */
    public interface Manifest {
        void put(Pieces pieces, int from, int to, ObjectIndexWriter writer);
    }

    /**
     * Writes all objects of an index.
     *
     * @param pieces by object
     * @param index says which ids they have
     * @param batchRead is run after each batch of the index
     */
    public static void write(
            Exchange pieces, ObjectIndex index, ObjectIndexWriter writer, Manifest manifest, Runnable batchRead) {
        ObjectBatch[] batch = new ObjectBatch[1];
        int[] nextBatch = {0};
        pieces.forEachInOrder(bytes -> 64 << 10, (range, worker) -> {
            int piece = range.from();
            for (long object = range.firstBucket(); object < range.endBucket() && object < index.objects(); object++) {
                while (batch[0] == null || object >= batch[0].first() + batch[0].size()) {
                    int mark = worker.workspace().mark();
                    batch[0] = index.read(nextBatch[0]++, worker.workspace());
                    worker.workspace().releaseTo(mark);
                    batchRead.run();
                }
                writer.begin(batch[0].id((int) (object - batch[0].first())));
                boolean hasPieces = piece < range.to() && range.pieces().bucket(piece) == object;
                int end = hasPieces ? range.endOfBucket(piece) : piece;
                manifest.put(range.pieces(), piece, end, writer);
                piece = end;
                writer.end(worker.workspace());
            }
        });
    }
}
