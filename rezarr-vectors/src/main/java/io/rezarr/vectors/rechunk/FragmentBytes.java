package io.rezarr.vectors.rechunk;

/** Encodes a {@link io.rezarr.vectors.model.FragmentIndex} whose fragments are ranges, one behind the other. */
public final class FragmentBytes {
    private static final int MAGIC = 0x5A564647;
    private static final int HEADER_BYTES = 16;

    private FragmentBytes() {}

    public static long size(long fragments) {
        return fragments == 0 ? HEADER_BYTES : HEADER_BYTES + (fragments + 63) / 64 * 8 + 16 * fragments + 4;
    }

    /** @param to has room for {@link #size} */
    static void put(NewFragments fragments, byte[] to) {
        int at = putHeader(fragments.size(), to);
        for (int f = 0; f < fragments.size(); f++, at += 16) {
            Bytes.putLong(to, at, fragments.start(f));
            Bytes.putLong(to, at + 8, fragments.end(f) - fragments.start(f));
        }
        putEnd(fragments.size(), to, at);
    }

    /**
     * Fragments of one row each.
     *
     * @param to has room for {@link #size}
     */
    public static void putSingleRows(int rows, byte[] to) {
        int at = putHeader(rows, to);
        for (int row = 0; row < rows; row++, at += 16) {
            Bytes.putLong(to, at, row);
            Bytes.putLong(to, at + 8, 1);
        }
        putEnd(rows, to, at);
    }

    /** Gives where the ranges begin. */
    private static int putHeader(int fragments, byte[] to) {
        Bytes.putInt(to, 0, MAGIC);
        Bytes.putInt(to, 4, 1);
        Bytes.putInt(to, 8, fragments);
        Bytes.putInt(to, 12, fragments);
        int at = HEADER_BYTES;
        for (int first = 0; first < fragments; first += 64, at += 8) {
            int left = fragments - first;
            Bytes.putLong(to, at, left >= 64 ? -1 : (1L << left) - 1);
        }
        return at;
    }

    /** The offset of the lists, of which there are none; an index without fragments does not even have that. */
    private static void putEnd(int fragments, byte[] to, int at) {
        if (fragments > 0) {
            Bytes.putInt(to, at, 0);
        }
    }
}
