package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import java.util.Arrays;

/** Where the rows of some chunks of the source are now. 8 bytes a row. */
final class AddressTable implements AutoCloseable {
    /** There is no such row any more. */
    static final long NONE = -1;

    private final RunContext context;
    private final int firstChunk;
    private final long[][] rows;
    private final long bytes;

    private AddressTable(RunContext context, int firstChunk, long[][] rows, long bytes) {
        this.context = context;
        this.firstChunk = firstChunk;
        this.rows = rows;
        this.bytes = bytes;
    }

    static AddressTable load(RunContext context, LinkEnd level, int firstChunk, int endChunk) {
        LevelSource source = level.source();
        long bytes = 0;
        for (int chunk = firstChunk; chunk < endChunk; chunk++) {
            bytes += 8L * source.rows(chunk) + 24;
        }
        if (!context.budget().tryReserve(bytes)) {
            throw new InfeasiblePlanException(
                    "The new places of the vertices of %d chunks take %d bytes, of %d bytes of memory %d are in use. Give more memory (-m)."
                            .formatted(
                                    endChunk - firstChunk,
                                    bytes,
                                    context.budget().maxBytes(),
                                    context.budget().reservedBytes()));
        }
        long[][] rows = new long[endChunk - firstChunk][];
        for (int chunk = firstChunk; chunk < endChunk; chunk++) {
            rows[chunk - firstChunk] = new long[source.rows(chunk)];
            Arrays.fill(rows[chunk - firstChunk], NONE);
        }
        level.putAddresses(firstChunk, endChunk, rows);
        return new AddressTable(context, firstChunk, rows, bytes);
    }

    /** Puts what pieces of {@link AssemblyOutputs} say. */
    static void read(PieceRange range, int firstChunk, long[][] rows) {
        Pieces pieces = range.pieces();
        for (int piece = range.from(); piece < range.to(); piece++) {
            byte[] array = pieces.array(piece);
            int at = pieces.offset(piece);
            int end = at + pieces.length(piece);
            long chunk = Bytes.getInt(array, at);
            long[] of = rows[(int) (pieces.bucket(piece) - firstChunk)];
            for (at += 4; at < end; at += AssemblyOutputs.ADDRESS_BYTES) {
                int newRow = Bytes.getInt(array, at + 4);
                boolean first = newRow < 0;
                long row = first ? -1 - newRow : newRow;
                of[Bytes.getInt(array, at)] = chunk << 32 | row << 1 | (first ? 1 : 0);
            }
        }
    }

    boolean has(int chunk) {
        return chunk >= firstChunk && chunk < firstChunk + rows.length;
    }

    /** The address of a row, for the methods below; {@link #NONE} if it was dropped. */
    long of(int chunk, int row) {
        return rows[chunk - firstChunk][row];
    }

    /** The address of a row that follows another in its fragment. */
    static long address(int chunk, int row) {
        return (long) chunk << 32 | (long) row << 1;
    }

    static int chunk(long address) {
        return (int) (address >> 32);
    }

    static int row(long address) {
        return (int) ((address & 0xffffffffL) >>> 1);
    }

    /** Whether it is the first row of its fragment, or in none. */
    static boolean beginsFragment(long address) {
        return (address & 1) != 0;
    }

    @Override
    public void close() {
        context.budget().release(bytes);
    }
}
