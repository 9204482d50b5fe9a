package io.rezarr.execute;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Compares items of variable size: assembled ones of one array with those of a unit of another one, the target. Immutable. */
public final class ItemUnits {
    private final ItemSlots ofSource;
    private final ItemSlots ofTarget;
    private final boolean haveSameFill;

    private ItemUnits(ItemSlots ofSource, ItemSlots ofTarget, boolean haveSameFill) {
        this.ofSource = ofSource;
        this.ofTarget = ofTarget;
        this.haveSameFill = haveSameFill;
    }

    /** {@code null} if elements have a fixed size. */
    public static @Nullable ItemUnits of(ZarrArray source, ZarrArray target, ChunkReader ofTarget) {
        ItemSlots from = ItemSlots.of(source.metadata(), target.metadata(), new ChunkReader(source).unitChain());
        ItemSlots to = ItemSlots.of(target.metadata(), target.metadata(), ofTarget.unitChain());
        if (from == null || to == null) {
            return null;
        }
        byte[] sourceFill =
                source.metadata().fillValue().itemOf(source.metadata().dataType());
        byte[] targetFill =
                target.metadata().fillValue().itemOf(target.metadata().dataType());
        return new ItemUnits(from, to, Arrays.equals(sourceFill, targetFill));
    }

    public boolean haveSameFill() {
        return haveSameFill;
    }

    /**
     * Both of one unit.
     *
     * @param found the decoded unit of the target; {@code null} if it is absent
     */
    public Pair pair(AssembledUnit assembled, @Nullable ByteBuffer found, Workspace workspace) {
        int length = assembled.length();
        if (found == null) {
            byte[] absent = workspace.borrow(length);
            Arrays.fill(absent, 0, length, (byte) 0);
            return new Pair(assembled, ByteBuffer.wrap(absent, 0, length), new ChunkItems(ByteBuffer.allocate(0)));
        }
        return new Pair(assembled, ofTarget.of(found, length / Long.BYTES, workspace), new ChunkItems(found));
    }

    /** The slots of one unit of both sides. */
    public final class Pair {
        private final AssembledUnit assembled;
        private final byte[] targetSlots;
        private final int targetOffset;
        private final ItemBytes targetItems;
        private final ItemBytes sourceItems;

        private Pair(AssembledUnit assembled, ByteBuffer targetSlots, ItemBytes targetItems) {
            this.assembled = assembled;
            this.targetSlots = targetSlots.array();
            this.targetOffset = targetSlots.arrayOffset() + targetSlots.position();
            this.targetItems = targetItems;
            this.sourceItems = java.util.Objects.requireNonNull(assembled.arena(), "the region's items");
        }

        /** Whether all items of both are the target's fill value. */
        public boolean isAllFill() {
            byte[] fill = new byte[Long.BYTES];
            return ElementBytes.isAll(fill, targetSlots, targetOffset, assembled.length())
                    && ElementBytes.isAll(fill, assembled.bytes(), assembled.offset(), assembled.length());
        }

        public byte[] targetSlots() {
            return targetSlots;
        }

        /** Where the slots of the unit begin. */
        public int targetOffset() {
            return targetOffset;
        }

        /** Whether the items of two slots have the same bytes, numbers in one byte order. */
        public boolean isEqual(int atSource, int atTarget) {
            return Arrays.equals(ofSource(atSource), ofTarget(atTarget));
        }

        /** An item of the assembled side, numbers in it little-endian. */
        public byte[] ofSource(int at) {
            return ofSource.littleEndian(ofSource.itemAt(assembled.bytes(), at, sourceItems));
        }

        /** An item of the target, likewise. */
        public byte[] ofTarget(int at) {
            return ofTarget.littleEndian(ofTarget.itemAt(targetSlots, at, targetItems));
        }
    }
}
