package io.rezarr.vectors.rechunk;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run goes about it, and what it takes along.
 *
 * @param maxMemoryBytes what may be buffered at once
 * @param threads at least 1
 * @param scratch an existing directory for scratch files; {@code null}: that of the system
 * @param mode whether there are scratch files
 * @param deadRows what becomes of rows in no fragment
 * @param levels the numbers of the levels to be written, ascending; {@code null}: all of the source. Links to levels that are not among them are left
 *     out, and reported
 */
public record VectorRunOptions(
        long maxMemoryBytes,
        int threads,
        @Nullable Path scratch,
        Mode mode,
        DeadRows deadRows,
        @Nullable List<Integer> levels) {
    /** Where that goes which does not fit in memory. */
    public enum Mode {
        /** To scratch files: the source is read twice. */
        SHUFFLE,
        /** Nowhere: the source is read once again for each part of the destination that fits in memory. */
        STREAMING
    }

    /** What becomes of rows in no fragment. */
    public enum DeadRows {
        /** They stand at the end of their chunk. */
        KEEP,
        DROP
    }

    public VectorRunOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", must be at least 1");
        }
        if (maxMemoryBytes < 1) {
            throw new IllegalArgumentException("maxMemoryBytes is " + maxMemoryBytes + ", must be positive");
        }
        levels = levels == null ? null : List.copyOf(levels);
    }

    /** All levels by way of scratch files in the directory of the system, dead rows included. */
    public static VectorRunOptions of(long maxMemoryBytes, int threads) {
        return new VectorRunOptions(maxMemoryBytes, threads, null, Mode.SHUFFLE, DeadRows.KEEP, null);
    }

    public VectorRunOptions withScratch(@Nullable Path directory) {
        return new VectorRunOptions(maxMemoryBytes, threads, directory, mode, deadRows, levels);
    }

    public VectorRunOptions withMode(Mode choice) {
        return new VectorRunOptions(maxMemoryBytes, threads, scratch, choice, deadRows, levels);
    }

    public VectorRunOptions withDeadRows(DeadRows choice) {
        return new VectorRunOptions(maxMemoryBytes, threads, scratch, mode, choice, levels);
    }

    public VectorRunOptions withLevels(@Nullable List<Integer> numbers) {
        return new VectorRunOptions(maxMemoryBytes, threads, scratch, mode, deadRows, numbers);
    }

    Path scratchOrDefault() {
        return scratch != null ? scratch : Path.of(System.getProperty("java.io.tmpdir"));
    }
}
