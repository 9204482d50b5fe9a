package io.rezarr.vectors.rechunk;

import io.rezarr.error.MalformedDataException;

/** Which objects refer to the fragments of one chunk, and as which fragment of theirs. */
public final class Owners {
    private final int[] first;
    private final long[] objects;
    private final int[] places;

    private Owners(int[] first, long[] objects, int... places) {
        this.first = first;
        this.objects = objects;
        this.places = places;
    }

    /**
     * @param range has pieces of {@link FragmentReferences} with ids from 0
     * @param fragments how many the chunk has
     * @param place of the chunk, for messages
     */
    public static Owners of(PieceRange range, long chunk, int fragments, String place) {
        int[] first = new int[fragments + 1];
        PieceRange its = range.within(chunk, chunk + 1);
        Pieces pieces = its.pieces();
        for (int piece = its.from(); piece < its.to(); piece++) {
            for (int i = 0; pieces.id(piece) >= 0 && i < pieces.length(piece); i += FragmentReferences.BYTES) {
                int fragment = Bytes.getInt(pieces.array(piece), pieces.offset(piece) + i);
                if (fragment < 0 || fragment >= fragments) {
                    throw new MalformedDataException(
                                    "object manifest",
                                    0,
                                    "an object names fragment " + fragment + ", the chunk has " + fragments)
                            .in(place);
                }
                first[fragment + 1]++;
            }
        }
        for (int f = 0; f < fragments; f++) {
            first[f + 1] += first[f];
        }
        long[] objects = new long[first[fragments]];
        int[] places = new int[objects.length];
        int[] next = first.clone();
        for (int piece = its.from(); piece < its.to(); piece++) {
            for (int i = 0; pieces.id(piece) >= 0 && i < pieces.length(piece); i += FragmentReferences.BYTES) {
                int at = pieces.offset(piece) + i;
                int slot = next[Bytes.getInt(pieces.array(piece), at)]++;
                objects[slot] = Bytes.getLong(pieces.array(piece), at + 4);
                places[slot] = Bytes.getInt(pieces.array(piece), at + 12);
            }
        }
        return new Owners(first, objects, places);
    }

    /** The first reference to a fragment. */
    public int begin(int fragment) {
        return first[fragment];
    }

    public int end(int fragment) {
        return first[fragment + 1];
    }

    int count(int fragment) {
        return first[fragment + 1] - first[fragment];
    }

    public long object(int reference) {
        return objects[reference];
    }

    public int place(int reference) {
        return places[reference];
    }

    /**
     * Tells fragments with several references apart, by whom they are from: 0 for a single one. For paths, also by how far their places are apart, so
     * that fragments that follow one another everywhere have the same.
     */
    long signature(int fragment, boolean isPath) {
        int begin = first[fragment];
        int end = first[fragment + 1];
        if (end - begin <= 1) {
            return 0;
        }
        int references = end - begin;
        long hash = references;
        for (int reference = begin; reference < end; reference++) {
            hash = Signature.mix(hash, objects[reference]);
            if (isPath) {
                hash = Signature.mix(Signature.mix(hash, places[reference] - places[begin]), 0);
            }
        }
        return hash == 0 ? 1 : hash;
    }
}
