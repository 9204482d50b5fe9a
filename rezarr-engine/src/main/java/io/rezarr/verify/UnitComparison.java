package io.rezarr.verify;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ElementLayout;
import io.rezarr.execute.AssembledUnit;
import io.rezarr.execute.Assembly;
import io.rezarr.execute.ElementBytes;
import io.rezarr.execute.ItemUnits;
import io.rezarr.execute.RunListener;
import io.rezarr.execute.UnitPadding;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ElementText;
import io.rezarr.plan.Plan;
import io.rezarr.plan.Side;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares units of one array, the target, with what is assembled from the other in the same layout. Used once. */
final class UnitComparison {
    private final Plan plan;
    private final ZarrArray source;
    private final boolean isLeftTheTarget;
    private final Side sourceSide;
    private final Side targetSide;
    private final ChunkReader reader;
    private final ElementLayout layout;
    private final long[] strides;
    private final UnitPadding padding;
    private final byte[] targetFill;
    private final boolean sameFill;
    /** {@code null} if elements have a fixed size. */
    private final @Nullable ItemUnits items;

    private final long[] unitsPerChunk;

    // The first difference in C order so far; guarded by this.
    private long @Nullable [] firstIndex;
    private byte[] firstOfSource = {};
    private byte[] firstOfTarget = {};
    private long count;

    UnitComparison(Plan plan, ZarrArray source, ZarrArray target, boolean isLeftTheTarget) {
        this.plan = plan;
        this.source = source;
        this.isLeftTheTarget = isLeftTheTarget;
        CodecChain sourceChain = CodecChain.of(source.metadata(), plan.items().readBytes());
        CodecChain targetChain = CodecChain.of(target.metadata(), plan.items().writtenBytes());
        this.sourceSide = Side.of(source.metadata(), sourceChain);
        this.targetSide = Side.of(target.metadata(), targetChain);
        this.reader = new ChunkReader(target, plan.items().writtenBytes());
        this.items = ItemUnits.of(source, target, reader);
        this.layout = reader.unitChain().layout();
        this.strides = layout.strides(targetSide.units().unitShape());
        this.targetFill = ElementBytes.fillOf(target.metadata(), layout);
        this.sameFill = items != null
                ? items.haveSameFill()
                : Arrays.equals(targetFill, ElementBytes.fillOf(source.metadata(), layout));
        this.padding = new UnitPadding(targetSide, layout, targetFill);
        this.unitsPerChunk = targetSide.unitsPerChunk();
    }

    @Nullable
    Difference run(RunListener listener) {
        Assembly.run(plan, source, sourceSide, targetSide, layout, this::compare, listener);
        return difference();
    }

    private synchronized @Nullable Difference difference() {
        if (firstIndex == null) {
            return null;
        }
        List<Long> index = new ArrayList<>();
        for (long i : firstIndex) {
            index.add(i);
        }
        String ofSource = describe(firstOfSource);
        String ofTarget = describe(firstOfTarget);
        return new Difference(
                "element", index, isLeftTheTarget ? ofTarget : ofSource, isLeftTheTarget ? ofSource : ofTarget, count);
    }

    private String describe(byte[] element) {
        byte[] littleEndian = ElementBytes.inByteOrder(element, layout.bigEndian());
        return ElementText.describe(source.metadata(), littleEndian);
    }

    private void compare(AssembledUnit assembled, Workspace workspace) {
        ByteBuffer found = read(assembled.index(), workspace);
        if (found == null && !assembled.isTouched() && sameFill) {
            return;
        }
        if (items != null) {
            ItemUnits.Pair pair = items.pair(assembled, found, workspace);
            if (!pair.isAllFill()) {
                new ElementWalk(assembled, pair.targetSlots(), pair.targetOffset(), pair).run();
            }
            return;
        }
        byte[] bytes = found == null ? filled(assembled.length(), workspace) : found.array();
        int offset = found == null ? 0 : found.arrayOffset() + found.position();
        boolean isEqual = Arrays.equals(
                bytes,
                offset,
                offset + assembled.length(),
                assembled.bytes(),
                assembled.offset(),
                assembled.offset() + assembled.length());
        if (!isEqual) {
            new ElementWalk(assembled, bytes, offset, null).run();
        }
    }

