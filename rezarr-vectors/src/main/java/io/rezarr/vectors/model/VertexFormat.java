package io.rezarr.vectors.model;

import io.rezarr.metadata.DataType;
import java.nio.ByteBuffer;

/** How positions are stored: a number for each dimension, {@code float32} or {@code float64} in practice. */
public final class VertexFormat {
    private final DataType type;
    private final int dimensions;
    private final boolean isFloat32;
    private final boolean isFloat64;

    /** @param dimensions at least 1 */
    public VertexFormat(DataType type, int dimensions) {
        this.type = type;
        this.dimensions = dimensions;
        this.isFloat32 = type.name().equals("float32");
        this.isFloat64 = type.name().equals("float64");
    }

    public DataType type() {
        return type;
    }

    public int dimensions() {
        return dimensions;
    }

    public int rowBytes() {
        return Math.multiplyExact(type.elementBytes(), dimensions);
    }

    /** One coordinate of a row of {@code vertices}, widened to double; exact for floats. */
    public double coordinate(ByteBuffer vertices, int row, int axis) {
        int at = vertices.position() + row * rowBytes() + axis * type.elementBytes();
        if (isFloat32) {
            return vertices.getFloat(at);
        }
        return isFloat64 ? vertices.getDouble(at) : Numbers.asDouble(type, vertices, at);
    }
}
