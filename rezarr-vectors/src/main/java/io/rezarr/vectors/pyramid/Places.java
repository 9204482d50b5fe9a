package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.rechunk.Pieces;
import java.util.Arrays;

/** Where the metavertices of a home, or those of the groups of a chunk, are in the level that is made. */
final class Places {
    /** The chunk and the row of what has no metavertex. */
    static final int NOWHERE = -1;

    private final int[] chunks;
    private final int[] rows;

    Places(int size) {
        this.chunks = new int[size];
        this.rows = new int[size];
        Arrays.fill(chunks, NOWHERE);
        Arrays.fill(rows, NOWHERE);
    }

    /** @param piece of records of places by number */
    void add(Pieces pieces, int piece) {
        byte[] array = pieces.array(piece);
        int at = pieces.offset(piece);
        for (int end = at + pieces.length(piece); at < end; at += PlaceRecord.BYTES) {
            int number = PlaceRecord.number(array, at);
            chunks[number] = PlaceRecord.chunk(array, at);
            rows[number] = PlaceRecord.row(array, at);
        }
    }

    int chunk(int number) {
        return chunks[number];
    }

    int row(int number) {
        return rows[number];
    }
}
