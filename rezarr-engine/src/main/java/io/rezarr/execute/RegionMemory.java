package io.rezarr.execute;

import io.rezarr.array.StridedCopy;
import io.rezarr.memory.Workspace;
import io.rezarr.plan.IndexBox;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The units of one region, filled box by box with what the source holds. Boxes do not overlap, so that no two threads
 * write to the same bytes. What is absent is only marked, and filled in when a unit is taken out; a unit that nothing
 * touches needs no memory until then.
 */
final class RegionMemory {
    private final Assembly assembly;
    private final IndexBox units;
    private final IndexBox readUnits;
    private final AtomicReferenceArray<byte @Nullable []> slabs;

    // Marks are bytes, each set by any thread to 1 and read only after the region is filled.
    private final byte[] touched;
    private final byte[] absent;
    private boolean anyAbsent;
    private final @Nullable ItemArena arena;

    RegionMemory(Assembly assembly, IndexBox units) {
        this.assembly = assembly;
        this.units = units;
        this.readUnits = assembly.readUnitsOf(units);
        int unitCount = Math.toIntExact(units.size());
        int slabCount = (unitCount + assembly.unitsPerSlab - 1) / assembly.unitsPerSlab;
        this.slabs = new AtomicReferenceArray<>(slabCount);
        this.touched = new byte[unitCount];
        this.absent = new byte[Math.toIntExact(readUnits.size())];
        this.arena = assembly.newArena();
    }

    /** Where the items of variable size are that its slots tell of; {@code null} if elements have a fixed size. */
    @Nullable
    ItemArena arena() {
        return arena;
    }

    IndexBox units() {
        return units;
    }

    /** All read units that have elements in the region. */
    IndexBox readUnits() {
        return readUnits;
    }

    /** Sets the part of a read unit that lies in the region, as a box of elements. */
    void common(long[] readUnit, long[] origin, long[] extents) {
        for (int axis = 0; axis < origin.length; axis++) {
            long size = assembly.sourceUnit[axis];
            long unit = assembly.targetUnit[axis];
            long begin = Math.max(readUnit[axis] * size, units.origin(axis) * unit);
            long end = Math.min(
                    Math.min((readUnit[axis] + 1) * size, (units.origin(axis) + units.count(axis)) * unit),
                    assembly.arrayExtent[axis]);
            origin[axis] = begin;
            extents[axis] = end - begin;
        }
    }

    void markAbsent(long[] readUnit) {
        absent[(int) readUnits.numberOf(readUnit)] = 1;
        anyAbsent = true;
    }

