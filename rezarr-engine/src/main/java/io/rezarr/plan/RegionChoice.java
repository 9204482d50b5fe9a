package io.rezarr.plan;

import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The regions worth weighing, by closed forms over a few sizes along each axis: for each number of units that a region
 * may have, the one that decodes least. Nothing is listed per chunk.
 */
final class RegionChoice {
    /**
     * A region.
     *
     * @param shape in elements
     * @param sweepAxis along which each region hands the read units that straddle its end on to the next one, so that they
     *     are decoded once; -1: none
     * @param usesParts whether only those parts of read units are decoded that a region needs
     * @param reads read units touched by all regions together
     * @param bytesDecoded of them
     */
    record Region(Shape shape, int sweepAxis, boolean usesParts, long reads, long bytesDecoded) {}

    /** Below this, a region is not worth its overhead. */
    static final long COMFORTABLE_BYTES = 8 << 20;

    /** More partial choices than this are thinned out. */
    private static final int MAX_PARTIAL = 200;

    private static final int NONE = -1;

    private final Side source;
    private final Side destination;
    private final Memory memory;
    private final @Nullable Parts parts;
    private final int rank;

    RegionChoice(Side source, Side destination, @Nullable Parts parts) {
        this(new Memory(source, destination), parts);
    }

    RegionChoice(Memory memory, @Nullable Parts parts) {
        this.source = memory.source();
        this.destination = memory.destination();
        this.memory = memory;
        this.parts = parts;
        this.rank = destination.rank();
    }

    /**
     * Regions that may be the best ones for some memory up to {@code maxBytes}.
     *
     * @param comfortable bytes below which a region is not worth its overhead, if it can be larger at no cost
     */
    List<Region> candidates(long maxBytes, long comfortable) {
        List<Region> candidates = new ArrayList<>();
        for (int cut = NONE; cut < (destination.isSharded() ? rank : 0); cut++) {
            for (int sweep = NONE; sweep < rank; sweep++) {
                add(candidates, new Mode(cut, sweep, false), maxBytes, comfortable);
                if (parts != null && sweep != parts.axis()) {
                    add(candidates, new Mode(cut, sweep, true), maxBytes, comfortable);
                }
            }
        }
        return candidates;
    }

    /** Those that each decode what they need whole, and hand nothing on. */
    List<Region> plainCandidates(long maxBytes, long comfortable) {
        List<Region> candidates = new ArrayList<>();
        for (int cut = NONE; cut < (destination.isSharded() ? rank : 0); cut++) {
            add(candidates, new Mode(cut, NONE, false), maxBytes, comfortable);
        }
        return candidates;
    }

    /**
     * @param cut the place, in the order of positions, of the axis along which regions are parts of shards; -1: they are
     *     whole ones
     */
    private record Mode(int cut, int sweepAxis, boolean usesParts) {}

    private void add(List<Region> candidates, Mode mode, long maxBytes, long comfortable) {
        long maxUnits = Math.max(1, maxBytes / Math.max(1, destination.unitBytes()));
        List<Partial> partials = List.of(new Partial(null, 0, 1, 1, 1));
        for (int axis = 0; axis < rank; axis++) {
            partials = combined(partials, axis, mode, maxUnits);
        }
        for (Partial partial : partials) {
            long[] shape = partial.shape(rank);
            addIfPossible(candidates, shape, mode);
            if (mode.cut == NONE && grow(shape, comfortable, maxBytes)) {
                addIfPossible(candidates, shape, mode);
            }
        }
    }

    private void addIfPossible(List<Region> candidates, long[] extents, Mode mode) {
        Shape shape = Shape.of(extents);
        if (memory.isPartOfShards(shape) && memory.shardsTouched(shape) > Memory.MAX_OPEN_SHARDS) {
            return;
        }
        if (mode.sweepAxis != NONE && !canSweep(shape, mode)) {
            return;
        }
        candidates.add(regionOf(shape, mode));
    }

    /** A read unit must not reach beyond the next region, and the regions of one sweep must follow one another. */
    private boolean canSweep(Shape shape, Mode mode) {
        int sweep = mode.sweepAxis;
        if (shape.extent(sweep) >= source.extent(sweep) || shape.extent(sweep) < source.unit(sweep)) {
            return false;
        }
        for (int axis = 0; axis < rank; axis++) {
            long shard = destination.chunks().unitShape().extent(axis);
            if (axis != sweep && shape.extent(axis) < Math.min(shard, destination.extent(axis))) {
                return false;
            }
        }
        return true;
    }

