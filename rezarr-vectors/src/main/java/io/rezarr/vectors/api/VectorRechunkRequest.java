package io.rezarr.vectors.api;

import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.rechunk.ChunkLimit;
import io.rezarr.vectors.rechunk.VectorRunOptions.DeadRows;
import io.rezarr.vectors.rechunk.VectorRunOptions.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store of the Zarr Vector Format is to be rewritten to. Nothing is checked before {@link VectorRechunk#prepare}.
 *
 * @param source the directory of the store
 * @param destination where the result goes; {@code null} in place
 * @param chunkShape of the root, in world units; {@code null}: as it is, which makes this a rebin, or as {@code chunkLimit} has it
 * @param chunkLimit how full the fullest chunk may be, where the shape is to be chosen; {@code null}: {@code chunkShape} says it
 * @param binShape of level 0; {@code null}: see {@code docs/zvf.md}
 * @param layout that of the result
 * @param levels those that are written; empty: all. See {@link Existing#ADD_LEVELS}, too
 * @param mode whether scratch files may be used
 * @param deadRows what becomes of rows that no fragment has
 * @param inPlace whether the result takes the source's place
 * @param existing what happens if something stands at the destination
 * @param codec for all families, as {@code --codec} has it; {@code null}: each keeps its own
 * @param shards {@code none}, or a shape in chunks such as {@code 4,4,4}; {@code null}: each family keeps its own
 * @param verify what is done before the result becomes visible; in place always {@link Verify#FULL}
 * @param maxMemoryBytes what data may take
 * @param threads at least 1
 * @param fsync whether every file is forced to the disk
 * @param scratch an existing directory for scratch files; {@code null}: beside the result
 */
public record VectorRechunkRequest(
        String source,
        @Nullable String destination,
        @Nullable WorldVector chunkShape,
        @Nullable ChunkLimit chunkLimit,
        @Nullable WorldVector binShape,
        Layout layout,
        List<Integer> levels,
        Mode mode,
        DeadRows deadRows,
        InPlace inPlace,
        Existing existing,
        @Nullable String codec,
        @Nullable String shards,
        Verify verify,
        long maxMemoryBytes,
        int threads,
        boolean fsync,
        @Nullable String scratch) {
    /** The layout of the result. */
    public enum Layout {
        AS_IN_SOURCE,
        /** 0.9; the source has an older one. */
        V09
    }

    /** Whether the result takes the source's place. */
    public enum InPlace {
        NO,
        SWAP,
        /** The old store stays as {@code NAME.backup}. */
        SWAP_KEEP_BACKUP
    }

    /** What happens if something stands at the destination. */
    public enum Existing {
        REFUSE,
        /** A Zarr node is replaced, when the new one is complete. */
        OVERWRITE,
        /**
         * The levels are added to those that earlier such requests wrote there from the same source, on the same grids; one that is there already is
         * refused. If nothing stands there, the store is begun. Links between levels are written when both are there.
         */
        ADD_LEVELS,
        /** Likewise, and one that is there already is replaced. */
        REPLACE_LEVELS;

        boolean addsLevels() {
            return this == ADD_LEVELS || this == REPLACE_LEVELS;
        }
    }

    /** What is done before the result becomes visible. */
    public enum Verify {
        NONE,
        /** It is validated at level 5, and its digest compared with the source's. */
        FULL
    }

    public VectorRechunkRequest {
        levels = List.copyOf(levels);
    }

    /**
     * A single level, into a destination that gets all of them one by one, in any order: the format's page calls this for each.
     *
     * @param sourceRoot the directory of the store
     * @param destRoot that of the result
     */
    public static VectorRechunkRequest ofLevel(
            String sourceRoot, String destRoot, int level, WorldVector chunkShape, @Nullable WorldVector binShape) {
        VectorRechunkRequest all = of(sourceRoot, destRoot, chunkShape);
        return new VectorRechunkRequest(
                        sourceRoot,
                        destRoot,
                        chunkShape,
                        null,
                        binShape,
                        Layout.AS_IN_SOURCE,
                        List.of(level),
                        all.mode,
                        all.deadRows,
                        all.inPlace,
                        all.existing,
                        null,
                        null,
                        all.verify,
                        all.maxMemoryBytes,
                        all.threads,
                        all.fsync,
                        null)
                .addingLevels();
    }

    /** The same, but that the levels are added to those that the destination has; {@link Existing#OVERWRITE} replaces some of them. */
    public VectorRechunkRequest addingLevels() {
        return new VectorRechunkRequest(
                source,
                destination,
                chunkShape,
                chunkLimit,
                binShape,
                layout,
                levels,
                mode,
                deadRows,
                inPlace,
                existing == Existing.OVERWRITE ? Existing.REPLACE_LEVELS : Existing.ADD_LEVELS,
                codec,
                shards,
                verify,
                maxMemoryBytes,
                threads,
                fsync,
                scratch);
    }

    /** All levels, by way of scratch files, as the source is stored, to a destination that must be free. */
    public static VectorRechunkRequest of(String source, String destination, WorldVector chunkShape) {
        return new VectorRechunkRequest(
                source,
                destination,
                chunkShape,
                null,
                null,
                Layout.AS_IN_SOURCE,
                List.of(),
                Mode.SHUFFLE,
                DeadRows.KEEP,
                InPlace.NO,
                Existing.REFUSE,
                null,
                null,
                Verify.NONE,
                1L << 30,
                Runtime.getRuntime().availableProcessors(),
                false,
                null);
    }
}
