package io.rezarr.execute;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Units that are moved as they are, after the checks that need no decoding. */
final class MovedUnits implements UnitEncoder {
    private final SourceUnits source;
    private final Tally tally;

    MovedUnits(SourceUnits source, Tally tally) {
        this.source = source;
        this.tally = tally;
    }

    @Override
    public @Nullable ByteBuffer encode(long[] unit, Workspace workspace) {
        ByteBuffer encoded = source.readEncoded(unit, workspace);
        if (encoded != null) {
            source.check(unit, encoded, workspace);
            tally.moved.increment();
        }
        return encoded;
    }
}
