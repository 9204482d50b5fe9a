package io.rezarr.vectors.rechunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Little-endian numbers in arrays, and bytes out of buffers. */
public final class Bytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    public static long getLong(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    public static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    public static int getInt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    public static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    /** Copies one row; those of a few small sizes without a call. */
    public static void copyRow(byte[] from, int at, byte[] to, int there, int length) {
        switch (length) {
            case 4 -> INT.set(to, there, (int) INT.get(from, at));
            case 8 -> LONG.set(to, there, (long) LONG.get(from, at));
            case 12 -> {
                LONG.set(to, there, (long) LONG.get(from, at));
                INT.set(to, there + 8, (int) INT.get(from, at + 8));
            }
            default -> System.arraycopy(from, at, to, there, length);
        }
    }

    /** A buffer over a part of an array, little-endian. */
    public static ByteBuffer view(byte[] array, int from, int length) {
        return ByteBuffer.wrap(array, from, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }
}
