package io.rezarr.vectors.write;

import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VertexFormat;

/**
 * A level that is to be written; its grid stands in {@link StoreGrids}.
 *
 * @param number in the destination
 * @param chunks all chunks that will have vertices; no other is written. Their numbers name chunks to the {@link LevelWriter}.
 * @param vertexFormat of the positions to be written
 * @param source the level whose values these are: the template for codecs, sharding, attributes, and the source of what is carried over
 */
public record LevelOutline(int number, ChunkIndex chunks, VertexFormat vertexFormat, VectorLevel source) {}
