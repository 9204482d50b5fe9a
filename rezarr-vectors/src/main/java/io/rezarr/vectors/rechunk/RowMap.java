package io.rezarr.vectors.rechunk;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.Stores;
import io.rezarr.store.ValueReader;
import io.rezarr.store.ValueWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a level are now, in two files beside the store: {@code rows} has the address of each row of the source, 8 bytes, chunk by chunk; {@code
 * chunks} has how many chunks the destination has, 8 bytes, and for each chunk of the source how many rows it has and the CRC-32C of their addresses, 4 bytes
 * each. All little-endian. What is held in memory is 16 bytes a chunk.
 */
final class RowMap {
    /** What is read or written at once. */
    static final int PIECE_BYTES = 64 << 10;

    private static final String CHUNKS = "chunks";
    private static final String ROWS = "rows";
    private static final int HEADER_BYTES = 8;
    private static final int ENTRY_BYTES = 8;

    private final Store store;
    private final StoreKey key;
    private final long chunksThere;
    private final int[] rows;
    private final int[] checksums;
    private final long[] begins;

    private RowMap(Store store, StoreKey key, ByteBuffer chunks) {
        this.store = store;
        this.key = key;
        this.chunksThere = chunks.getLong();
        int size = chunks.remaining() / ENTRY_BYTES;
        this.rows = new int[size];
        this.checksums = new int[size];
        this.begins = new long[size + 1];
        for (int chunk = 0; chunk < size; chunk++) {
            rows[chunk] = chunks.getInt();
            checksums[chunk] = chunks.getInt();
            begins[chunk + 1] = begins[chunk] + Math.max(0, rows[chunk]) * 8L;
        }
    }

    /**
     * Opens the map of a level.
     *
     * @param prefix of its files
     * @param chunks how many the source has
     * @throws MalformedDataException if it is missing, or no map of so many chunks
     */
    static RowMap open(Store store, StorePrefix prefix, int chunks) {
        StoreKey of = prefix.key(CHUNKS);
        StoreKey key = prefix.key(ROWS);
        long expected = HEADER_BYTES + (long) ENTRY_BYTES * chunks;
        require(store.size(of) == expected, store, of, "expected " + expected + " bytes");
        @Nullable ByteBuffer entries = Stores.readWhole(store, of, expected);
        require(entries != null && entries.remaining() == expected, store, of, "it is gone");
        RowMap map =
                new RowMap(store, key, java.util.Objects.requireNonNull(entries).order(ByteOrder.LITTLE_ENDIAN));
        long bytes = map.begins[chunks];
        require(store.size(key) == bytes, store, key, "expected " + bytes + " bytes");
        return map;
    }

    private static void require(boolean holds, Store store, StoreKey key, String problem) {
        if (!holds) {
            throw new MalformedDataException("places of rows", 0, problem + ", found " + store.size(key))
                    .in(store.location() + "/" + key);
        }
    }

    /** How many rows each chunk of the source has. */
    int[] rows() {
        return rows.clone();
    }

    /**
     * Reads the addresses of the rows of some chunks.
     *
     * @param chunks how many the destination has
     * @throws MalformedDataException if the file was altered, or is not about such a destination
     */
    void read(int firstChunk, int endChunk, int chunks, long[][] into, Workspace workspace) {
        String place = store.location() + "/" + key;
        if (chunksThere != chunks) {
            throw new MalformedDataException(
                            "places of rows", 0, "they are in " + chunksThere + " chunks, but there are " + chunks)
                    .in(place);
        }
        int mark = workspace.mark();
        byte[] piece = workspace.borrow(PIECE_BYTES);
        try (ValueReader reader = store.reader(key)) {
            for (int chunk = firstChunk; chunk < endChunk && begins[endChunk] > begins[firstChunk]; chunk++) {
                CRC32C checksum = new CRC32C();
                long[] of = into[chunk - firstChunk];
                for (int row = 0; row < of.length; row += PIECE_BYTES / 8) {
                    int count = Math.min(PIECE_BYTES / 8, of.length - row);
                    java.util.Objects.requireNonNull(reader, "a file that stood there")
                            .read(begins[chunk] + 8L * row, piece, 0, 8 * count);
                    checksum.update(piece, 0, 8 * count);
                    for (int i = 0; i < count; i++) {
                        of[row + i] = Bytes.getLong(piece, 8 * i);
                    }
                }
                if ((int) checksum.getValue() != checksums[chunk]) {
                    throw new MalformedDataException(
                                    "places of rows",
                                    begins[chunk],
                                    "the checksum of chunk %d is %08x, stored is %08x"
                                            .formatted(chunk, (int) checksum.getValue(), checksums[chunk]))
                            .in(place);
                }
            }
        }
        workspace.releaseTo(mark);
    }

    /** Writes the map of a level that was assembled. */
    static void write(RunContext context, LinkEnd level, Store store, StorePrefix prefix) {
        int size = level.source().chunks().size();
        ByteBuffer entries = ByteBuffer.allocate(Math.toIntExact(HEADER_BYTES + (long) ENTRY_BYTES * size))
                .order(ByteOrder.LITTLE_ENDIAN);
        entries.putLong(level.target().chunks().size());
        long most = Math.min(context.maxHeldBytes(), context.budget().maxBytes() / 6);
        byte[] piece = new byte[PIECE_BYTES];
        try (ValueWriter writer = store.writer(prefix.key(ROWS), WriteMode.DIRECT)) {
            for (int first = 0; first < size; ) {
                int end = first;
                for (long bytes = 0; end < size && (end == first || bytes + its(level, end) <= most); end++) {
                    bytes += its(level, end);
                }
                try (AddressTable table = AddressTable.load(context, level, first, end)) {
                    for (int chunk = first; chunk < end; chunk++) {
                        int rows = level.source().rows(chunk);
                        entries.putInt(rows).putInt(append(table, chunk, rows, piece, writer));
                    }
                }
                first = end;
            }
            writer.commit();
        }
        store.set(prefix.key(CHUNKS), entries.flip(), WriteMode.DIRECT);
    }

    private static long its(LinkEnd level, int chunk) {
        return 8L * level.source().rows(chunk) + 24;
    }

    private static int append(AddressTable table, int chunk, int rows, byte[] piece, ValueWriter writer) {
        CRC32C checksum = new CRC32C();
        for (int row = 0; row < rows; row += PIECE_BYTES / 8) {
            int count = Math.min(PIECE_BYTES / 8, rows - row);
            for (int i = 0; i < count; i++) {
                Bytes.putLong(piece, 8 * i, table.of(chunk, row + i));
            }
            checksum.update(piece, 0, 8 * count);
            writer.append(ByteBuffer.wrap(piece, 0, 8 * count));
        }
        return (int) checksum.getValue();
    }
}
