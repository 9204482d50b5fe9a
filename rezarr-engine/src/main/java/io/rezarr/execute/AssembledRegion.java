package io.rezarr.execute;

import io.rezarr.array.StridedCopy;
import io.rezarr.memory.Workspace;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.Side;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One region that is filled by scattering decoded read units into the units of the target. Read units do not overlap, so
 * that no two threads write to the same bytes. What is absent is only marked, and filled in when the unit is taken out; a
 * unit that nothing touches needs no memory until then.
 */
final class AssembledRegion implements RegionWork {
    private final Assembly assembly;
    private final Side source;
    private final Side target;
    private final IndexBox units;
    private final IndexBox readUnits;
    private final SourceUnits sourceUnits;
    private final Assembly.RegionWriter writer;
    private final UnitRanges reads;
    private final UnitRanges writes;
    private final AtomicReferenceArray<byte @Nullable []> slabs;

    // Marks are bytes, each set by any thread to 1 and read only after all reads are done.
    private final byte[] touched;
    private final byte[] absent;
    private boolean anyAbsent;

    AssembledRegion(Assembly assembly, IndexBox units, Tally tally, Assembly.RegionWriter writer) {
        this.assembly = assembly;
        this.source = assembly.source;
        this.target = assembly.target;
        this.units = units;
        this.readUnits = readUnitsOf(units);
        this.sourceUnits = new SourceUnits(assembly.reader, source, tally);
        this.writer = writer;
        this.reads = new UnitRanges(source, readUnits, assembly.threads);
        this.writes = new UnitRanges(target, units, assembly.threads);
        int unitCount = Math.toIntExact(units.size());
        int slabCount = (unitCount + assembly.unitsPerSlab - 1) / assembly.unitsPerSlab;
        this.slabs = new AtomicReferenceArray<>(slabCount);
        this.touched = new byte[unitCount];
        this.absent = new byte[Math.toIntExact(readUnits.size())];
    }

