package io.rezarr.vectors.write;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;

/** Writes a family that has a value for some of the chunks. For many threads, under the rule of {@link LevelWriter} about units. */
public interface ChunkValuesWriter {
    /**
     * Writes the value of a chunk, once.
     *
     * @param value all remaining bytes, little-endian; its position and limit are left as they are, and it is not kept. A value without
     *     bytes is none
     * @param workspace what is borrowed from it is given back before this returns
     */
    void write(int chunk, ByteBuffer value, Workspace workspace);
}
