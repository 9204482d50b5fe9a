package io.rezarr.rechunk;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.UnitGrid;
import io.rezarr.array.ZarrArray;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.execute.ItemSample;
import io.rezarr.memory.Workspace;
import io.rezarr.plan.Hints;

/** A look at a few stored chunks, so that a plan need not guess what they are like. */
final class SourceSample {
    /** Chunks that are asked for, spread over the array. */
    private static final int PROBES = 8;

    private SourceSample() {}

    /** What the chunks that were found say; of items of variable size, how large they are. */
    static Hints of(ZarrArray array, long maxBytes) {
        UnitGrid chunks =
                new UnitGrid(array.metadata().shape(), array.metadata().chunkShape());
        if (isEmpty(chunks)) {
            return Hints.NONE;
        }
        return new Hints(
                partBytes(array),
                array.metadata().innerChunkShape() != null ? -1 : meanBytes(array, chunks),
                ItemSample.of(array, maxBytes));
    }

    private static long partBytes(ZarrArray array) {
        try (Workspace workspace = new Workspace()) {
            return new ChunkReader(array).samplePartBytes(workspace);
        } catch (MalformedDataException | UnsupportedFeatureException e) {
            // Chunks that are moved need not be known, and a damaged one is for the run to report, with its key.
            return 0;
        }
    }

    private static long meanBytes(ZarrArray array, UnitGrid chunks) {
        long found = 0;
        long bytes = 0;
        for (int probe = 0; probe < PROBES; probe++) {
            long size = array.store().size(array.chunkKey(spread(chunks, probe)));
            if (size >= 0) {
                found++;
                bytes += size;
            }
        }
        return found == 0 ? -1 : bytes / found;
    }

    private static boolean isEmpty(UnitGrid chunks) {
        for (int axis = 0; axis < chunks.rank(); axis++) {
            if (chunks.unitsAlong(axis) == 0) {
                return true;
            }
        }
        return false;
    }

    private static long[] spread(UnitGrid chunks, int probe) {
        long[] index = new long[chunks.rank()];
        for (int axis = 0; axis < index.length; axis++) {
            long along = chunks.unitsAlong(axis);
            index[axis] = (long) ((double) along * ((probe + 0.5) / PROBES)) % along;
        }
        return index;
    }
}
