package io.rezarr.plan;

import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the region: the fewest decodes within the memory, by closed forms over a few sizes along each axis. Of
 * regions that cost nearly the same the smallest that still keeps the threads busy is taken, since what fits in caches is faster.
 */
final class RegionChoice {
    /**
     * A region.
     *
     * @param shape in elements
     * @param units of the destination in it
     * @param touches read units touched by all regions together
     */
    record Region(Shape shape, long units, long touches) {}

    /** Decodes that differ by less do not decide. */
    private static final double NEARLY = 1.02;

    /** Below this, a region is not worth its overhead. */
    private static final long COMFORTABLE_BYTES = 8 << 20;

    /** More partial choices than this are thinned out. */
    private static final int MAX_PARTIAL = 400;

    private final Side source;
    private final Side destination;
    private final Memory memory;

    RegionChoice(Side source, Side destination) {
        this.source = source;
        this.destination = destination;
        this.memory = new Memory(source, destination);
    }

    /** The region with the fewest bytes of memory that there can be. */
    Region smallest() {
        return regionOf(destination.units().unitShape().toArray());
    }

    /**
     * The best region whose memory is at most that; {@code null} if there is none.
     *
     * @param threads that shall be busy within one region
     */
    @Nullable
    Region best(long maxBytes, int threads) {
        long comfortable = Math.max(COMFORTABLE_BYTES, Arithmetic.times(threads, destination.unitBytes()));
        List<Region> candidates = new ArrayList<>();
        if (destination.isSharded()) {
            addSlabs(candidates);
        }
        addMultiples(candidates, maxBytes, comfortable);
        candidates.removeIf(region -> memory.assembled(region.shape) > maxBytes);
        if (candidates.isEmpty()) {
            return null;
        }
        long fewest = candidates.stream().mapToLong(Region::touches).min().orElseThrow();
        candidates.removeIf(region -> region.touches > NEARLY * fewest);
        // The smallest comfortable one, or else the largest.
        Comparator<Region> bySize = Comparator.comparingLong(region -> memory.assembled(region.shape));
        return candidates.stream()
                .filter(region -> memory.assembled(region.shape) >= comfortable)
                .min(bySize)
                .orElseGet(() -> candidates.stream().max(bySize).orElseThrow());
    }

    /**
     * Parts of a shard whose inner chunks follow one another in it: full along the faster axes, one inner chunk along
     * the slower ones, a divisor along one.
     */
    private void addSlabs(List<Region> candidates) {
        long[] shape = destination.units().unitShape().toArray();
        long[] perShard = destination.unitsPerChunk();
        candidates.add(regionOf(shape));
        List<Integer> order = destination.positionOrder();
        for (int i = order.size() - 1; i >= 0; i--) {
            int axis = order.get(i);
            long unit = shape[axis];
            for (long divisor : divisors(perShard[axis])) {
                shape[axis] = unit * divisor;
                candidates.add(regionOf(shape));
            }
            shape[axis] = unit * perShard[axis];
        }
    }

    private static List<Long> divisors(long n) {
        List<Long> divisors = new ArrayList<>();
        for (long d = 1; d * d <= n; d++) {
            if (n % d == 0) {
                divisors.add(d);
                divisors.add(n / d);
            }
        }
        return divisors;
    }

    /** Regions of whole chunks (shards): for each number of units the ones with the fewest touches, axis by axis. */
    private void addMultiples(List<Region> candidates, long maxBytes, long comfortable) {
        int rank = destination.rank();
        long maxUnits = Math.max(1, maxBytes / Math.max(1, destination.unitBytes()));
        List<Partial> partials = List.of(new Partial(null, 0, 1, 1));
        for (int axis = 0; axis < rank; axis++) {
            partials = combined(partials, axis, maxUnits);
        }
        for (Partial partial : partials) {
            long[] shape = partial.shape(rank);
            candidates.add(regionOf(shape));
            grow(shape, comfortable, maxBytes);
            candidates.add(regionOf(shape));
        }
    }

