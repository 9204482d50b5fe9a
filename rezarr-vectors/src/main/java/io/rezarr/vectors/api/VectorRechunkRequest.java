package io.rezarr.vectors.api;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.rechunk.RechunkRequest;
import io.rezarr.rechunk.RewriteRules;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.rechunk.ChunkLimit;
import io.rezarr.vectors.rechunk.VectorRunOptions.DeadRows;
import io.rezarr.vectors.rechunk.VectorRunOptions.Mode;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a store of the Zarr Vector Format is to be rewritten to. Parts that contradict each other are refused where they come together, what does not fit
 * the store by {@link VectorRechunk#prepare}. Immutable; each {@code with...} is a copy.
 *
 * @param source the store
 * @param destination where the result goes; {@code null} in place
 * @param chunkShape of the root, in world units; {@code null}: as it is, which makes this a rebin, or as {@code chunkLimit} has it
 * @param chunkLimit how full the fullest chunk may be, where the shape is to be chosen; {@code null}: {@code chunkShape} says it
 * @param binShape of level 0; {@code null}: see {@code docs/zvf.md}
 * @param layout that of the result
 * @param levels those that are written; empty: all, as in place always. See {@link Existing#ADD_LEVELS}, too
 * @param mode whether scratch files may be used
 * @param deadRows what becomes of rows that no fragment has
 * @param inPlace whether the result takes the source's place
 * @param existing what happens if something stands at the destination
 * @param codec for all families, as {@code --codec} has it; {@code null}: each keeps its own
 * @param shards {@code none}, or a shape in chunks such as {@code 4,4,4}; {@code null}: each family keeps its own
 * @param verify what is done before the result becomes visible; in place {@link Verify#FULL}
 * @param maxBytes of memory for data
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
        long maxBytes,
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

    /** @throws InvalidRequestException if parts contradict each other */
    public VectorRechunkRequest {
        levels = List.copyOf(levels);
        if (chunkShape != null && chunkLimit != null) {
            throw new InvalidRequestException(
                    "a chunk shape " + chunkShape + " and a limit to choose one by: give one of them");
        }
        RewriteRules.requireLimits(maxBytes, threads);
        if (inPlace == InPlace.NO) {
            RewriteRules.requireDestination(destination);
        } else {
            checkInPlace(destination, levels, existing, verify);
        }
    }

    private static void checkInPlace(
            @Nullable String destination, List<Integer> levels, Existing existing, Verify verify) {
        RewriteRules.requireNoDestination(destination);
        if (!levels.isEmpty()) {
            throw new InvalidRequestException("--level does not go with --in-place: the other levels would be lost");
        }
        if (existing.addsLevels()) {
            throw new InvalidRequestException("--in-place does not go with --dest-root: that is where the result goes");
        }
        if (existing == Existing.OVERWRITE) {
            throw RewriteRules.overwriteInPlace();
        }
        if (verify == Verify.NONE) {
            throw RewriteRules.unverifiedInPlace();
        }
    }

    /** A request that writes to another place and keeps everything; to be refined by the copies below. */
    public static VectorRechunkRequest of(String source, String destination) {
        return new Draft(source).set(draft -> draft.destination = destination);
    }

    /** A request that puts the result in the source's place, when it was verified. */
    public static VectorRechunkRequest inPlace(String source) {
        return new Draft(source).set(draft -> {
            draft.inPlace = InPlace.SWAP;
            draft.verify = Verify.FULL;
        });
    }

    public VectorRechunkRequest withChunkShape(@Nullable WorldVector chunkShape) {
        return new Draft(this).set(draft -> draft.chunkShape = chunkShape);
    }

    public VectorRechunkRequest withChunkLimit(@Nullable ChunkLimit chunkLimit) {
        return new Draft(this).set(draft -> draft.chunkLimit = chunkLimit);
    }

    public VectorRechunkRequest withBinShape(@Nullable WorldVector binShape) {
        return new Draft(this).set(draft -> draft.binShape = binShape);
    }

    public VectorRechunkRequest withLayout(Layout layout) {
        return new Draft(this).set(draft -> draft.layout = layout);
    }

    public VectorRechunkRequest withLevels(Integer... numbers) {
        return new Draft(this).set(draft -> draft.levels = List.of(numbers));
    }

    public VectorRechunkRequest withMode(Mode mode) {
        return new Draft(this).set(draft -> draft.mode = mode);
    }

    public VectorRechunkRequest withDeadRows(DeadRows deadRows) {
        return new Draft(this).set(draft -> draft.deadRows = deadRows);
    }

    public VectorRechunkRequest withInPlace(InPlace inPlace) {
        return new Draft(this).set(draft -> draft.inPlace = inPlace);
    }

    public VectorRechunkRequest withExisting(Existing existing) {
        return new Draft(this).set(draft -> draft.existing = existing);
    }

    public VectorRechunkRequest withCodec(@Nullable String codec) {
        return new Draft(this).set(draft -> draft.codec = codec);
    }

    public VectorRechunkRequest withShards(@Nullable String shards) {
        return new Draft(this).set(draft -> draft.shards = shards);
    }

    public VectorRechunkRequest withVerify(Verify verify) {
        return new Draft(this).set(draft -> draft.verify = verify);
    }

    public VectorRechunkRequest withMaxBytes(long maxBytes) {
        return new Draft(this).set(draft -> draft.maxBytes = maxBytes);
    }

    public VectorRechunkRequest withThreads(int threads) {
        return new Draft(this).set(draft -> draft.threads = threads);
    }

    /** Every file is forced to the disk before the result becomes visible. */
    public VectorRechunkRequest withFsync() {
        return new Draft(this).set(draft -> draft.fsync = true);
    }

    public VectorRechunkRequest withScratch(@Nullable String directory) {
        return new Draft(this).set(draft -> draft.scratch = directory);
    }

    /** The components, to be changed one at a time. */
    private static final class Draft {
        private final String source;
        private @Nullable String destination = null;
        private @Nullable WorldVector chunkShape = null;
        private @Nullable ChunkLimit chunkLimit = null;
        private @Nullable WorldVector binShape = null;
        private Layout layout = Layout.AS_IN_SOURCE;
        private List<Integer> levels = List.of();
        private Mode mode = Mode.SHUFFLE;
        private DeadRows deadRows = DeadRows.KEEP;
        private InPlace inPlace = InPlace.NO;
        private Existing existing = Existing.REFUSE;
        private @Nullable String codec = null;
        private @Nullable String shards = null;
        private Verify verify = Verify.NONE;
        private long maxBytes = RechunkRequest.DEFAULT_MAX_BYTES;
        private int threads = Runtime.getRuntime().availableProcessors();
        private boolean fsync = false;
        private @Nullable String scratch = null;

        Draft(String source) {
            this.source = source;
        }

        Draft(VectorRechunkRequest request) {
            source = request.source;
            destination = request.destination;
            chunkShape = request.chunkShape;
            chunkLimit = request.chunkLimit;
            binShape = request.binShape;
            layout = request.layout;
            levels = request.levels;
            mode = request.mode;
            deadRows = request.deadRows;
            inPlace = request.inPlace;
            existing = request.existing;
            codec = request.codec;
            shards = request.shards;
            verify = request.verify;
            maxBytes = request.maxBytes;
            threads = request.threads;
            fsync = request.fsync;
            scratch = request.scratch;
        }

        VectorRechunkRequest set(Consumer<Draft> change) {
            change.accept(this);
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
                    existing,
                    codec,
                    shards,
                    verify,
                    maxBytes,
                    threads,
                    fsync,
                    scratch);
        }
    }
}
