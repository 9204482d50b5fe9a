package io.rezarr.rechunk;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Strategy;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What shall be rechunked into what. Texts are in the syntax of the command line ({@code docs/cli.md}), so that a program and a user say the
 * same thing. Parts that contradict each other are refused where they come together, what is missing, or does not fit the source, by {@link Rechunk#prepare}.
 * Made by {@link #of} or {@link #inPlace}. Immutable; each {@code with...} is a copy.
 *
 * @param source path of an array or a group
 * @param destination path that does not exist yet; {@code null} in place, and where nothing is to be written
 * @param chunks chunk specs, for everything ({@code time=-1,lat=18}) or for arrays by path or glob ({@code tas:time=-1}); a path goes before a glob, that before a
 *     spec for everything, of several the first that fits counts;
 *     none: chunks are kept
 * @param shards shard specs likewise; {@code none} writes without shards
 * @param codec {@code keep}, a name with parameters, or JSON; {@code null}: keep
 * @param filters what becomes of what turns elements into other elements before they are compressed
 * @param format of the destination; {@code null}: the source's
 * @param arrays paths inside the source group to rechunk; empty: all
 * @param skip globs of paths that are left out
 * @param separator of chunk keys; {@code null}: the source's, or the format's default when the format changes
 * @param dimensionNames one for each axis; {@code null}: the source's
 * @param fillValue as JSON or a bare word; metadata only; {@code null}: the source's
 * @param emptyChunks what becomes of chunks that hold the fill value only
 * @param sourceFormat which documents to read where both versions stand; {@code null}: whichever there is
 * @param existing what to do with a destination that exists
 * @param resume whether to go on where an interrupted run of the same request stopped, if there is one
 * @param inPlace whether the result takes the source's place
 * @param outputName name of the new array beside the old one, when {@code inPlace} is {@code BESIDE}
 * @param verify how much of what was written is read again; in place not {@link Verify#NONE}
 * @param consolidate whether consolidated metadata are written
 * @param maxBytes of memory for buffers
 * @param threads at least 1
 * @param fsync whether every file is forced to the disk
 * @param scratch directory for scratch files; {@code null}: the one that the result is written to
 * @param strategy forces one (tests); {@code null}: the cheapest
 */
public record RechunkRequest(
        String source,
        @Nullable String destination,
        List<String> chunks,
        List<String> shards,
        @Nullable String codec,
        Filters filters,
        @Nullable ZarrFormat format,
        List<String> arrays,
        List<String> skip,
        @Nullable Character separator,
        @Nullable List<String> dimensionNames,
        @Nullable String fillValue,
        EmptyChunks emptyChunks,
        @Nullable ZarrFormat sourceFormat,
        Existing existing,
        boolean resume,
        InPlace inPlace,
        @Nullable String outputName,
        Verify verify,
        Consolidate consolidate,
        long maxBytes,
        int threads,
        boolean fsync,
        @Nullable String scratch,
        @Nullable Strategy strategy) {

    /** What to do with a destination that exists. */
    public enum Existing {
        REFUSE,
        /** Remove it, if it is a Zarr node, once the new one is complete. */
        OVERWRITE
    }

    /** What becomes of filters: of v2, and of the array→array codecs of v3 but transposes. */
    public enum Filters {
        KEEP,
        /** Elements are compressed as they are. */
        NONE
    }

    /** Whether the result takes the source's place. */
    public enum InPlace {
        /** It goes to the destination. */
        NO,
        /** It takes the source's name; the old one is deleted. */
        SWAP,
        /** It takes the source's name; the old one stays as {@code NAME.backup}. */
        SWAP_KEEP_BACKUP,
        /** It stands beside the source in the same group, under {@code outputName}. */
        BESIDE
    }

    /** How much of what was written is read again and compared with the source. */
    public enum Verify {
        NONE,
        /**
         * All that was written: its content digest is that of the source as it was read. Before the result becomes visible;
         * in place never less.
         */
        WRITTEN,
        /** The source is read a second time, too, and compared element by element. */
        FULL
    }

    /** Whether consolidated metadata are written. */
    public enum Consolidate {
        /** If the source has them. */
        AUTO,
        YES,
        NO
    }

    /** @throws InvalidRequestException if parts contradict each other */
    public RechunkRequest {
        chunks = List.copyOf(chunks);
        shards = List.copyOf(shards);
        arrays = List.copyOf(arrays);
        skip = List.copyOf(skip);
        dimensionNames = dimensionNames == null ? null : List.copyOf(dimensionNames);
        RewriteRules.requireLimits(maxBytes, threads);
        if (inPlace != InPlace.NO) {
            checkInPlace(destination, inPlace, existing, verify);
        }
        if (outputName != null) {
            checkOutput(inPlace, outputName);
        }
    }

    private static void checkInPlace(@Nullable String destination, InPlace inPlace, Existing existing, Verify verify) {
        RewriteRules.requireNoDestination(destination);
        if (inPlace != InPlace.BESIDE && existing == Existing.OVERWRITE) {
            throw RewriteRules.overwriteInPlace();
        }
        if (verify == Verify.NONE) {
            throw RewriteRules.unverifiedInPlace();
        }
    }

    private static void checkOutput(InPlace inPlace, String name) {
        if (inPlace != InPlace.BESIDE) {
            throw new InvalidRequestException("--output needs --in-place: it names the new array beside the old one;"
                    + " out of place DST says where the result goes");
        }
        if (name.isEmpty() || name.matches(".*[/\\\\\0].*") || name.startsWith(".")) {
            throw new InvalidRequestException("--output '" + name + "' must be a single name, without '/' and not"
                    + " beginning with a dot: the new array stands beside the old one");
        }
    }

    /** What a run may take when the request does not say. */
    public static final long DEFAULT_MAX_BYTES = 1L << 30;

    /** A request that writes to another place and keeps everything; to be refined by the copies below. */
    public static RechunkRequest of(String source, String destination) {
        return new Draft(source).set(draft -> draft.destination = destination);
    }

    /** Likewise, without a place for the result: to be planned only ({@link Rechunk#plan}), unless {@link #withDestination} names one. */
    public static RechunkRequest of(String source) {
        return new Draft(source).set(draft -> {});
    }

    /** A request that puts the result in the source's place, when it was verified. */
    public static RechunkRequest inPlace(String source) {
        return new Draft(source).set(draft -> {
            draft.inPlace = InPlace.SWAP;
            draft.verify = Verify.WRITTEN;
        });
    }

    public RechunkRequest withDestination(@Nullable String destination) {
        return new Draft(this).set(draft -> draft.destination = destination);
    }

    public RechunkRequest withChunks(String... specs) {
        return new Draft(this).set(draft -> draft.chunks = List.of(specs));
    }

    public RechunkRequest withShards(String... specs) {
        return new Draft(this).set(draft -> draft.shards = List.of(specs));
    }

    public RechunkRequest withCodec(@Nullable String codec) {
        return new Draft(this).set(draft -> draft.codec = codec);
    }

    public RechunkRequest withFilters(Filters filters) {
        return new Draft(this).set(draft -> draft.filters = filters);
    }

    public RechunkRequest withFormat(@Nullable ZarrFormat format) {
        return new Draft(this).set(draft -> draft.format = format);
    }

    public RechunkRequest withArrays(String... paths) {
        return new Draft(this).set(draft -> draft.arrays = List.of(paths));
    }

    public RechunkRequest withSkip(String... globs) {
        return new Draft(this).set(draft -> draft.skip = List.of(globs));
    }

    public RechunkRequest withSeparator(@Nullable Character separator) {
        return new Draft(this).set(draft -> draft.separator = separator);
    }

    public RechunkRequest withDimensionNames(@Nullable List<String> names) {
        return new Draft(this).set(draft -> draft.dimensionNames = names);
    }

    public RechunkRequest withFillValue(@Nullable String fillValue) {
        return new Draft(this).set(draft -> draft.fillValue = fillValue);
    }

    public RechunkRequest withEmptyChunks(EmptyChunks emptyChunks) {
        return new Draft(this).set(draft -> draft.emptyChunks = emptyChunks);
    }

    public RechunkRequest withSourceFormat(@Nullable ZarrFormat format) {
        return new Draft(this).set(draft -> draft.sourceFormat = format);
    }

    public RechunkRequest withExisting(Existing existing) {
        return new Draft(this).set(draft -> draft.existing = existing);
    }

    /**
     * Goes on where an interrupted run of the same request stopped; begins anew if there is none. What is written stays for another run whenever this
     * one is cancelled or its stores fail.
     */
    public RechunkRequest withResume() {
        return new Draft(this).set(draft -> draft.resume = true);
    }

    public RechunkRequest withInPlace(InPlace inPlace) {
        return new Draft(this).set(draft -> draft.inPlace = inPlace);
    }

    public RechunkRequest withOutputName(@Nullable String name) {
        return new Draft(this).set(draft -> draft.outputName = name);
    }

    public RechunkRequest withVerify(Verify verify) {
        return new Draft(this).set(draft -> draft.verify = verify);
    }

    public RechunkRequest withConsolidate(Consolidate consolidate) {
        return new Draft(this).set(draft -> draft.consolidate = consolidate);
    }

    public RechunkRequest withMaxBytes(long maxBytes) {
        return new Draft(this).set(draft -> draft.maxBytes = maxBytes);
    }

    public RechunkRequest withThreads(int threads) {
        return new Draft(this).set(draft -> draft.threads = threads);
    }

    /** Every file is forced to the disk before the result becomes visible. */
    public RechunkRequest withFsync() {
        return new Draft(this).set(draft -> draft.fsync = true);
    }

    public RechunkRequest withScratch(@Nullable String directory) {
        return new Draft(this).set(draft -> draft.scratch = directory);
    }

    public RechunkRequest withStrategy(@Nullable Strategy strategy) {
        return new Draft(this).set(draft -> draft.strategy = strategy);
    }

    /** The components, to be changed one at a time. */
    private static final class Draft {
        private final String source;
        private @Nullable String destination = null;
        private List<String> chunks = List.of();
        private List<String> shards = List.of();
        private @Nullable String codec = null;
        private Filters filters = Filters.KEEP;
        private @Nullable ZarrFormat format = null;
        private List<String> arrays = List.of();
        private List<String> skip = List.of();
        private @Nullable Character separator = null;
        private @Nullable List<String> dimensionNames = null;
        private @Nullable String fillValue = null;
        private EmptyChunks emptyChunks = EmptyChunks.SKIP;
        private @Nullable ZarrFormat sourceFormat = null;
        private Existing existing = Existing.REFUSE;
        private boolean resume = false;
        private InPlace inPlace = InPlace.NO;
        private @Nullable String outputName = null;
        private Verify verify = Verify.NONE;
        private Consolidate consolidate = Consolidate.AUTO;
        private long maxBytes = DEFAULT_MAX_BYTES;
        private int threads = Runtime.getRuntime().availableProcessors();
        private boolean fsync = false;
        private @Nullable String scratch = null;
        private @Nullable Strategy strategy = null;

        Draft(String source) {
            this.source = source;
        }

        Draft(RechunkRequest request) {
            source = request.source;
            destination = request.destination;
            chunks = request.chunks;
            shards = request.shards;
            codec = request.codec;
            filters = request.filters;
            format = request.format;
            arrays = request.arrays;
            skip = request.skip;
            separator = request.separator;
            dimensionNames = request.dimensionNames;
            fillValue = request.fillValue;
            emptyChunks = request.emptyChunks;
            sourceFormat = request.sourceFormat;
            existing = request.existing;
            resume = request.resume;
            inPlace = request.inPlace;
            outputName = request.outputName;
            verify = request.verify;
            consolidate = request.consolidate;
            maxBytes = request.maxBytes;
            threads = request.threads;
            fsync = request.fsync;
            scratch = request.scratch;
            strategy = request.strategy;
        }

        RechunkRequest set(Consumer<Draft> change) {
            change.accept(this);
            return new RechunkRequest(
                    source,
                    destination,
                    chunks,
                    shards,
                    codec,
                    filters,
                    format,
                    arrays,
                    skip,
                    separator,
                    dimensionNames,
                    fillValue,
                    emptyChunks,
                    sourceFormat,
                    existing,
                    resume,
                    inPlace,
                    outputName,
                    verify,
                    consolidate,
                    maxBytes,
                    threads,
                    fsync,
                    scratch,
                    strategy);
        }
    }
}
