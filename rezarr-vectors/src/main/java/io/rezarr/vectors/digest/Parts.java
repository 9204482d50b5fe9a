package io.rezarr.vectors.digest;

import io.rezarr.store.Sha256;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the parts of a digest. */
final class Parts {
    private static final Comparator<VectorDigest.Part> ORDER = Comparator.comparingInt(VectorDigest.Part::level)
            .thenComparing(VectorDigest.Part::name)
            .thenComparing(VectorDigest.Part::value);

    private final List<VectorDigest.Part> parts = new ArrayList<>();

    /** A sum of hashes, unless it is one of nothing: an empty family is as good as none. */
    void add(int level, String name, long count, long sum) {
        if (count > 0) {
            parts.add(new VectorDigest.Part(level, name, count, "%016x".formatted(sum), true));
        }
    }

    /** Likewise of what does not make up the content, and is only told. */
    void addApart(int level, String name, long count, long sum) {
        if (count > 0) {
            parts.add(new VectorDigest.Part(level, name, count, "%016x".formatted(sum), false));
        }
    }

    /** Something that is said, not counted. */
    void addText(int level, String name, String text) {
        parts.add(new VectorDigest.Part(level, name + " metadata", 0, Sha256.hex(text), true));
    }

    List<VectorDigest.Part> sorted() {
        return parts.stream().sorted(ORDER).toList();
    }
}
