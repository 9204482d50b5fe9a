package io.rezarr.vectors.write;

import io.rezarr.vectors.model.AttributeFormat;

/**
 * An attribute that is to be written.
 *
 * @param format as of the source: its name, type and members
 * @param columns how many its rows truly have, as told by their bytes
 */
public record AttributeColumns(AttributeFormat format, long columns) {
    /** The bytes of one row. */
    public long rowBytes() {
        return Math.multiplyExact(columns, format.type().elementBytes());
    }
}
