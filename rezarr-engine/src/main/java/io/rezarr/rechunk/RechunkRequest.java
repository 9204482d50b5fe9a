package io.rezarr.rechunk;

import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.EmptyChunks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What shall be rechunked into what. Texts are in the syntax of the command line ({@code docs/cli.md}), so that a program and a user say the
 * same thing; they are checked when the request is prepared. Immutable; each {@code with...} is a copy.
 *
 * @param source path of an array or a group
 * @param destination path that does not exist yet; {@code null} when {@code inPlace} is not {@code NO}
 * @param chunks chunk specs, for everything ({@code time=-1,lat=18}) or for arrays by glob ({@code tas:time=-1}); the last that fits an array counts;
 *     none: chunks are kept
 * @param shards shard specs likewise; {@code none} writes without shards
 * @param codec {@code keep}, a name with parameters, or JSON; {@code null}: keep
 * @param format of the destination; {@code null}: the source's
 * @param arrays paths inside the source group to rechunk; empty: all
 * @param skip globs of paths that are left out
 * @param separator of chunk keys; {@code null}: the source's, or the format's default when the format changes
 * @param dimensionNames one for each axis; {@code null}: the source's
 * @param fillValue as JSON or a bare word; metadata only; {@code null}: the source's
 * @param emptyChunks what becomes of chunks that hold the fill value only
 * @param sourceFormat which documents to read where both versions stand; {@code null}: whichever there is
 * @param existing what to do with a destination that exists
 * @param inPlace whether the result takes the source's place
 * @param outputName name of the new array beside the old one, when {@code inPlace} is {@code BESIDE}
 * @param verify how much of what was written is read again
 * @param consolidate whether consolidated metadata are written
 * @param maxBytes of memory for buffers
 * @param threads at least 1
 * @param fsync whether every file is forced to the disk
 */
public record RechunkRequest(
        String source,
        @Nullable String destination,
        List<String> chunks,
        List<String> shards,
        @Nullable String codec,
        @Nullable ZarrFormat format,
        List<String> arrays,
        List<String> skip,
        @Nullable Character separator,
        @Nullable List<String> dimensionNames,
        @Nullable String fillValue,
        EmptyChunks emptyChunks,
        @Nullable ZarrFormat sourceFormat,
        Existing existing,
        InPlace inPlace,
        @Nullable String outputName,
        Verify verify,
        Consolidate consolidate,
        long maxBytes,
        int threads,
        boolean fsync) {

    /** What to do with a destination that exists. */
    public enum Existing {
        REFUSE,
        /** Remove it, if it is a Zarr node, once the new one is complete. */
        OVERWRITE
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
        /** Everything, before the result becomes visible. In place never less. */
        WRITTEN
    }

    /** Whether consolidated metadata are written. */
    public enum Consolidate {
        /** If the source has them. */
        AUTO,
        YES,
        NO
    }

    public RechunkRequest {
        chunks = List.copyOf(chunks);
        shards = List.copyOf(shards);
        arrays = List.copyOf(arrays);
        skip = List.copyOf(skip);
        dimensionNames = dimensionNames == null ? null : List.copyOf(dimensionNames);
    }
}
