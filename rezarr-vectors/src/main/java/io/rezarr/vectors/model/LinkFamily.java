package io.rezarr.vectors.model;

import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import java.util.List;

/**
 * The links of a level to itself or to another level: edges, faces, steps of paths from chunk to chunk, children and parents. Read a batch at a
 * time, each of which fits in memory; safe for use by many threads, each with its own workspace.
 */
public interface LinkFamily {
    LinkFormat format();

    /** The path below the store, for messages: {@code 0/links/+1}. */
    String path();

    /** The attributes of the links. A batch need not have values of all of them. */
    List<AttributeFormat> attributes();

    /** How many batches there are, each of one chunk, or of a range of links that cross chunks. */
    int batches();

    /** Whether the links of a batch are stored as going from chunk to chunk. */
    boolean isCrossing(int batch);

    /**
     * Reads some links.
     *
     * @return valid until the workspace is released
     * @throws io.rezarr.error.MalformedDataException if they do not decode
     */
    LinkBatch read(int batch, Workspace workspace);

    /** The bytes→bytes codecs of the links, likewise as {@link ChunkValues#codecs}. */
    default List<CodecSpec> codecs() {
        return List.of();
    }
}
