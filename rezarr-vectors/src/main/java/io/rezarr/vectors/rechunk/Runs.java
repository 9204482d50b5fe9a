package io.rezarr.vectors.rechunk;

import java.util.Arrays;

/** Runs of rows of one chunk of the source, each of rows that stay together as far as fragments go. Filled by one thread, and reused. */
final class Runs {
    /** The rows in the order in which fragments have them; those in no fragment last. */
    int[] walk = new int[0];

    int walked;
    int size;
    int[] start = new int[64];
    int[] count = new int[64];
    long[] owner = new long[64];
    int[] place = new int[64];
    int[] inFragment = new int[64];
    int[] flags = new int[64];
    long[] signature = new long[64];
    int[] fragment = new int[64];

    void clear(int rows) {
        size = 0;
        walked = 0;
        if (walk.length < rows) {
            walk = new int[Math.max(rows, walk.length * 3 / 2)];
        }
    }

    /** Begins a run with the next row that is walked. */
    void begin(long ownerOf, int placeOf, int inFragmentOf, long signatureOf, int fragmentOf, int flagsOf) {
        if (size == start.length) {
            int more = 2 * size;
            start = Arrays.copyOf(start, more);
            count = Arrays.copyOf(count, more);
            owner = Arrays.copyOf(owner, more);
            place = Arrays.copyOf(place, more);
            inFragment = Arrays.copyOf(inFragment, more);
            flags = Arrays.copyOf(flags, more);
            signature = Arrays.copyOf(signature, more);
            fragment = Arrays.copyOf(fragment, more);
        }
        start[size] = walked;
        count[size] = 0;
        owner[size] = ownerOf;
        place[size] = placeOf;
        inFragment[size] = inFragmentOf;
        flags[size] = flagsOf;
        signature[size] = signatureOf;
        fragment[size] = fragmentOf;
        size++;
    }

    /** Adds a row to the run that was begun last. */
    void add(int row) {
        walk[walked++] = row;
        count[size - 1]++;
    }

    void flagLast(int flag) {
        flags[size - 1] |= flag;
    }
}
