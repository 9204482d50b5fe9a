package io.rezarr.rechunk;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The shard shape that a user asks for: {@code 1024,1024} in elements, {@code x8} or {@code x8,x4} in chunks,
 * {@code time=x4,lat=64} by dimension name (an axis left out keeps its shard, or is one chunk), {@code none},
 * {@code keep}.
 */
sealed interface ShardSpec {
    /**
     * The shard shape; {@code null} for no shards.
     *
     * @param array the array, its chunks being the old inner chunks
     * @param chunks the new chunks, inside the shards
     * @param shards the old shards; {@code null} if there were none
     * @throws RefusedException if a shard would not hold a whole number of chunks
     */
    @Nullable
    Shape resolve(ChunkSpec.Target array, Shape chunks, @Nullable Shape shards);

    /** Whether it says something of such an array. */
    default boolean fits(ChunkSpec.Target array) {
        return true;
    }

    /** @throws InvalidRequestException if it is none of the forms */
    static ShardSpec parse(String text) {
        String spec = text.strip();
        if (spec.equals("none")) {
            return new None();
        }
        if (spec.equals("keep")) {
            return new Keep();
        }
        return spec.indexOf('=') >= 0 ? ByName.parse(spec) : ByAxis.parse(spec);
    }

    /** Without shards. */
    record None() implements ShardSpec {
        @Override
        public @Nullable Shape resolve(ChunkSpec.Target array, Shape chunks, @Nullable Shape shards) {
            return null;
        }
    }

    /** Shards stay as they are, if the new chunks fit into them. */
    record Keep() implements ShardSpec {
        @Override
        public @Nullable Shape resolve(ChunkSpec.Target array, Shape chunks, @Nullable Shape shards) {
            return shards == null
                    ? null
                    : checked(
                            shards.toArray(), chunks, array, "the array's shards (kept, since --shards is not given)");
        }
    }

    /** One extent of a shard: elements, chunks, or the whole axis (-1 elements). */
    record Extent(long count, boolean inChunks) {
        static Extent parse(String item, String spec) {
            String text = item.strip();
            boolean inChunks = text.startsWith("x");
            try {
                long count = Long.parseLong(inChunks ? text.substring(1) : text);
                if (count > 0 || (count == -1 && !inChunks)) {
                    return new Extent(count, inChunks);
                }
            } catch (NumberFormatException e) {
                throw invalid(item, spec, e);
            }
            throw invalid(item, spec, null);
        }

        private static InvalidRequestException invalid(String item, String spec, @Nullable Throwable cause) {
            return new InvalidRequestException(
                    "--shards " + spec + ": '" + item
                            + "' is no extent; write elements (512), chunks (x8), or -1 for the whole axis",
                    cause);
        }

        long elements(long chunk, long arrayExtent) {
            if (inChunks) {
                return Math.multiplyExact(count, chunk);
            }
            return count == -1 ? Math.multiplyExact(Math.max(1, Arithmetic.ceilDiv(arrayExtent, chunk)), chunk) : count;
        }
    }

    /** An extent for each axis, or one in chunks for all. */
    record ByAxis(List<Extent> extents) implements ShardSpec {
        static ByAxis parse(String spec) {
            if (spec.isEmpty()) {
                return new ByAxis(List.of());
            }
            return new ByAxis(java.util.Arrays.stream(spec.split(",", -1))
                    .map(item -> Extent.parse(item, spec))
                    .toList());
        }

        @Override
        public boolean fits(ChunkSpec.Target array) {
            return extents.size() == array.shape().rank() || isForAllAxes();
        }

        private boolean isForAllAxes() {
            return extents.size() == 1 && extents.get(0).inChunks();
        }

        @Override
        public Shape resolve(ChunkSpec.Target array, Shape chunks, @Nullable Shape shards) {
            int rank = chunks.rank();
            if (!fits(array)) {
                throw new InvalidRequestException("--shards names " + extents.size() + " axes, the array of shape "
                        + array.shape() + " has " + rank);
            }
            long[] wanted = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                Extent extent = extents.get(isForAllAxes() ? 0 : axis);
                wanted[axis] =
                        extent.elements(chunks.extent(axis), array.shape().extent(axis));
            }
            return checked(wanted, chunks, array, "the shards asked for");
        }
    }

    /** Extents by dimension name. */
    record ByName(Map<String, Extent> extents) implements ShardSpec {
        static ByName parse(String spec) {
            Map<String, Extent> extents = new TreeMap<>();
            SpecText.byName("--shards", spec, "time=x4,lat=x8")
                    .forEach((name, value) -> extents.put(name, Extent.parse(value, spec)));
            return new ByName(extents);
        }

        @Override
        public boolean fits(ChunkSpec.Target array) {
            return array.hasAnyOf(extents.keySet());
        }

        @Override
        public Shape resolve(ChunkSpec.Target array, Shape chunks, @Nullable Shape shards) {
            List<@Nullable String> names = array.dimensionNames();
            if (names == null) {
                throw new InvalidRequestException("--shards names the dimensions " + String.join(", ", extents.keySet())
                        + ", but the array has no dimension names");
            }
            long[] wanted = new long[chunks.rank()];
            for (int axis = 0; axis < wanted.length; axis++) {
                Extent extent = names.get(axis) == null ? null : extents.get(names.get(axis));
                if (extent != null) {
                    wanted[axis] =
                            extent.elements(chunks.extent(axis), array.shape().extent(axis));
                } else {
                    wanted[axis] = shards == null ? chunks.extent(axis) : shards.extent(axis);
                }
            }
            return checked(wanted, chunks, array, "the shards asked for");
        }
    }

    private static Shape checked(long[] wanted, Shape chunks, ChunkSpec.Target array, String what) {
        long[] nearest = new long[wanted.length];
        boolean fits = true;
        for (int axis = 0; axis < wanted.length; axis++) {
            long chunk = chunks.extent(axis);
            nearest[axis] = Math.max(1, Math.round((double) wanted[axis] / chunk)) * chunk;
            fits &= wanted[axis] % chunk == 0;
        }
        if (!fits) {
            throw new RefusedException("A shard holds whole chunks: " + what + ", " + Shape.of(wanted)
                    + ", are no multiples of the chunks " + chunks + " of the array of shape " + array.shape()
                    + ". The nearest that fit: --shards " + SpecText.exampleOf(Shape.of(nearest))
                    + "; without shards: --shards none");
        }
        return Shape.of(wanted);
    }
}