    private IndexBox readUnitsOf(IndexBox box) {
        int rank = box.rank();
        long[] origin = new long[rank];
        long[] counts = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            long unit = target.units().unitShape().extent(axis);
            long readUnit = source.units().unitShape().extent(axis);
            long begin = box.origin(axis) * unit;
            long end = Math.min((box.origin(axis) + box.count(axis)) * unit, extent(axis));
            origin[axis] = begin / readUnit;
            counts[axis] = (end - 1) / readUnit + 1 - origin[axis];
        }
        return IndexBox.inCOrder(origin, counts);
    }

    private long extent(int axis) {
        return target.units().arrayShape().extent(axis);
    }

    @Override
    public @Nullable Task nextRead() {
        UnitRanges.Range range = reads.next();
        return range == null ? null : workspace -> read(range, workspace);
    }

    @Override
    public @Nullable Task nextWrite() {
        UnitRanges.Range range = writes.next();
        return range == null ? null : writer.task(range, this);
    }

    @Override
    public void finished() {
        for (int i = 0; i < slabs.length(); i++) {
            byte[] slab = slabs.get(i);
            if (slab != null) {
                slabs.set(i, null);
                assembly.buffers.giveBack(slab);
            }
        }
    }

    private void read(UnitRanges.Range range, Workspace workspace) {
        Scatter scatter = new Scatter(workspace);
        long[] unit = new long[units.rank()];
        range.box().indexOf(range.from(), unit);
        for (long i = range.from(); i < range.to(); i++) {
            int mark = workspace.mark();
            ByteBuffer decoded = sourceUnits.read(unit, workspace);
            if (decoded == null) {
                absent[(int) readUnits.numberOf(unit)] = 1;
                anyAbsent = true;
            } else {
                scatter.scatter(unit, decoded);
            }
            workspace.releaseTo(mark);
            range.box().advance(unit);
        }
    }

    /** Hands the units of a range to a consumer, one after the other. */
    void forEach(UnitRanges.Range range, Workspace workspace, Consumer<AssembledUnit> consumer) {
        AssembledUnit unit = new AssembledUnit();
        long[] index = new long[units.rank()];
        range.box().indexOf(range.from(), index);
        for (long i = range.from(); i < range.to(); i++) {
            take(index, unit, workspace);
            int mark = workspace.mark();
            consumer.accept(unit);
            workspace.releaseTo(mark);
            range.box().advance(index);
        }
    }

    boolean isTouched(long[] unit) {
        return touched[(int) units.numberOf(unit)] != 0;
    }

    /** Completes a unit: fills in what is absent, and the padding. */
    void take(long[] index, AssembledUnit into, Workspace workspace) {
        int number = (int) units.numberOf(index);
        boolean isTouched = touched[number] != 0;
        byte[] slab = slab(number);
        int offset = offsetIn(number);
        new Scatter(workspace).fillAbsent(index, slab, offset, isTouched);
        if (assembly.padding.isAtEdge(index)) {
            assembly.padding.fill(index, slab, offset, workspace);
        }
        into.set(index, slab, offset, (int) target.unitBytes(), isTouched);
    }

    private int offsetIn(int number) {
        return (int) (number % assembly.unitsPerSlab * target.unitBytes());
    }

    private byte[] slab(int number) {
        int i = number / assembly.unitsPerSlab;
        byte[] slab = slabs.get(i);
        return slab != null ? slab : newSlab(i);
    }

    private synchronized byte[] newSlab(int i) {
        byte[] slab = slabs.get(i);
        if (slab == null) {
            slab = assembly.buffers.take();
            slabs.set(i, slab);
        }
        return slab;
    }

    /** Boxes that one unit of a side has in common with those of the other. Arrays of it are used again for each. */
    private final class Scatter {
        private final CopyCache copies;
        private final long[] first = new long[units.rank()];
        private final long[] last = new long[units.rank()];
        private final long[] other = new long[units.rank()];
        private final long[] extents = new long[units.rank()];
        private long fromOffset;
        private long toOffset;

        Scatter(Workspace workspace) {
            this.copies = CopyCache.of(workspace, assembly.geometry);
        }

        /** Copies a read unit to all units of this region that it touches. */
        void scatter(long[] readUnit, ByteBuffer decoded) {
            byte[] from = decoded.array();
            int start = decoded.arrayOffset() + decoded.position();
            firstAndLast(readUnit, source, target, units);
            do {
                common(readUnit, other);
                int number = (int) units.numberOf(other);
                if (touched[number] == 0) {
                    touched[number] = 1;
                }
                byte[] slab = slab(number);
                copies.of(extents).copy(from, (int) (start + fromOffset), slab, (int) (offsetIn(number) + toOffset));
            } while (advance());
        }

        /** Fills what absent read units leave open in a unit. */
        void fillAbsent(long[] unit, byte[] slab, int offset, boolean isTouched) {
            if (!isTouched) {
                StridedCopy whole = copies.of(target.units().unitShape().toArray());
                whole.fill(assembly.absentElement, slab, offset);
                return;
            }
            if (!anyAbsent) {
                return;
            }
            firstAndLast(unit, target, source, readUnits);
            do {
                if (absent[(int) readUnits.numberOf(other)] != 0) {
                    common(other, unit);
                    copies.of(extents).fill(assembly.absentElement, slab, (int) (offset + toOffset));
                }
            } while (advance());
        }

        /** Sets {@code first} and {@code last} to the units of the other side that touch one, and {@code other} to the first. */
        private void firstAndLast(long[] unit, Side side, Side otherSide, IndexBox within) {
            for (int axis = 0; axis < unit.length; axis++) {
                long size = side.units().unitShape().extent(axis);
                long otherSize = otherSide.units().unitShape().extent(axis);
                long end = Math.min((unit[axis] + 1) * size, extent(axis));
                first[axis] = Math.max(unit[axis] * size / otherSize, within.origin(axis));
                last[axis] = Math.min((end - 1) / otherSize, within.origin(axis) + within.count(axis) - 1);
                other[axis] = first[axis];
            }
        }

        private boolean advance() {
            for (int axis = other.length - 1; axis >= 0; axis--) {
                if (++other[axis] <= last[axis]) {
                    return true;
                }
                other[axis] = first[axis];
            }
            return false;
        }

        /** Sets extents and offsets to the box that a read unit and a unit have in common. */
        private void common(long[] readUnit, long[] unit) {
            fromOffset = 0;
            toOffset = 0;
            for (int axis = 0; axis < unit.length; axis++) {
                long readSize = source.units().unitShape().extent(axis);
                long size = target.units().unitShape().extent(axis);
                long begin = Math.max(readUnit[axis] * readSize, unit[axis] * size);
                long end = Math.min(Math.min((readUnit[axis] + 1) * readSize, (unit[axis] + 1) * size), extent(axis));
                extents[axis] = end - begin;
                fromOffset += (begin - readUnit[axis] * readSize) * assembly.sourceStrides[axis];
                toOffset += (begin - unit[axis] * size) * assembly.targetStrides[axis];
            }
        }
    }
}
