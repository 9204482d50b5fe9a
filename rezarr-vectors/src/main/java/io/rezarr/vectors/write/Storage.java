package io.rezarr.vectors.write;

import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How values of chunks are stored, where that is not to be as in the source, family by family.
 *
 * @param codecs bytes→bytes codecs for all families, in the terms of v3; {@code null} keeps each family's own
 * @param shards whether chunks lie in shards
 * @param shardShape in chunks, for {@link Shards#SHAPE}; {@code null} otherwise
 */
public record Storage(
        @Nullable List<CodecSpec> codecs,
        Shards shards,
        @Nullable Shape shardShape) {
    /** Whether chunks lie in shards. */
    public enum Shards {
        /** As in the source, family by family. */
        KEEP,
        /** No family's do. */
        NONE,
        /** Every family's do, in shards of {@link Storage#shardShape}. */
        SHAPE
    }

    public static final Storage AS_IN_SOURCE = new Storage(null, Shards.KEEP, null);

    public Storage {
        codecs = codecs == null ? null : List.copyOf(codecs);
        if ((shards == Shards.SHAPE) != (shardShape != null)) {
            throw new IllegalArgumentException("shards are " + shards + ", their shape is " + shardShape);
        }
    }
}
