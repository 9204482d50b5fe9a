package io.rezarr.rechunk;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chunk shape that a user asks for: {@code 512,32,32}, {@code time=-1,lat=18}, {@code time=-1,...=16MiB},
 * {@code auto[:16MiB]}, {@code keep}. -1 is the whole axis; an axis left out by name is kept; {@code ...} is every
 * axis left out, sized together so that a chunk is at most that large. The empty text is right for rank 0.
 */
sealed interface ChunkSpec {
    long DEFAULT_AUTO_BYTES = 16L << 20;

    /** What a spec is resolved against. */
    record Target(Shape shape, @Nullable List<@Nullable String> dimensionNames, Shape chunks, int elementBytes) {
        boolean hasAnyOf(Set<String> names) {
            return dimensionNames != null && names.stream().anyMatch(dimensionNames::contains);
        }
    }

    /** Whether it says something of such an array: its rank fits, or it names one of its dimensions. */
    boolean fits(Target target);

    /** The chunk shape; asked only if it {@link #fits}, or the array was named alone. */
    Shape resolve(Target target);

    /** @throws InvalidRequestException if it is none of the forms */
    static ChunkSpec parse(String text) {
        String spec = text.strip();
        if (spec.equals("keep")) {
            return new Keep();
        }
        if (spec.equals("auto")) {
            return new Auto(DEFAULT_AUTO_BYTES);
        }
        if (spec.startsWith("auto:")) {
            return new Auto(ByteSize.parse(spec.substring("auto:".length()), "--chunks " + text));
        }
        return spec.indexOf('=') >= 0 ? ByName.parse(spec) : ByAxis.parse(spec);
    }

    /** Chunks stay as they are. */
    record Keep() implements ChunkSpec {
        @Override
        public boolean fits(Target target) {
            return true;
        }

        @Override
        public Shape resolve(Target target) {
            return target.chunks();
        }
    }

    /** Chunks of the array's proportions, at most that large. */
    record Auto(long maxBytes) implements ChunkSpec {
        @Override
        public boolean fits(Target target) {
            return true;
        }

        @Override
        public Shape resolve(Target target) {
            long[] unset = new long[target.shape().rank()];
            return fillUnset(unset, target, maxBytes);
        }
    }

    /** An extent for each axis in order. */
    record ByAxis(List<Long> extents) implements ChunkSpec {
        static ByAxis parse(String spec) {
            List<Long> extents = new ArrayList<>();
            if (!spec.isEmpty()) {
                for (String item : spec.split(",", -1)) {
                    extents.add(extent(item, spec));
                }
            }
            return new ByAxis(List.copyOf(extents));
        }

        @Override
        public boolean fits(Target target) {
            return extents.size() == target.shape().rank();
        }

        @Override
        public Shape resolve(Target target) {
            if (!fits(target)) {
                throw new InvalidRequestException("--chunks " + SpecText.join(extents) + " names " + extents.size()
                        + " axes, the array of shape " + target.shape() + " has "
                        + target.shape().rank());
            }
            long[] chunks = new long[extents.size()];
            for (int axis = 0; axis < chunks.length; axis++) {
                chunks[axis] = wholeAxis(extents.get(axis), target.shape().extent(axis));
            }
            return Shape.of(chunks);
        }
    }

    /**
     * Extents by dimension name.
     *
     * @param extents by name
     * @param restBytes for the axes that are not named; 0: they are kept
     */
    record ByName(Map<String, Long> extents, long restBytes) implements ChunkSpec {
        private static final String REST = "...";

        static ByName parse(String spec) {
            Map<String, String> values = SpecText.byName("--chunks", spec, "time=-1,lat=18");
            String rest = values.remove(REST);
            Map<String, Long> extents = new TreeMap<>();
            values.forEach((name, value) -> extents.put(name, extent(value, spec)));
            return new ByName(extents, rest == null ? 0 : ByteSize.parse(rest, "--chunks " + spec));
        }

        @Override
        public boolean fits(Target target) {
            return target.hasAnyOf(extents.keySet());
        }

        @Override
        public Shape resolve(Target target) {
            List<@Nullable String> names = target.dimensionNames();
            if (names == null) {
                throw new InvalidRequestException("--chunks names the dimensions " + String.join(", ", extents.keySet())
                        + ", but the array has no dimension names; give an extent for each of its "
                        + target.shape().rank() + " axes, as in --chunks " + SpecText.exampleOf(target.chunks()));
            }
            long[] chunks = new long[names.size()];
            for (int axis = 0; axis < chunks.length; axis++) {
                Long wanted = names.get(axis) == null ? null : extents.get(names.get(axis));
                if (wanted != null) {
                    if (names.indexOf(names.get(axis)) != names.lastIndexOf(names.get(axis))) {
                        throw new InvalidRequestException(
                                "--chunks: the array has the dimension name '" + names.get(axis)
                                        + "' twice; give an extent for each axis, as in --chunks "
                                        + SpecText.exampleOf(target.chunks()));
                    }
                    chunks[axis] = wholeAxis(wanted, target.shape().extent(axis));
                } else if (restBytes == 0) {
                    chunks[axis] = target.chunks().extent(axis);
                }
            }
            return restBytes == 0 ? Shape.of(chunks) : fillUnset(chunks, target, restBytes);
        }

        /** The names that an array does not have. */
        List<String> unknownTo(Target target) {
            List<@Nullable String> names = target.dimensionNames();
            return extents.keySet().stream()
                    .filter(name -> names == null || !names.contains(name))
                    .toList();
        }
    }

    private static long extent(String item, String spec) {
        long extent;
        try {
            extent = Long.parseLong(item.strip());
        } catch (NumberFormatException e) {
            throw new InvalidRequestException(
                    "--chunks " + spec + ": '" + item
                            + "' is no extent; write a number of elements, or -1 for the whole axis",
                    e);
        }
        if (extent == 0 || extent < -1) {
            throw new InvalidRequestException("--chunks " + spec + ": an extent of " + extent
                    + " is not possible; the smallest is 1, and -1 is the whole axis");
        }
        return extent;
    }

    private static long wholeAxis(long wanted, long arrayExtent) {
        return wanted == -1 ? Math.max(1, arrayExtent) : wanted;
    }

    /**
     * Sizes the axes that are 0 in {@code chunks}: all by the same share of their extents, the largest with which a
     * chunk has at most {@code maxBytes} (but at least one element along each).
     */
    private static Shape fillUnset(long[] chunks, Target target, long maxBytes) {
        double low = 0;
        double high = 1;
        if (bytes(withShare(chunks, target, high), target) > maxBytes) {
            for (int i = 0; i < 60; i++) {
                double middle = (low + high) / 2;
                if (bytes(withShare(chunks, target, middle), target) <= maxBytes) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
        } else {
            low = high;
        }
        return Shape.of(withShare(chunks, target, low));
    }

    private static long[] withShare(long[] chunks, Target target, double share) {
        long[] filled = chunks.clone();
        for (int axis = 0; axis < filled.length; axis++) {
            if (filled[axis] == 0) {
                filled[axis] = Math.max(1, (long) (target.shape().extent(axis) * share));
            }
        }
        return filled;
    }

    private static double bytes(long[] chunks, Target target) {
        double bytes = Math.max(1, target.elementBytes());
        for (long extent : chunks) {
            bytes *= extent;
        }
        return bytes;
    }
}
