package io.rezarr.vectors.layout.v09;

import io.rezarr.vectors.model.ChunkKey;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an array of links: the chunks of all ends but the first, relative to that of the first: {@code 0.0.0_+1.0.-1}.
 *
 * @param offsets of each of those ends; none where links have one end
 */
public record LinkSegment(String name, List<ChunkKey> offsets) {
    /** The only array of links with one end. */
    static final String SELF = "self";

    private static final Pattern OFFSET = Pattern.compile("(0|[+-][1-9][0-9]{0,17})(\\.(0|[+-][1-9][0-9]{0,17}))*");

    public LinkSegment {
        offsets = List.copyOf(offsets);
    }

    /**
     * @param rank how many coordinates a chunk has
     * @return {@code null} if the name does not fit
     */
    public static @Nullable LinkSegment parse(String name, int rank, int width) {
        if (width == 1) {
            return name.equals(SELF) ? new LinkSegment(name, List.of()) : null;
        }
        List<ChunkKey> offsets = new ArrayList<>();
        for (String text : name.split("_", -1)) {
            ChunkKey offset = OFFSET.matcher(text).matches() ? ChunkKey.parse(text.replace("+", "")) : null;
            if (offset == null || offset.rank() != rank) {
                return null;
            }
            offsets.add(offset);
        }
        return offsets.size() == width - 1 ? new LinkSegment(name, offsets) : null;
    }

    /**
     * The array of links whose ends have those offsets.
     *
     * @param offsets one behind the other
     */
    static LinkSegment of(ChunkKey offsets, int rank) {
        List<ChunkKey> split = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        for (int at = 0; at < offsets.rank(); at += rank) {
            long[] offset = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                offset[axis] = offsets.coordinate(at + axis);
                name.append(axis > 0 ? "." : at > 0 ? "_" : "")
                        .append(offset[axis] > 0 ? "+" : "")
                        .append(offset[axis]);
            }
            split.add(ChunkKey.of(offset));
        }
        return new LinkSegment(split.isEmpty() ? SELF : name.toString(), split);
    }

    /** Whether all ends are in one chunk (of grids that are aligned). */
    public boolean isZero() {
        return offsets.stream().allMatch(LinkSegment::isZero);
    }

    private static boolean isZero(ChunkKey offset) {
        for (int axis = 0; axis < offset.rank(); axis++) {
            if (offset.coordinate(axis) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether ends that are sorted by chunk can have these offsets: none below the first end's, none below that of the end before. */
    public boolean isSorted() {
        for (int end = 0; end < offsets.size(); end++) {
            ChunkKey before = end == 0 ? ChunkKey.of(new long[offsets.get(0).rank()]) : offsets.get(end - 1);
            if (before.compareTo(offsets.get(end)) > 0) {
                return false;
            }
        }
        return true;
    }
}
