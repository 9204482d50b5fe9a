package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.write.LevelWriter;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The chunks of a level of the destination, and the order in which they are written: unit by unit, in a unit by number. A chunk's place in that order is
 * its bucket.
 */
public final class LevelTarget {
    private final ChunkGrid grid;
    private final ChunkIndex chunks;
    private final boolean hasObjects;
    private final LevelWriter writer;
    private final int[] units;
    /** Vertices without a parent by bucket, where they have to come first. */
    private final AtomicIntegerArray roots;

    /** The chunk of each bucket, and the other way round; empty where they are the same. */
    private final int[] chunkOfBucket;

    private final int[] bucketOfChunk;

    public LevelTarget(ChunkGrid grid, ChunkIndex chunks, boolean hasObjects, boolean countsRoots, LevelWriter writer) {
        this.grid = grid;
        this.chunks = chunks;
        this.hasObjects = hasObjects;
        this.writer = writer;
        int[] unitOf = new int[chunks.size()];
        boolean ordered = true;
        for (int chunk = 0; chunk < unitOf.length; chunk++) {
            unitOf[chunk] = writer.unitOf(chunk);
            ordered &= chunk == 0 || unitOf[chunk - 1] <= unitOf[chunk];
        }
        this.units = unitOf;
        this.roots = new AtomicIntegerArray(countsRoots ? unitOf.length : 0);
        this.chunkOfBucket =
                ordered ? new int[0] : IndexSort.sort(unitOf.length, (a, b) -> Integer.compare(unitOf[a], unitOf[b]));
        this.bucketOfChunk = new int[chunkOfBucket.length];
        for (int bucket = 0; bucket < chunkOfBucket.length; bucket++) {
            bucketOfChunk[chunkOfBucket[bucket]] = bucket;
        }
    }

    ChunkGrid grid() {
        return grid;
    }

    public ChunkIndex chunks() {
        return chunks;
    }

    boolean hasObjects() {
        return hasObjects;
    }

    public LevelWriter writer() {
        return writer;
    }

    public int buckets() {
        return units.length;
    }

    private int chunkOf(long bucket) {
        return chunkOfBucket.length == 0 ? (int) bucket : chunkOfBucket[(int) bucket];
    }

    public int bucketOfChunk(int chunk) {
        return bucketOfChunk.length == 0 ? chunk : bucketOfChunk[chunk];
    }

    /** The bucket of the chunk with these coordinates, which must exist. */
    int bucketOf(long[] coordinates) {
        int chunk = chunks.find(coordinates, 0);
        if (chunk < 0) {
            throw new IllegalStateException("a chunk that was not counted: the source has changed meanwhile");
        }
        return bucketOfChunk(chunk);
    }

    void addRoot(int bucket) {
        roots.incrementAndGet(bucket);
    }

    /** Whether a chunk has several vertices without a parent. */
    boolean hasSeveralRoots() {
        for (int bucket = 0; bucket < roots.length(); bucket++) {
            if (roots.get(bucket) > 1) {
                return true;
            }
        }
        return false;
    }

    /** Whether a bucket is the last one of its unit. */
    private boolean endsUnit(long bucket) {
        return bucket + 1 >= units.length || units[chunkOf(bucket)] != units[chunkOf(bucket + 1)];
    }

    private int unitOf(long bucket) {
        return units[chunkOf(bucket)];
    }

    /** What is done for one chunk, on one thread. */
    @FunctionalInterface
    public interface ChunkTask {
        /** @param pieces of the chunk; there may be none */
        void run(int chunk, PieceRange pieces);
    }

    /** Goes through the chunks of a range of buckets in the order in which they are written. */
    void forEachChunk(PieceRange range, ChunkTask task) {
        int piece = range.from();
        for (long bucket = range.firstBucket(); bucket < range.endBucket() && bucket < buckets(); bucket++) {
            int end = piece;
            while (end < range.to() && range.pieces().bucket(end) == bucket) {
                end++;
            }
            task.run(chunkOf(bucket), new PieceRange(range.pieces(), bucket, bucket + 1, piece, end));
            piece = end;
        }
    }

    /** Likewise, for a task that writes: ends the units that are complete with that. The range begins and ends at a {@link #border}. */
    public void writeChunks(PieceRange range, Worker worker, ChunkTask task) {
        forEachChunk(range, (chunk, pieces) -> {
            task.run(chunk, pieces);
            if (endsUnit(pieces.firstBucket())) {
                writer.endUnit(unitOf(pieces.firstBucket()), worker.workspace());
            }
        });
    }

    /** The first bucket not below the given one that begins a unit. */
    public long border(long bucket) {
        long at = bucket;
        while (at > 0 && at < units.length && !endsUnit(at - 1)) {
            at++;
        }
        return at;
    }
}
