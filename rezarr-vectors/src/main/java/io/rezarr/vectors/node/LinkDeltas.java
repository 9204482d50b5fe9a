package io.rezarr.vectors.node;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** The names of link families: {@code 0}, {@code +1}, {@code -2}. */
public final class LinkDeltas {
    private static final Pattern NAME = Pattern.compile("0|[+-][1-9][0-9]{0,8}");

    private LinkDeltas() {}

    /** The deltas among some names, ascending, each once. */
    public static List<Integer> of(Collection<String> names) {
        List<Integer> deltas = new ArrayList<>();
        for (String name : names) {
            if (NAME.matcher(name).matches() && !deltas.contains(Integer.valueOf(name))) {
                deltas.add(Integer.valueOf(name));
            }
        }
        Collections.sort(deltas);
        return deltas;
    }
}
