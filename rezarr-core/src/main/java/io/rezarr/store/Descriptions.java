package io.rezarr.store;

import java.util.TreeSet;
import java.util.function.Consumer;

/** Words for what stands at a prefix. */
final class Descriptions {
    private static final int MAX_NAMES = 5;

    private Descriptions() {}

    /** {@code "is a directory with 7 entries ('.zattrs', '0', '1', ...)"}. */
    static String ofChildren(String what, Consumer<Consumer<String>> listing) {
        TreeSet<String> first = new TreeSet<>();
        long[] count = new long[1];
        listing.accept(name -> {
            count[0]++;
            first.add("'" + name + "'");
            if (first.size() > MAX_NAMES) {
                first.pollLast();
            }
        });
        if (count[0] == 0) {
            return what + " without entries";
        }
        String names = String.join(", ", first) + (count[0] > first.size() ? ", ..." : "");
        return what + " with " + count[0] + (count[0] == 1 ? " entry (" : " entries (") + names + ")";
    }
}
