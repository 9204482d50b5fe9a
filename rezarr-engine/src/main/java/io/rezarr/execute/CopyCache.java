package io.rezarr.execute;

import io.rezarr.array.StridedCopy;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ByteRun;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The prepared copies of one thread from units of one layout to units of another, by the extents of the box. */
final class CopyCache implements AutoCloseable {
    private static final int SLOTS = 64;

    private final Geometry geometry;
    private final long[] @Nullable [] keys = new long[SLOTS][];
    private final @Nullable StridedCopy[] copies = new StridedCopy[SLOTS];

    private CopyCache(Geometry geometry) {
        this.geometry = geometry;
    }

    /** The layouts on both sides. One for a run. */
    static final class Geometry {
        private final long[] fromStrides;
        private final long[] toStrides;
        private final int elementBytes;
        private final List<ByteRun> swaps;

        Geometry(long[] fromStrides, long[] toStrides, int elementBytes, List<ByteRun> swaps) {
            this.fromStrides = fromStrides;
            this.toStrides = toStrides;
            this.elementBytes = elementBytes;
            this.swaps = swaps;
        }
    }

    static CopyCache of(Workspace workspace, Geometry geometry) {
        return workspace.context(CopyCache.class, geometry, () -> new CopyCache(geometry));
    }

    StridedCopy of(long[] extents) {
        int slot = (Arrays.hashCode(extents) * 0x9E3779B9) >>> 26;
        StridedCopy copy = copies[slot];
        if (copy == null || !Arrays.equals(keys[slot], extents)) {
            copy = StridedCopy.of(
                    extents, geometry.fromStrides, geometry.toStrides, geometry.elementBytes, geometry.swaps);
            copies[slot] = copy;
            keys[slot] = extents.clone();
        }
        return copy;
    }

    @Override
    public void close() {}
}
