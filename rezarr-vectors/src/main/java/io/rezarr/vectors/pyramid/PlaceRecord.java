package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.rechunk.Bytes;

/** What is said of one thing and one place in a level: int number of the thing, int chunk, int row. */
final class PlaceRecord {
    static final int BYTES = 12;

    private PlaceRecord() {}

    static void put(byte[] to, int at, int number, int chunk, int row) {
        Bytes.putInt(to, at, number);
        Bytes.putInt(to, at + 4, chunk);
        Bytes.putInt(to, at + 8, row);
    }

    static int number(byte[] from, int at) {
        return Bytes.getInt(from, at);
    }

    static int chunk(byte[] from, int at) {
        return Bytes.getInt(from, at + 4);
    }

    static int row(byte[] from, int at) {
        return Bytes.getInt(from, at + 8);
    }
}
