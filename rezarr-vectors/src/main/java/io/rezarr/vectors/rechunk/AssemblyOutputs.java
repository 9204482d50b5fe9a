package io.rezarr.vectors.rechunk;

import org.jspecify.annotations.Nullable;

/**
 * Who is told of assembled chunks.
 *
 * @param writes writes them; {@code null} if they were written before
 * @param addresses where old rows and new ones go, bucketed by the chunk of the source
 * @param objects what is told of fragments
 */
record AssemblyOutputs(
        @Nullable ChunkWrites writes,
        @Nullable Exchange addresses,
        @Nullable ObjectStep objects,
        LevelTally tally) {
    /** In a piece of addresses: the chunk of the destination, then for each row its old and its new one, negative as in {@link Assembly.NewRows}. */
    static final int ADDRESS_BYTES = 8;

    void put(Assembly assembly, int chunk, Worker worker) {
        if (writes != null) {
            writes.write(assembly, chunk, worker.workspace(), tally);
        }
        if (addresses != null) {
            putAddresses(assembly, chunk, addresses.out(worker));
        }
        if (objects != null) {
            objects.put(assembly.fragments(), chunk, worker);
        }
    }

    private static void putAddresses(Assembly assembly, int chunk, ExchangeOut out) {
        int most = (Exchange.USUAL_PIECE_BYTES - 4) / ADDRESS_BYTES;
        assembly.forEachRow((sourceChunk, rows, newRows, first, array, oldRowsAt) -> {
            for (int from = 0; from < rows; from += most) {
                int count = Math.min(most, rows - from);
                if (out.begin(sourceChunk, chunk, 4 + count * ADDRESS_BYTES)) {
                    int at = out.offset();
                    Bytes.putInt(out.array(), at, chunk);
                    at += 4;
                    for (int i = from; i < from + count; i++, at += ADDRESS_BYTES) {
                        Bytes.putInt(out.array(), at, Bytes.getInt(array, oldRowsAt + 4 * i));
                        Bytes.putInt(out.array(), at + 4, newRows[first + i]);
                    }
                    out.end();
                }
            }
        });
    }
}
