package io.rezarr.vectors.rechunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Pieces one after the other, in blocks of memory. */
final class PieceList {
    private final List<byte[]> blocks = new ArrayList<>();
    private long[] keys = new long[32];
    private int[] places = new int[48];
    private int size;

    /** Adds a block, which pieces can then lie in. */
    void addBlock(byte[] block) {
        blocks.add(block);
    }

    void add(long bucket, long id, int offset, int length) {
        if (2 * size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * keys.length);
            places = Arrays.copyOf(places, 2 * places.length);
        }
        keys[2 * size] = bucket;
        keys[2 * size + 1] = id;
        places[3 * size] = blocks.size() - 1;
        places[3 * size + 1] = offset;
        places[3 * size + 2] = length;
        size++;
    }

    int size() {
        return size;
    }

    List<byte[]> blocks() {
        return blocks;
    }

    long bucket(int piece) {
        return keys[2 * piece];
    }

    long id(int piece) {
        return keys[2 * piece + 1];
    }

    int block(int piece) {
        return places[3 * piece];
    }

    int offset(int piece) {
        return places[3 * piece + 1];
    }

    int length(int piece) {
        return places[3 * piece + 2];
    }
}
