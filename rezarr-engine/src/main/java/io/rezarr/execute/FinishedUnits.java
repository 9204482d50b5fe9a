package io.rezarr.execute;

import io.rezarr.codec.CodecChain;
import io.rezarr.memory.Workspace;
import io.rezarr.plan.FillRule;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The last step of decoded units: leave them out, or encode them. */
final class FinishedUnits {
    private final FillRule rule;
    private final byte[] fill;
    private final CodecChain chain;
    private final Tally tally;

    /** @param fill the destination's, in its byte order */
    FinishedUnits(FillRule rule, byte[] fill, CodecChain chain, Tally tally) {
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

    @Nullable
    ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        if (leavesOut(decoded.array(), decoded.arrayOffset() + decoded.position(), decoded.remaining())) {
            return null;
        }
        tally.encodes.increment();
        return chain.encode(decoded, workspace);
    }
}
