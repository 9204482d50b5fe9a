package io.rezarr.vectors.rechunk;

/**
 * The pieces of some buckets, in memory.
 *
 * @param firstBucket the first of them
 * @param endBucket the bucket behind the last one
 * @param from the first piece of theirs
 * @param to the piece behind the last one
 */
public record PieceRange(Pieces pieces, long firstBucket, long endBucket, int from, int to) {
    static PieceRange of(Pieces pieces, long firstBucket, long endBucket) {
        return new PieceRange(
                pieces, firstBucket, endBucket, pieces.lowerBound(firstBucket), pieces.lowerBound(endBucket));
    }

    /** The first piece of a later bucket than that of a piece, or {@link #to}. */
    public int endOfBucket(int piece) {
        int end = piece + 1;
        while (end < to && pieces.bucket(end) == pieces.bucket(piece)) {
            end++;
        }
        return end;
    }

    public PieceRange within(long first, long end) {
        return of(pieces, Math.max(first, firstBucket), Math.min(end, endBucket));
    }

    public long bytes() {
        return pieces.bytes(from, to);
    }
}
