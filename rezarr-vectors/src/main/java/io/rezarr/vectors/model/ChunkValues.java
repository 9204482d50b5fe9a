package io.rezarr.vectors.model;

import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An array family that has a value (bytes) for some of the chunks: positions, fragments, an attribute. Safe for use by many threads, each with
 * its own workspace.
 */
public interface ChunkValues {
    /** The path below the store, for messages: {@code 0/vertex_attributes/radius}. */
    String path();

    /** The chunks that the family lists. */
    ChunkIndex chunks();

    /**
     * Reads the value of one chunk, listed or not.
     *
     * @return little-endian, valid until the workspace is released; {@code null} if nothing is stored
     * @throws io.rezarr.error.MalformedDataException if it does not decode, or has more bytes than the store was opened for
     * @throws io.rezarr.error.InvalidMetadataException if its metadata are wrong
     */
    @Nullable
    ByteBuffer read(ChunkKey key, Workspace workspace);

    /** How many bytes {@link #read} would give, without decoding where the layout allows it; -1 if nothing is stored. */
    long bytes(ChunkKey key, Workspace workspace);

    /** The bytes→bytes codecs of the values, in the terms of v3, as far as one of them tells; none if values are stored as they are. */
    default List<CodecSpec> codecs() {
        return List.of();
    }
}