    /** Gives its memory back. */
    void release() {
        if (arena != null) {
            arena.release();
        }
        for (int i = 0; i < slabs.length(); i++) {
            byte[] slab = slabs.get(i);
            if (slab != null) {
                slabs.set(i, null);
                assembly.buffers.giveBack(slab);
            }
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
        fillAbsent(index, slab, offset, isTouched, workspace);
        if (assembly.padding.isAtEdge(index)) {
            assembly.padding.fill(index, slab, offset, workspace);
        }
        into.set(index, slab, offset, (int) assembly.target.unitBytes(), isTouched, arena);
    }

    private int offsetIn(int number) {
        return (int) (number % assembly.unitsPerSlab * assembly.target.unitBytes());
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

    private void fillAbsent(long[] unit, byte[] slab, int offset, boolean isTouched, Workspace workspace) {
        CopyCache copies = CopyCache.of(workspace, assembly.geometry);
        if (!isTouched) {
            StridedCopy whole = copies.of(assembly.targetUnit);
            whole.fill(assembly.absentElement, slab, offset);
            return;
        }
        if (anyAbsent) {
            Boxes boxes = new Boxes();
            boxes.readUnitsOf(unit);
            do {
                if (absent[(int) readUnits.numberOf(boxes.cell)] != 0) {
                    long at = boxes.absentIn(unit);
                    copies.of(boxes.extents).fill(assembly.absentElement, slab, (int) (offset + at));
                }
            } while (boxes.advance());
        }
    }

    /** Where a box of elements comes from: its layout, and how it is copied. */
    abstract static class Origin {
        /** Of the box, in elements of the array. */
        final long[] begin;

        final long[] extents;
        /** In bytes. */
        final long[] strides;

        Origin(int rank) {
            this.begin = new long[rank];
            this.extents = new long[rank];
            this.strides = new long[rank];
        }

        abstract StridedCopy copyOf(long[] boxExtents);
    }

    /** A box in a decoded unit of the source. */
    static final class FromUnit extends Origin {
        private final CopyCache copies;

        FromUnit(Assembly assembly, Workspace workspace) {
            super(assembly.arrayExtent.length);
            this.copies = CopyCache.of(workspace, assembly.geometry);
            System.arraycopy(assembly.sourceStrides, 0, strides, 0, strides.length);
        }

        @Override
        StridedCopy copyOf(long[] boxExtents) {
            return copies.of(boxExtents);
        }
    }

    /** A box that is a piece. */
    static final class FromPiece extends Origin {
        private final CopyCache copies;
        private final long[] key;

        FromPiece(Function<long[], StridedCopy> placing, int rank, Workspace workspace) {
            super(rank);
            this.copies = CopyCache.of(workspace, placing);
            this.key = new long[2 * rank];
        }

        @Override
        StridedCopy copyOf(long[] boxExtents) {
            System.arraycopy(extents, 0, key, 0, extents.length);
            System.arraycopy(boxExtents, 0, key, extents.length, boxExtents.length);
            return copies.of(key);
        }
    }

    /** Scatters boxes into units of the region; one for a thread and a task. */
    final class Scatter {
        private final Boxes boxes = new Boxes();

        /** Copies the part of a box that is in the region; its first element is at {@code start}. */
        void scatter(Origin origin, byte[] from, int start) {
            boxes.unitsOf(origin);
            do {
                boxes.common(origin);
                int number = (int) units.numberOf(boxes.cell);
                if (touched[number] == 0) {
                    touched[number] = 1;
                }
                origin.copyOf(boxes.extents).copy(from, (int) (start + boxes.fromOffset), slab(number), (int)
                        (offsetIn(number) + boxes.toOffset));
            } while (boxes.advance());
        }
    }

    /** Walks over the cells of one grid that touch a box, and says what both have in common. Its arrays are used again and again. */
    private final class Boxes {
        private final int rank = units.rank();
        private final long[] first = new long[rank];
        private final long[] last = new long[rank];
        final long[] cell = new long[rank];
        final long[] extents = new long[rank];
        long fromOffset;
        long toOffset;

        /** The units of the region that touch a box. */
        void unitsOf(Origin origin) {
            for (int axis = 0; axis < rank; axis++) {
                long size = assembly.targetUnit[axis];
                long end = origin.begin[axis] + origin.extents[axis];
                first[axis] = Math.max(origin.begin[axis] / size, units.origin(axis));
                last[axis] = Math.min((end - 1) / size, units.origin(axis) + units.count(axis) - 1);
                cell[axis] = first[axis];
            }
        }

        /** The read units that touch a unit. */
        void readUnitsOf(long[] unit) {
            for (int axis = 0; axis < rank; axis++) {
                long size = assembly.sourceUnit[axis];
                long begin = unit[axis] * assembly.targetUnit[axis];
                long end = Math.min(begin + assembly.targetUnit[axis], assembly.arrayExtent[axis]);
                first[axis] = Math.max(begin / size, readUnits.origin(axis));
                last[axis] = Math.min((end - 1) / size, readUnits.origin(axis) + readUnits.count(axis) - 1);
                cell[axis] = first[axis];
            }
        }

        boolean advance() {
            for (int axis = rank - 1; axis >= 0; axis--) {
                if (++cell[axis] <= last[axis]) {
                    return true;
                }
                cell[axis] = first[axis];
            }
            return false;
        }

        /** Extents and offsets of what a box and the unit {@code cell} have in common. */
        void common(Origin origin) {
            fromOffset = 0;
            toOffset = 0;
            for (int axis = 0; axis < rank; axis++) {
                long size = assembly.targetUnit[axis];
                long unitBegin = cell[axis] * size;
                long begin = Math.max(origin.begin[axis], unitBegin);
                long end = Math.min(origin.begin[axis] + origin.extents[axis], unitBegin + size);
                extents[axis] = end - begin;
                fromOffset += (begin - origin.begin[axis]) * origin.strides[axis];
                toOffset += (begin - unitBegin) * assembly.targetStrides[axis];
            }
        }

        /** Extents of what the read unit {@code cell} and a unit have in common; where that begins in the unit. */
        long absentIn(long[] unit) {
            long offset = 0;
            for (int axis = 0; axis < rank; axis++) {
                long unitBegin = unit[axis] * assembly.targetUnit[axis];
                long begin = Math.max(cell[axis] * assembly.sourceUnit[axis], unitBegin);
                long end = Math.min(
                        Math.min((cell[axis] + 1) * assembly.sourceUnit[axis], unitBegin + assembly.targetUnit[axis]),
                        assembly.arrayExtent[axis]);
                extents[axis] = end - begin;
                offset += (begin - unitBegin) * assembly.targetStrides[axis];
            }
            return offset;
        }
    }
}
