package io.rezarr.shuffle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Pieces in memory: what a shuffle gives back is compared with what went into it. Safe for use by many threads. */
final class PieceList {
    private static final Comparator<Piece> ORDER =
            Comparator.comparingLong(Piece::bucket).thenComparingLong(Piece::id).thenComparing(Piece::bytes);

    private final List<Piece> pieces = new ArrayList<>();

    /** Equal by what the bytes are. */
    record Piece(long bucket, long id, ByteBuffer bytes) {}

    synchronized void add(long bucket, long id, byte[] array, int offset, int length) {
        pieces.add(new Piece(bucket, id, ByteBuffer.wrap(Arrays.copyOfRange(array, offset, offset + length))));
    }

    /** All, in an order that does not depend on how they came. */
    synchronized List<Piece> sorted() {
        return pieces.stream().sorted(ORDER).toList();
    }
}
