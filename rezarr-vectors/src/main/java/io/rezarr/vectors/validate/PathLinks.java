package io.rezarr.vectors.validate;

import io.rezarr.vectors.digest.Hash64;
import io.rezarr.vectors.model.LinkBatch;

/** Steps of paths from chunk to chunk: those that manifests have, and those that are stored as links. Sums, no lists. */
final class PathLinks {
    private long wanted;
    private long wantedChunks;
    private long wantedRows;
    private long stored;
    private long storedChunks;
    private long storedRows;
    private boolean rowsArePlaceholders = true;

    /** A step that a manifest has; rows are -1 where they are not known. */
    void want(int fromChunk, long fromRow, int toChunk, long toRow) {
        wanted++;
        wantedChunks += Hash64.mix(Hash64.mix(1, fromChunk), toChunk);
        wantedRows += Hash64.mix(Hash64.mix(Hash64.mix(Hash64.mix(1, fromChunk), toChunk), fromRow), toRow);
    }

    /** A link that is stored. */
    void add(LinkBatch batch, int link) {
        if (batch.width() != 2 || batch.isCopy(link)) {
            return;
        }
        int from = batch.chunk(link, 0);
        int to = batch.chunk(link, 1);
        long fromRow = batch.row(link, 0);
        long toRow = batch.row(link, 1);
        stored++;
        storedChunks += Hash64.mix(Hash64.mix(1, from), to);
        storedRows += Hash64.mix(Hash64.mix(Hash64.mix(Hash64.mix(1, from), to), fromRow), toRow);
        rowsArePlaceholders &= fromRow == 0 && toRow == 0;
    }

    long wanted() {
        return wanted;
    }

    long stored() {
        return stored;
    }

    boolean chunksAgree() {
        return wanted == stored && wantedChunks == storedChunks;
    }

    boolean rowsAgree() {
        return wantedRows == storedRows;
    }

    /** Whether all rows are 0, which says nothing: so the reference implementation of 0.7 writes them. */
    boolean rowsArePlaceholders() {
        return rowsArePlaceholders;
    }
}
