package io.rezarr.execute;

import io.rezarr.memory.Workspace;
import io.rezarr.plan.IndexBox;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A region that is filled by reading every read unit that it touches. In a sweep, the units that straddle its end are
 * scattered into the next region as well, and those that straddle its beginning came from the one before.
 */
final class AssembledRegion implements RegionWork {
    private final Assembly assembly;
    private final RegionMemory memory;
    private final SourceUnits sourceUnits;
    private final Assembly.RegionWriter writer;
    private final UnitRanges own;
    private final UnitRanges writes;
    /** Those that straddle the region's end; {@code null} if there are none, or they are not handed on. */
    private final @Nullable UnitRanges straddling;

    /** Is told the elements; of items, when it is known that the region has room for them. */
    private final ElementSink told;

    private @Nullable RegionMemory next;
    private boolean isJoined;
    private boolean hasReads = true;

    /** @param previous the region before this one in the same sweep; {@code null} if there is none */
    AssembledRegion(
            Assembly assembly,
            RemainingRegions.Region region,
            @Nullable AssembledRegion previous,
            RunState state,
            Assembly.RegionWriter writer) {
        this.assembly = assembly;
        IndexBox units = region.units();
        this.memory = new RegionMemory(assembly, units);
        this.sourceUnits = new SourceUnits(
                assembly.reader, assembly.source, assembly.present, state.tally, assembly.items, assembly.elements);
        this.told = assembly.items == null ? assembly.elements : assembly.elements.part();
        this.writer = writer;
        IndexBox reads = memory.readUnits();
        boolean isContinued = previous != null && previous.straddling != null;
        boolean handsOn = assembly.sweep.handsOn(units);
        this.own =
                new UnitRanges(assembly.source, assembly.sweep.without(reads, isContinued, handsOn), assembly.threads);
        this.straddling =
                handsOn ? new UnitRanges(assembly.source, assembly.sweep.lastOf(reads), assembly.threads) : null;
        this.writes = new UnitRanges(assembly.target, units, assembly.threads, region.finishedUnits());
        if (previous != null && isContinued) {
            previous.next = memory;
        }
    }

    IndexBox units() {
        return memory.units();
    }

    @Override
    public @Nullable Task nextRead() {
        UnitRanges.Range range = own.next();
        if (range != null) {
            return workspace -> read(range, null, workspace);
        }
        if (straddling == null) {
            hasReads = false;
            return null;
        }
        RegionMemory following = next;
        if (following == null) {
            return null;
        }
        UnitRanges.Range shared = straddling.next();
        hasReads = shared != null;
        return shared == null ? null : workspace -> read(shared, following, workspace);
    }

    @Override
    public boolean hasReads() {
        return hasReads;
    }

    @Override
    public @Nullable Task nextWrite() {
        if (hasOutgrown()) {
            return null;
        }
        if (!isJoined) {
            isJoined = true;
            if (told != assembly.elements) {
                assembly.elements.join(told);
            }
        }
        UnitRanges.Range range = writes.next();
        return range == null ? null : writer.task(range, memory);
    }

    @Override
    public void finished() {
        memory.release();
        sourceUnits.close();
        next = null;
    }

    /** Whether its items need more room than there is: it was read for nothing, and is to be taken in parts. */
    boolean hasOutgrown() {
        ItemArena arena = memory.arena();
        return arena != null && arena.isOutgrown();
    }

    /** How much its items need. */
    long neededItemBytes() {
        ItemArena arena = memory.arena();
        return arena == null ? 0 : arena.neededBytes();
    }

    private void read(UnitRanges.Range range, @Nullable RegionMemory following, Workspace workspace) {
        Reading here = new Reading(memory, workspace);
        Reading there = following == null ? null : new Reading(following, workspace);
        long[] unit = new long[memory.units().rank()];
        range.box().indexOf(range.from(), unit);
        for (long i = range.from(); i < range.to(); i++) {
            int mark = workspace.mark();
            SourceUnits.Decoded decoded = here.decoded(unit, there == null, workspace);
            here.put(unit, decoded, workspace);
            if (there != null) {
                there.put(unit, decoded, workspace);
            }
            workspace.releaseTo(mark);
            range.box().advance(unit);
        }
    }

    /** What one task needs to put read units into a region. */
    private final class Reading {
        private final RegionMemory region;
        private final RegionMemory.FromUnit origin;
        private final RegionMemory.Scatter scatter;

        Reading(RegionMemory region, Workspace workspace) {
            this.region = region;
            this.origin = new RegionMemory.FromUnit(assembly, workspace);
            this.scatter = region.new Scatter();
        }

        /** The read unit, or only as much of it as the region needs. */
        SourceUnits.@Nullable Decoded decoded(long[] unit, boolean isForOneRegion, Workspace workspace) {
            if (assembly.parts == null || !isForOneRegion) {
                return sourceUnits.read(unit, workspace);
            }
            region.common(unit, origin.begin, origin.extents);
            int axis = assembly.parts.axis();
            long from = origin.begin[axis] - unit[axis] * assembly.sourceUnit[axis];
            return sourceUnits.readRows(unit, assembly.parts, from, from + origin.extents[axis], workspace);
        }

        void put(long[] unit, SourceUnits.@Nullable Decoded decoded, Workspace workspace) {
            region.common(unit, origin.begin, origin.extents);
            if (decoded == null) {
                region.markAbsent(unit);
                told.absent(origin.begin, origin.extents);
                return;
            }
            ByteBuffer bytes = decoded.bytes();
            int inUnit = (int) (offsetIn(unit) - decoded.firstByte());
            int start = bytes.arrayOffset() + bytes.position() + inUnit;
            if (decoded.chunk() != null && !keepItems(decoded.chunk(), bytes.array(), start)) {
                return;
            }
            scatter.scatter(origin, bytes.array(), start);
            ByteBuffer toTell = decoded.told();
            told.box(
                    origin.begin,
                    origin.extents,
                    toTell.array(),
                    toTell.arrayOffset() + toTell.position() + inUnit,
                    assembly.sourceStrides,
                    workspace);
        }

        /** False if the region has no room for them. */
        private boolean keepItems(ByteBuffer chunk, byte[] slots, int start) {
            ItemArena arena = java.util.Objects.requireNonNull(region.arena(), "the region's items");
            return RegionItems.keep(arena, chunk, slots, start, origin.extents, assembly.sourceStrides);
        }

        private long offsetIn(long[] unit) {
            long offset = 0;
            for (int axis = 0; axis < unit.length; axis++) {
                offset += (origin.begin[axis] - unit[axis] * assembly.sourceUnit[axis]) * assembly.sourceStrides[axis];
            }
            return offset;
        }
    }
}
