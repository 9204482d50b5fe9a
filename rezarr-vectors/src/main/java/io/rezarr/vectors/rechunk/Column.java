package io.rezarr.vectors.rechunk;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;

/** The rows of one family in one chunk. */
public final class Column {
    private final byte[] array;
    private final int offset;
    private final int rowBytes;

    private Column(byte[] array, int offset, int rowBytes) {
        this.array = array;
        this.offset = offset;
        this.rowBytes = rowBytes;
    }

    /** Without a copy where the buffer allows it. */
    public static Column of(ByteBuffer values, int rowBytes, Workspace workspace) {
        if (values.hasArray()) {
            return new Column(values.array(), values.arrayOffset() + values.position(), rowBytes);
        }
        byte[] copy = workspace.borrow(values.remaining());
        values.get(values.position(), copy, 0, values.remaining());
        return new Column(copy, 0, rowBytes);
    }

    int rowBytes() {
        return rowBytes;
    }

    /** Copies rows that follow one another. */
    void copyRows(int first, int count, byte[] to, int at) {
        System.arraycopy(array, offset + first * rowBytes, to, at, count * rowBytes);
    }

    public void copyTo(int row, byte[] to, int at) {
        Bytes.copyRow(array, offset + row * rowBytes, to, at, rowBytes);
    }
}
