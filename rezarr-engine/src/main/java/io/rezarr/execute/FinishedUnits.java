package io.rezarr.execute;

import io.rezarr.codec.CodecChain;
import io.rezarr.memory.Workspace;
import io.rezarr.plan.FillRule;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The last step of decoded units: leave them out, or encode them. */
final class FinishedUnits {
    private static final ItemBytes NO_ITEMS = new ChunkItems(ByteBuffer.allocate(0));

    private final FillRule rule;
    private final byte[] fill;
    private final CodecChain chain;
    private final Tally tally;
    private final @Nullable ItemSlots items;

    /**
     * @param fill the destination's, in its byte order
     * @param items of variable size; {@code null} if elements have a fixed size
     */
    FinishedUnits(FillRule rule, byte[] fill, CodecChain chain, Tally tally, @Nullable ItemSlots items) {
        this.items = items;
        this.rule = rule;
        this.fill = fill;
        this.chain = chain;
        this.tally = tally;
    }

    /** Whether a unit that nothing of the source touches is left out, whatever it holds. */
    boolean leavesOutUntouched() {
        return rule.leavesOutUntouched();
    }

    /** Whether a unit that was touched is left out for what it holds. */
    boolean leavesOut(byte[] bytes, int offset, int length) {
        return rule.leavesOutAllFill() && ElementBytes.isAll(fill, bytes, offset, length);
    }

    /**
     * The encoded unit; {@code null} if it is left out.
     *
     * @param decoded elements, or slots
     * @param itemBytes what slots tell of; {@code null} if elements have a fixed size, or all slots are of fill values
     */
    @Nullable
    ByteBuffer encode(long[] unit, ByteBuffer decoded, @Nullable ItemBytes itemBytes, Workspace workspace) {
        if (leavesOut(decoded.array(), decoded.arrayOffset() + decoded.position(), decoded.remaining())) {
            return null;
        }
        tally.encodes.increment();
        if (items == null) {
            return chain.encode(decoded, workspace);
        }
        ItemBytes from = itemBytes == null ? NO_ITEMS : itemBytes;
        return chain.encode(items.gather(decoded, from, chain.maxItemBytes(), unit, workspace), workspace);
    }
}
