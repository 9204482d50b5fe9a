package io.rezarr.vectors.model;

/**
 * An attribute with rows parallel to those of another family: to vertices, or to fragments.
 *
 * @param values rows one after the other
 */
public record ChunkAttribute(AttributeFormat format, ChunkValues values) {}
