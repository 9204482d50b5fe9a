package io.rezarr.execute;

import io.rezarr.array.StridedCopy;
import io.rezarr.memory.Workspace;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The prepared copies of one thread, by what tells one from another: mostly the extents of the box. */
final class CopyCache implements AutoCloseable {
    private static final int SLOTS = 64;

    private final Function<long[], StridedCopy> make;
    private final long[] @Nullable [] keys = new long[SLOTS][];
    private final @Nullable StridedCopy[] copies = new StridedCopy[SLOTS];

    private CopyCache(Function<long[], StridedCopy> make) {
        this.make = make;
    }

    /** The cache of this workspace for that way to make copies, which is one object for a run. */
    static CopyCache of(Workspace workspace, Function<long[], StridedCopy> make) {
        return workspace.context(CopyCache.class, make, () -> new CopyCache(make));
    }

    /** The copy for that key, which is not kept. */
    StridedCopy of(long[] key) {
        int slot = (Arrays.hashCode(key) * 0x9E3779B9) >>> 26;
        StridedCopy copy = copies[slot];
        if (copy == null || !Arrays.equals(keys[slot], key)) {
            long[] kept = key.clone();
            copy = make.apply(kept);
            copies[slot] = copy;
            keys[slot] = kept;
        }
        return copy;
    }

    @Override
    public void close() {}
}
