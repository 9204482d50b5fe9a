package io.rezarr.execute;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.plan.IndexBox;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The regions of items of variable size, one after the other. One that has outgrown its room is followed by its parts, in the order in which
 * their units are written: as many halves of halves as its items, which have been counted, are likely to need.
 */
final class ItemRegions implements Iterator<AssembledRegion> {
    private final Assembly assembly;
    private final RemainingRegions planned;
    private final RunState state;
    private final Assembly.RegionWriter writer;
    private final ArrayDeque<IndexBox> parts = new ArrayDeque<>();
    private @Nullable AssembledRegion last;

    ItemRegions(Assembly assembly, RemainingRegions planned, RunState state, Assembly.RegionWriter writer) {
        this.assembly = assembly;
        this.planned = planned;
        this.state = state;
        this.writer = writer;
    }

    /** The region before is finished when this is asked. */
    @Override
    public boolean hasNext() {
        if (last != null && last.hasOutgrown()) {
            addParts(last.units(), last.neededItemBytes());
        }
        last = null;
        return !parts.isEmpty() || planned.hasNext();
    }

    @Override
    public AssembledRegion next() {
        RemainingRegions.Region region = parts.isEmpty() ? nextPlanned() : new RemainingRegions.Region(parts.pop(), 0);
        last = new AssembledRegion(assembly, region, null, state, writer);
        return last;
    }

    /** Another run may take other parts of it. */
    private RemainingRegions.Region nextPlanned() {
        RemainingRegions.Region region = planned.next();
        state.frontier.stopAfter(region.units().size());
        return region;
    }

    private void addParts(IndexBox units, long neededBytes) {
        if (units.size() == 1) {
            throw new InfeasiblePlanException(
                    "The items of chunk %s of the destination have %d bytes, more than was to be expected from what was looked at: the memory leaves %d for them. Give %s times as much (-m), use fewer threads (-j), or choose smaller chunks."
                            .formatted(
                                    Arrays.toString(originOf(units)),
                                    neededBytes,
                                    assembly.itemRoomBytes(),
                                    neededBytes / assembly.itemRoomBytes() + 1));
        }
        ArrayDeque<IndexBox> inOrder = new ArrayDeque<>();
        addHalves(units, (neededBytes - 1) / assembly.itemRoomBytes(), inOrder);
        inOrder.descendingIterator().forEachRemaining(parts::push);
    }

    /** @param times how often the room is exceeded; cut until that is no more */
    private void addHalves(IndexBox units, long times, ArrayDeque<IndexBox> inOrder) {
        if (times == 0 || units.size() == 1) {
            inOrder.add(units);
            return;
        }
        for (IndexBox half : units.halves(assembly.target.unitsPerChunk(), assembly.target.positionOrder())) {
            addHalves(half, times / 2, inOrder);
        }
    }

    private static long[] originOf(IndexBox units) {
        long[] origin = new long[units.rank()];
        units.indexOf(0, origin);
        return origin;
    }
}