    /** The sizes along the axes so far, the last one here. */
    private record Partial(@Nullable Partial before, long size, long units, long touches) {
        long[] shape(int rank) {
            long[] shape = new long[rank];
            Partial at = this;
            for (int axis = rank - 1; axis >= 0; axis--) {
                shape[axis] = at.size;
                at = java.util.Objects.requireNonNull(at.before, "a partial choice of fewer axes");
            }
            return shape;
        }
    }

    private List<Partial> combined(List<Partial> partials, int axis, long maxUnits) {
        List<Partial> combined = new ArrayList<>();
        for (long size : sizes(axis)) {
            long along = Math.max(
                    1,
                    Math.min(size / destination.unit(axis), destination.units().unitsAlong(axis)));
            long touches = Touches.along(source.extent(axis), source.unit(axis), size);
            for (Partial partial : partials) {
                long units = Arithmetic.times(partial.units, along);
                if (units <= maxUnits) {
                    combined.add(new Partial(partial, size, units, Arithmetic.times(partial.touches, touches)));
                }
            }
        }
        return notDominated(combined);
    }

    /** Those for which no other has both fewer units and fewer touches. */
    private static List<Partial> notDominated(List<Partial> all) {
        all.sort(Comparator.comparingLong(Partial::units).thenComparingLong(Partial::touches));
        List<Partial> best = new ArrayList<>();
        for (Partial partial : all) {
            if (best.isEmpty() || partial.touches < best.get(best.size() - 1).touches) {
                best.add(partial);
            }
        }
        if (best.size() <= MAX_PARTIAL) {
            return best;
        }
        List<Partial> thinned = new ArrayList<>();
        for (int i = 0; i < MAX_PARTIAL; i++) {
            thinned.add(best.get((int) ((long) i * (best.size() - 1) / (MAX_PARTIAL - 1))));
        }
        return thinned;
    }

    /** Sizes along an axis that may pay: small multiples of a chunk, the one that ends with a read unit, the whole axis. */
    private List<Long> sizes(int axis) {
        long step = destination.chunks().unitShape().extent(axis);
        long all = Math.max(1, destination.chunks().unitsAlong(axis));
        List<Long> sizes = new ArrayList<>();
        for (long k = 1; k < all; k = k % 3 == 0 ? k / 3 * 4 : k == 1 ? 2 : k / 2 * 3) {
            sizes.add(k * step);
        }
        long aligned = Arithmetic.leastCommonMultiple(source.unit(axis), step) / step;
        for (long k = aligned; k < all && sizes.size() < 200; k *= 2) {
            sizes.add(k * step);
        }
        sizes.add(Arithmetic.times(all, step));
        return sizes;
    }

    /** Makes a region larger until it is comfortable; that never adds a touch. */
    private void grow(long[] shape, long comfortable, long maxBytes) {
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            while (memory.assembled(Shape.of(shape)) < comfortable) {
                long before = shape[axis];
                long whole = Arithmetic.times(
                        Math.max(1, destination.chunks().unitsAlong(axis)),
                        destination.chunks().unitShape().extent(axis));
                shape[axis] = Math.min(Arithmetic.times(2, before), whole);
                boolean fits = memory.assembled(Shape.of(shape)) <= maxBytes;
                if (!fits || shape[axis] == before) {
                    shape[axis] = before;
                    break;
                }
            }
        }
    }

    private Region regionOf(long[] shape) {
        long touches = 1;
        for (int axis = 0; axis < shape.length; axis++) {
            long along = Touches.along(source.extent(axis), source.unit(axis), shape[axis]);
            touches = along == 0 ? 0 : Arithmetic.times(touches, along);
        }
        Shape region = Shape.of(shape);
        return new Region(region, memory.unitsIn(region), touches);
    }
}
