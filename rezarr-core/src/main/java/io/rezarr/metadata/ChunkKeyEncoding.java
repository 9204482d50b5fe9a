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
        throw new UnsupportedOperationException();
    }
}