    private Region regionOf(Shape shape, Mode mode) {
        long reads = 1;
        long bytes = 1;
        for (int axis = 0; axis < rank; axis++) {
            long touches = touches(axis, shape.extent(axis), mode);
            reads = touches == 0 ? 0 : Arithmetic.times(reads, touches);
            boolean isCut = mode.usesParts && parts != null && axis == parts.axis();
            bytes = Arithmetic.times(bytes, isCut ? partBytes(axis, shape.extent(axis)) : touches);
        }
        if (!mode.usesParts) {
            bytes = reads == 0 ? 0 : Arithmetic.times(reads, source.unitBytes());
        }
        return new Region(shape, mode.sweepAxis, mode.usesParts, reads, bytes);
    }

    private long touches(int axis, long regionExtent, Mode mode) {
        return axis == mode.sweepAxis
                ? Arithmetic.ceilDiv(source.extent(axis), source.unit(axis))
                : Touches.along(source.extent(axis), source.unit(axis), regionExtent);
    }

    private long partBytes(int axis, long regionExtent) {
        long bytes =
                Objects.requireNonNull(parts, "parts").bytesAlong(source.extent(axis), source.unit(axis), regionExtent);
        return bytes < 0 ? Long.MAX_VALUE : bytes;
    }

    /** How many whole units' worth is decoded along an axis. */
    private double decodedAlong(int axis, long regionExtent, Mode mode) {
        if (mode.usesParts && parts != null && axis == parts.axis()) {
            return (double) partBytes(axis, regionExtent) / parts.unitBytes();
        }
        return touches(axis, regionExtent, mode);
    }

    /** The sizes along the axes so far, the last one here. */
    private record Partial(@Nullable Partial before, long size, long units, double decoded, double reads) {
        long[] shape(int rank) {
            long[] shape = new long[rank];
            Partial at = this;
            for (int axis = rank - 1; axis >= 0; axis--) {
                shape[axis] = at.size;
                at = Objects.requireNonNull(at.before, "a partial choice of fewer axes");
            }
            return shape;
        }
    }

    private List<Partial> combined(List<Partial> partials, int axis, Mode mode, long maxUnits) {
        List<Partial> combined = new ArrayList<>();
        for (long size : sizes(axis, mode)) {
            long along = memory.unitsAlong(size, axis);
            double decoded = decodedAlong(axis, size, mode);
            double reads = touches(axis, size, mode);
            for (Partial partial : partials) {
                long units = Arithmetic.times(partial.units, along);
                if (units <= maxUnits) {
                    combined.add(new Partial(partial, size, units, partial.decoded * decoded, partial.reads * reads));
                }
            }
        }
        return notDominated(combined);
    }

    /** Those for which no other has both fewer units and less to decode. */
    private static List<Partial> notDominated(List<Partial> all) {
        all.sort(Comparator.comparingLong(Partial::units)
                .thenComparingDouble(Partial::decoded)
                .thenComparingDouble(Partial::reads));
        List<Partial> best = new ArrayList<>();
        for (Partial partial : all) {
            if (best.isEmpty() || partial.decoded < best.get(best.size() - 1).decoded) {
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

    private List<Long> sizes(int axis, Mode mode) {
        int place = destination.positionOrder().indexOf(axis);
        long perShard = destination.unitsPerChunk()[axis];
        if (mode.cut == NONE || place > mode.cut || perShard == 1) {
            return multiples(axis);
        }
        // Inner chunks stand in C order: a part of a shard has one of them along the slower axes.
        return place == mode.cut ? divisors(perShard, destination.unit(axis)) : List.of(destination.unit(axis));
    }

    private static List<Long> divisors(long perShard, long unit) {
        List<Long> sizes = new ArrayList<>();
        for (long d = 1; d * d <= perShard; d++) {
            if (perShard % d == 0) {
                sizes.add(d * unit);
                sizes.add(perShard / d * unit);
            }
        }
        return sizes;
    }

    /** Sizes along an axis that may pay: small multiples of a chunk (shard), the one that ends with a read unit, equal shares, the whole axis. */
    private List<Long> multiples(int axis) {
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
        for (long shares = 2; shares <= Math.min(all, 24); shares++) {
            sizes.add(Arithmetic.ceilDiv(all, shares) * step);
        }
        sizes.add(Arithmetic.times(all, step));
        return sizes;
    }

    /** Makes a region larger until it is comfortable; that never adds a touch. Whether it did. */
    private boolean grow(long[] shape, long comfortable, long maxBytes) {
        boolean grew = false;
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
                grew = true;
            }
        }
        return grew;
    }
}
