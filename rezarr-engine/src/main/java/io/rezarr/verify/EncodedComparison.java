package io.rezarr.verify;

import io.rezarr.array.UnitGrid;
import io.rezarr.array.ZarrArray;
import io.rezarr.error.CancelledException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.execute.RunListener;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.plan.Work;
import io.rezarr.store.ByteRange;
import io.rezarr.store.StoreKey;
import java.nio.ByteBuffer;

/** Compares stored values piece by piece, where they cannot be decoded. */
final class EncodedComparison {
    private static final int PIECE_BYTES = 1 << 20;

    private EncodedComparison() {}

    /**
     * @param threads is not used: what is compared so is rare, and bounded by reading
     * @throws UnsupportedFeatureException if the chunks or codecs differ, or any value does
     */
    static void requireEqual(ZarrArray left, ZarrArray right, int threads, RunListener listener) {
        ArrayMetadata a = left.metadata();
        ArrayMetadata b = right.metadata();
        boolean sameForm = a.chunkShape().equals(b.chunkShape())
                && a.codecs().equals(b.codecs())
                && a.fillValue().equals(b.fillValue());
        if (!sameForm) {
            throw unsupported(left, right, "chunks, codecs or fill values differ");
        }
        UnitGrid grid = new UnitGrid(a.shape(), a.chunkShape());
        long total = grid.units();
        try (Workspace workspace = new Workspace()) {
            for (long i = 0; i < total; i++) {
                if (listener.isCancelled()) {
                    throw new CancelledException("The comparison was cancelled.");
                }
                long[] chunk = grid.index(i);
                requireEqual(left, left.chunkKey(chunk), right, right.chunkKey(chunk), workspace);
                listener.progress(Work.NONE, i + 1, total);
            }
        }
    }

    private static void requireEqual(
            ZarrArray left, StoreKey leftKey, ZarrArray right, StoreKey rightKey, Workspace workspace) {
        long size = left.store().size(leftKey);
        if (size != right.store().size(rightKey)) {
            throw unsupported(left, right, "chunk '" + rightKey + "' has another size");
        }
        for (long offset = 0; offset < size; offset += PIECE_BYTES) {
            int mark = workspace.mark();
            ByteRange range = new ByteRange(offset, (int) Math.min(PIECE_BYTES, size - offset));
            ByteBuffer ofLeft = left.store().get(leftKey, range, workspace);
            ByteBuffer ofRight = right.store().get(rightKey, range, workspace);
            if (ofLeft == null || !ofLeft.equals(ofRight)) {
                throw unsupported(left, right, "chunk '" + rightKey + "' has other bytes");
            }
            workspace.releaseTo(mark);
        }
    }

    private static UnsupportedFeatureException unsupported(ZarrArray left, ZarrArray right, String what) {
        return new UnsupportedFeatureException("'" + left.store().location() + "/" + left.prefix() + "' and '"
                + right.store().location() + "/" + right.prefix() + "' have data type "
                + left.metadata().dataType().name() + " and codecs that rezarr cannot decode, and " + what
                + ". Whether their elements are equal can only be told when their chunks are the same bytes.");
    }
}
