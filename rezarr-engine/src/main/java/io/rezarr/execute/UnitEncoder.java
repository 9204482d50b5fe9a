package io.rezarr.execute;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Makes the encoded units of the destination. */
interface UnitEncoder {
    /** The bytes to store, in memory of the workspace; {@code null} if the unit is left out. */
    @Nullable
    ByteBuffer encode(long[] unit, Workspace workspace);
}
