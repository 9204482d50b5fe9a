package io.rezarr.vectors.layout.v07;

import io.rezarr.vectors.model.Sizes;

/**
 * How the rows of a blob are read in batches: about 4 MiB at a time where parts can be read alone, else all at once.
 *
 * @param rows in all
 * @param rowsPerBatch at least 1
 */
record BlobRanges(String path, long rows, long rowsPerBatch) {
    private static final long BATCH_BYTES = 4 << 20;

    /** @param blob of {@code rows} rows of {@code rowBytes} bytes */
    static BlobRanges of(Blob blob, long rows, long rowBytes) {
        long perBatch = blob.isPlain() ? Math.max(1, BATCH_BYTES / Math.max(1, rowBytes)) : Math.max(1, rows);
        return new BlobRanges(blob.path(), rows, perBatch);
    }

    int batches() {
        return Sizes.count(rows / rowsPerBatch + (rows % rowsPerBatch == 0 ? 0 : 1), "batches", path);
    }

    long first(int batch) {
        return batch * rowsPerBatch;
    }

    int count(int batch) {
        return Sizes.count(Math.min(rowsPerBatch, rows - first(batch)), "rows at once", path);
    }
}