    /** The unit's bytes; {@code null} if it is absent. */
    private @Nullable ByteBuffer read(long[] unit, Workspace workspace) {
        long[] chunk = new long[unit.length];
        for (int axis = 0; axis < chunk.length; axis++) {
            chunk[axis] = unit[axis] / unitsPerChunk[axis];
        }
        OpenedChunk last = workspace.context(OpenedChunk.class, this, OpenedChunk::new);
        ChunkReader.OpenChunk opened = last.open(reader, chunk, workspace);
        return opened == null ? null : opened.read(unit, workspace);
    }

    private byte[] filled(int length, Workspace workspace) {
        byte[] bytes = workspace.borrow(length);
        for (int i = 0; i < length; i += targetFill.length) {
            System.arraycopy(targetFill, 0, bytes, i, targetFill.length);
        }
        return bytes;
    }

    private synchronized void found(ElementWalk walk) {
        count += walk.differing;
        if (firstIndex == null || Arrays.compare(walk.first, firstIndex) < 0) {
            firstIndex = walk.first;
            firstOfSource = walk.firstOfSource;
            firstOfTarget = walk.firstOfTarget;
        }
    }

    /** Looks at each element of a unit that is inside the array, in C order; padding may differ. */
    private final class ElementWalk {
        private final AssembledUnit assembled;
        private final byte[] target;
        private final int targetOffset;
        /** Of slots; {@code null} if elements have a fixed size. */
        private final ItemUnits.@Nullable Pair slots;

        private long differing;
        private long[] first = {};
        private byte[] firstOfSource = {};
        private byte[] firstOfTarget = {};

        ElementWalk(AssembledUnit assembled, byte[] target, int targetOffset, ItemUnits.@Nullable Pair slots) {
            this.slots = slots;
            this.assembled = assembled;
            this.target = target;
            this.targetOffset = targetOffset;
        }

        void run() {
            walk(0, new long[strides.length], 0);
            if (differing > 0) {
                found(this);
            }
        }

        private void walk(int axis, long[] inside, int at) {
            if (axis == strides.length) {
                compareElement(inside, at);
                return;
            }
            long extent = padding.extentInside(assembled.index(), axis);
            int offset = at;
            for (inside[axis] = 0; inside[axis] < extent; inside[axis]++) {
                walk(axis + 1, inside, offset);
                offset += (int) strides[axis];
            }
        }

        private void compareElement(long[] inside, int at) {
            int size = layout.elementBytes();
            int a = assembled.offset() + at;
            int b = targetOffset + at;
            boolean isEqual = slots != null
                    ? slots.isEqual(a, b)
                    : Arrays.equals(assembled.bytes(), a, a + size, target, b, b + size);
            if (isEqual) {
                return;
            }
            if (differing++ == 0) {
                first = inside.clone();
                for (int axis = 0; axis < first.length; axis++) {
                    first[axis] += assembled.index()[axis]
                            * targetSide.units().unitShape().extent(axis);
                }
                firstOfSource = slots != null ? slots.ofSource(a) : Arrays.copyOfRange(assembled.bytes(), a, a + size);
                firstOfTarget = slots != null ? slots.ofTarget(b) : Arrays.copyOfRange(target, b, b + size);
            }
        }
    }

    /** The chunk that a thread read last, so that a shard's index is not read for each unit. */
    private static final class OpenedChunk implements AutoCloseable {
        private long @Nullable [] index;
        private ChunkReader.@Nullable OpenChunk chunk;

        ChunkReader.@Nullable OpenChunk open(ChunkReader reader, long[] wanted, Workspace workspace) {
            if (!Arrays.equals(index, wanted)) {
                chunk = reader.open(wanted, workspace);
                index = wanted;
            }
            return chunk;
        }

        @Override
        public void close() {}
    }
}
