package io.rezarr.vectors.rechunk;

/**
 * The bytes of a link on its way to where its ends are.
 *
 * <pre>
 * 0 order among all links  8 ends that are known, a bit each  16 attributes that it has values of, a bit each, and what it was
 * 24 ends  then the values of all attributes
 * </pre>
 *
 * <p>An end is a chunk (upper 32 bits) and a row of the source until it is known; then an address of {@link AddressTable}.
 */
final class LinkRecord {
    /** Among the attributes: the link was within a chunk. */
    static final long WAS_WITHIN = 1L << 62;

    /** Likewise: it was implied. */
    static final long WAS_IMPLIED = 1L << 61;

    static final int MAX_ATTRIBUTES = 60;

    private static final int HEADER_BYTES = 24;
    private static final int END_BYTES = 8;

    private LinkRecord() {}

    /** Where the values of attributes begin. */
    static int values(int width) {
        return HEADER_BYTES + END_BYTES * width;
    }

    static long order(byte[] record) {
        return Bytes.getLong(record, 0);
    }

    static void putOrder(byte[] record, long order) {
        Bytes.putLong(record, 0, order);
    }

    static long known(byte[] record) {
        return Bytes.getLong(record, 8);
    }

    static void putKnown(byte[] record, long known) {
        Bytes.putLong(record, 8, known);
    }

    static long has(byte[] array, int at) {
        return Bytes.getLong(array, at + 16);
    }

    static void putHas(byte[] record, long has) {
        Bytes.putLong(record, 16, has);
    }

    static boolean hasValues(byte[] record) {
        return (has(record, 0) & (1L << MAX_ATTRIBUTES) - 1) != 0;
    }

    static long end(byte[] array, int at, int end) {
        return Bytes.getLong(array, at + HEADER_BYTES + END_BYTES * end);
    }

    static void putEnd(byte[] record, int end, long place) {
        Bytes.putLong(record, HEADER_BYTES + END_BYTES * end, place);
    }

    /** Puts a record into an exchange. */
    static void put(byte[] record, long bucket, ExchangeOut out) {
        if (out.begin(bucket, order(record), record.length)) {
            System.arraycopy(record, 0, out.array(), out.offset(), record.length);
            out.end();
        }
    }
}
