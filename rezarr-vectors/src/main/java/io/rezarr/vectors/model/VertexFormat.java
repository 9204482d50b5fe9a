package io.rezarr.vectors.model;

import io.rezarr.metadata.DataType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How positions are stored: a number for each dimension, {@code float32} or {@code float64} in practice. */
public final class VertexFormat {
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle DOUBLE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

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

    /** One coordinate of each of some rows that follow one another, from the beginning of {@code into}. */
    public void coordinates(ByteBuffer vertices, int firstRow, int rows, int axis, double[] into) {
        int step = rowBytes();
        boolean isArray = vertices.hasArray() && vertices.order() == ByteOrder.LITTLE_ENDIAN;
        if (!isArray || !(isFloat32 || isFloat64)) {
            for (int row = 0; row < rows; row++) {
                into[row] = coordinate(vertices, firstRow + row, axis);
            }
            return;
        }
        byte[] array = vertices.array();
        int at = vertices.arrayOffset() + vertices.position() + firstRow * step + axis * type.elementBytes();
        if (isFloat32) {
            for (int row = 0; row < rows; row++, at += step) {
                into[row] = (float) FLOAT.get(array, at);
            }
        } else {
            for (int row = 0; row < rows; row++, at += step) {
                into[row] = (double) DOUBLE.get(array, at);
            }
        }
    }
}
