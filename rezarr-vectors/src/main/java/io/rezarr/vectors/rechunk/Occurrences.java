package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.FragmentIndex;

/** All the places of objects that one row stands at: object, fragment's place, place in the fragment; ascending. */
final class Occurrences {
    static final Occurrences NONE = new Occurrences(new long[0], new int[0], new int[0], new int[0]);

    private final long[] objects;
    private final int[] places;
    private final int[] inFragment;
    private final int[] order;

    private Occurrences(long[] objects, int[] places, int[] inFragment, int... order) {
        this.objects = objects;
        this.places = places;
        this.inFragment = inFragment;
        this.order = order;
    }

    /** Looks through all fragments of the chunk: for rows of which there are few. */
    static Occurrences of(FragmentIndex index, int row, Owners owners) {
        int count = 0;
        for (int f = 0; f < index.size(); f++) {
            for (long i = 0; i < index.rows(f); i++) {
                count += index.row(f, i) == row ? owners.count(f) : 0;
            }
        }
        long[] objects = new long[count];
        int[] places = new int[count];
        int[] inFragment = new int[count];
        int at = 0;
        for (int f = 0; f < index.size(); f++) {
            for (long i = 0; i < index.rows(f); i++) {
                if (index.row(f, i) == row) {
                    for (int reference = owners.begin(f); reference < owners.end(f); reference++, at++) {
                        objects[at] = owners.object(reference);
                        places[at] = owners.place(reference);
                        inFragment[at] = (int) i;
                    }
                }
            }
        }
        return sorted(objects, places, inFragment);
    }

    private static Occurrences sorted(long[] objects, int[] places, int[] inFragment) {
        int[] order = IndexSort.sort(objects.length, (a, b) -> {
            int byObject = Long.compare(objects[a], objects[b]);
            int byPlace = byObject != 0 ? byObject : Integer.compare(places[a], places[b]);
            return byPlace != 0 ? byPlace : Integer.compare(inFragment[a], inFragment[b]);
        });
        return new Occurrences(objects, places, inFragment, order);
    }

    int size() {
        return order.length;
    }

    long object(int i) {
        return objects[order[i]];
    }

    int place(int i) {
        return places[order[i]];
    }

    int inFragment(int i) {
        return inFragment[order[i]];
    }

    /** As {@link Owners#signature}; never that of rows in one place. */
    long signature(boolean isPath) {
        if (size() <= 1) {
            return 0;
        }
        long hash = size();
        for (int i = 0; i < size(); i++) {
            hash = Signature.mix(hash, object(i));
            if (isPath) {
                hash = Signature.mix(Signature.mix(hash, place(i) - place(0)), inFragment(i) - inFragment(0));
            }
        }
        return hash == 0 ? 1 : hash;
    }
}
