package io.rezarr.vectors.model;

import io.rezarr.error.MalformedDataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * Which rows of a chunk each of its fragments has: a range, or a list in any order. The same encoding tells which rows of links make a group.
 *
 * <p>Encoded form, little-endian: u32 magic {@code 0x5A564647}, u16 version 1, u16 flags 0, u32 fragments F, u32 ranges R; if F &gt; 0 a bitmap of
 * F bits padded to 8 bytes (1 = range), R × (i64 start, i64 count), (F-R+1) × u32 offsets into what follows, the i64 row numbers of the lists.
 *
 * <p>Row numbers are as stored: {@link #firstFragmentBeyond} tells whether they exist.
 */
public final class FragmentIndex {
    private static final String NAME = "fragment index";
    private static final int MAGIC = 0x5A564647;
    private static final int HEADER_BYTES = 16;

    /** The first row of a range; of a list, where it begins in {@link #listed}. */
    private final long[] starts;
    /** How many rows; of a list, {@code -1 -} that. */
    private final long[] counts;

    private final long[] listed;

    private FragmentIndex(long[] starts, long[] counts, long... listed) {
        this.starts = starts;
        this.counts = counts;
        this.listed = listed;
    }

    /**
     * Decodes the remaining bytes; memory is taken only for what is there.
     *
     * @throws MalformedDataException if they are no fragment index: other magic or version, sizes that contradict each other, negative counts
     */
    public static FragmentIndex decode(ByteBuffer encoded) {
        ByteBuffer bytes = encoded.slice().order(ByteOrder.LITTLE_ENDIAN);
        long size = bytes.limit();
        requireHeader(bytes);
        long fragments = Integer.toUnsignedLong(bytes.getInt(8));
        long ranges = Integer.toUnsignedLong(bytes.getInt(12));
        if (fragments == 0) {
            requireSize(ranges == 0 ? HEADER_BYTES : -1, size, fragments, ranges);
            return new FragmentIndex(new long[0], new long[0]);
        }
        long bitmapBytes = (fragments + 63) / 64 * 8;
        long rangesAt = HEADER_BYTES + bitmapBytes;
        long offsetsAt = rangesAt + 16 * ranges;
        long listedAt = offsetsAt + 4 * (fragments - ranges + 1);
        if (ranges > fragments || listedAt > size) {
            throw sizesContradict(listedAt, size, fragments, ranges);
        }
        long listed = Integer.toUnsignedLong(bytes.getInt((int) listedAt - 4));
        requireSize(listedAt + 8 * listed, size, fragments, ranges);
        return read(bytes, (int) fragments, (int) ranges, (int) rangesAt, (int) offsetsAt, (int) listed);
    }

    private static void requireHeader(ByteBuffer bytes) {
        if (bytes.limit() < HEADER_BYTES) {
            throw new MalformedDataException(
                    NAME, 0, "expected a header of " + HEADER_BYTES + " bytes, found " + bytes.limit() + " bytes");
        }
        int magic = bytes.getInt(0);
        int version = Short.toUnsignedInt(bytes.getShort(4));
        int flags = Short.toUnsignedInt(bytes.getShort(6));
        if (magic != MAGIC || version != 1 || flags != 0) {
            throw new MalformedDataException(
                    NAME,
                    0,
                    "expected magic %08x, version 1, flags 0, found %08x, %d, %d"
                            .formatted(MAGIC, magic, version, flags));
        }
    }

    private static void requireSize(long expected, long found, long fragments, long ranges) {
        if (expected != found) {
            throw sizesContradict(expected, found, fragments, ranges);
        }
    }

    private static MalformedDataException sizesContradict(long expected, long found, long fragments, long ranges) {
        return new MalformedDataException(
                NAME,
                8,
                "expected " + expected + " bytes for " + fragments + " fragments, " + ranges + " of them ranges, found "
                        + found);
    }

    private static FragmentIndex read(
            ByteBuffer bytes, int fragments, int ranges, int rangesAt, int offsetsAt, int listedRows) {
        long[] starts = new long[fragments];
        long[] counts = new long[fragments];
        int range = 0;
        int list = 0;
        for (int f = 0; f < fragments; f++) {
            boolean isRange = (bytes.get(HEADER_BYTES + (f >> 3)) >> (f & 7) & 1) != 0;
            if (isRange && range < ranges) {
                starts[f] = bytes.getLong(rangesAt + 16 * range);
                counts[f] = bytes.getLong(rangesAt + 16 * range + 8);
                range++;
            } else if (!isRange && list < fragments - ranges) {
                long from = Integer.toUnsignedLong(bytes.getInt(offsetsAt + 4 * list));
                long to = Integer.toUnsignedLong(bytes.getInt(offsetsAt + 4 * list + 4));
                requireAscending(f, from, to, listedRows, list == 0);
                starts[f] = from;
                counts[f] = -1 - (to - from);
                list++;
            } else {
                throw new MalformedDataException(
                        NAME, HEADER_BYTES, "expected " + ranges + " ranges, its bitmap has another number of them");
            }
            requireRange(f, starts[f], counts[f], isRange);
        }
        long[] listed = new long[listedRows];
        bytes.position(bytes.limit() - 8 * listedRows)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(listed);
        return new FragmentIndex(starts, counts, listed);
    }

    private static void requireRange(int fragment, long start, long count, boolean isRange) {
        if (isRange && (count < 0 || start < 0 || start > Long.MAX_VALUE - count)) {
            throw new MalformedDataException(
                    NAME,
                    HEADER_BYTES,
                    "fragment " + fragment + " begins at row " + start + " and has " + count + " rows");
        }
    }

    private static void requireAscending(int fragment, long from, long to, long listed, boolean first) {
        if (from > to || to > listed || (first && from != 0)) {
            throw new MalformedDataException(
                    NAME,
                    HEADER_BYTES,
                    "fragment " + fragment + " has the rows from " + from + " to " + to + " of a list of " + listed);
        }
    }

    /** How many fragments there are. */
    public int size() {
        return starts.length;
    }

    public boolean isRange(int fragment) {
        return counts[fragment] >= 0;
    }

    /** How many rows a fragment has. */
    public long rows(int fragment) {
        long count = counts[fragment];
        return count >= 0 ? count : -1 - count;
    }

    /** The row at a place of a fragment, from 0. */
    public long row(int fragment, long place) {
        long start = starts[fragment];
        return counts[fragment] >= 0 ? start + place : listed[(int) (start + place)];
    }

    /** The first fragment that names a row below 0, or not below {@code rows}; -1 if there is none. */
    public int firstFragmentBeyond(long rows) {
        for (int f = 0; f < starts.length; f++) {
            if (isRange(f) ? counts[f] > 0 && starts[f] + counts[f] > rows : listsBeyond(f, rows)) {
                return f;
            }
        }
        return -1;
    }

    private boolean listsBeyond(int fragment, long rows) {
        for (long place = 0; place < rows(fragment); place++) {
            long row = row(fragment, place);
            if (row < 0 || row >= rows) {
                return true;
            }
        }
        return false;
    }

    /** Whether every row from 0 is in exactly one fragment, in whatever order. */
    public boolean coversOnce(long rows) {
        if (tiles(rows)) {
            return true;
        }
        if (firstFragmentBeyond(rows) >= 0) {
            return false;
        }
        BitSet covered = new BitSet();
        long count = 0;
        for (int f = 0; f < starts.length; f++) {
            for (long place = 0; place < rows(f) && count <= rows; place++, count++) {
                covered.set((int) row(f, place));
            }
        }
        return count == rows && covered.cardinality() == rows;
    }

    /**
     * Whether all fragments are ranges that cover the rows from 0 in order, empty ones beginning where the one before ends.
     *
     * @param rows how many there are to cover
     */
    public boolean tiles(long rows) {
        return firstGap(rows) < 0;
    }

    /** The first fragment that breaks the order of {@link #tiles}; the number of fragments if rows are left over; -1 if they tile. */
    public int firstGap(long rows) {
        long next = 0;
        for (int f = 0; f < starts.length; f++) {
            if (!isRange(f) || starts[f] != next) {
                return f;
            }
            next += counts[f];
        }
        return next == rows ? -1 : starts.length;
    }
}
