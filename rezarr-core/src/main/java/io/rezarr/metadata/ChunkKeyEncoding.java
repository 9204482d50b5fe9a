package io.rezarr.metadata;

import org.jspecify.annotations.Nullable;

/**
 * How a chunk's grid indices become its key below the array's prefix.
 *
 * @param kind {@code DEFAULT} of v3 ({@code c/0/1}, {@code c} for rank 0) or {@code V2} ({@code 0.1}, {@code 0} for rank 0)
 * @param separator {@code '/'} or {@code '.'}
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/chunk-key-encodings/index.html">Zarr v3, chunk key encodings</a>
 */
public record ChunkKeyEncoding(Kind kind, char separator) {
    public enum Kind {
        DEFAULT,
        V2
    }

    /** The key of a chunk, relative to its array. */
    public String keyOf(long[] chunkIndex) {
        StringBuilder key = new StringBuilder(8 + 8 * chunkIndex.length);
        if (kind == Kind.DEFAULT) {
            key.append('c');
        }
        for (int axis = 0; axis < chunkIndex.length; axis++) {
            if (axis > 0 || kind == Kind.DEFAULT) {
                key.append(separator);
            }
            key.append(chunkIndex[axis]);
        }
        return key.isEmpty() ? "0" : key.toString();
    }

    /** The grid indices that a key stands for; {@code null} if it is not exactly the key of a chunk of that rank. */
    public long @Nullable [] indexOf(String key, int rank) {
        boolean isDefault = kind == Kind.DEFAULT;
        if (rank == 0) {
            return key.equals(isDefault ? "c" : "0") ? new long[0] : null;
        }
        if (isDefault && !key.startsWith("c")) {
            return null;
        }
        long[] index = new long[rank];
        int position = isDefault ? 1 : 0;
        for (int axis = 0; axis < rank; axis++) {
            if (axis > 0 || isDefault) {
                if (position >= key.length() || key.charAt(position) != separator) {
                    return null;
                }
                position++;
            }
            int end = endOfNumber(key, position);
            long parsed = number(key, position, end);
            if (parsed < 0) {
                return null;
            }
            index[axis] = parsed;
            position = end;
        }
        return position == key.length() ? index : null;
    }

    /** Whether a directory of that name can be on the way to a chunk, under one separator or the other. */
    public static boolean isPartOfKey(String name) {
        return name.equals("c") || name.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static int endOfNumber(String key, int start) {
        int end = start;
        while (end < key.length() && key.charAt(end) >= '0' && key.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    /** The number, or -1 if there is none, it has leading zeros, or is beyond 2^63 - 1. */
    private static long number(String key, int start, int end) {
        int digits = end - start;
        if (digits == 0 || digits > 19 || (digits > 1 && key.charAt(start) == '0')) {
            return -1;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            value = 10 * value + (key.charAt(i) - '0');
        }
        return value; // 19 digits beyond 2^63 - 1 have become negative
    }
}
