package io.rezarr.vectors.rechunk;

import io.rezarr.metadata.DataType;

/** What stands where there is no value: NaN in floats, 0 in all others. */
final class MissingValue {
    private MissingValue() {}

    /** Fills a row. */
    static void put(DataType type, byte[] to, int at, int rowBytes) {
        long bits = 0;
        if (type.kind() == DataType.Kind.FLOAT) {
            bits = type.elementBytes() == 2 ? 0x7e00L : type.elementBytes() == 4 ? 0x7fc00000L : 0x7ff8000000000000L;
        }
        for (int i = 0; i < rowBytes; i++) {
            to[at + i] = (byte) (bits >>> (8 * (i % type.elementBytes())));
        }
    }
}
