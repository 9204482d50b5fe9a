package io.rezarr.vectors.model;

import io.rezarr.metadata.DataType;
import java.nio.ByteBuffer;

/**
 * How positions are stored.
 *
 * @param type {@code float32} or {@code float64} in practice; any number
 * @param dimensions at least 1
 */
public record VertexFormat(DataType type, int dimensions) {
    public int rowBytes() {
        return Math.multiplyExact(type.elementBytes(), dimensions);
    }

    /** One coordinate of a row of {@code vertices}, widened to double; exact for floats. */
    public double coordinate(ByteBuffer vertices, int row, int axis) {
        int at = vertices.position() + row * rowBytes() + axis * type.elementBytes();
        return switch (type.name()) {
            case "float32" -> vertices.getFloat(at);
            case "float64" -> vertices.getDouble(at);
            default -> Numbers.asDouble(type, vertices, at);
        };
    }
}
