package io.rezarr.execute;

import io.rezarr.store.Store;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a plan is run.
 *
 * @param mode how chunks are written: {@code DIRECT} only where no metadata stand yet
 * @param scratch an existing directory for scratch files; {@code null}: that of the system
 * @param elements is told of everything that is read and decoded
 * @param checkpoint where the run begins, and what is told how far it has come
 */
public record RunOptions(Store.WriteMode mode, @Nullable Path scratch, ElementSink elements, Checkpoint checkpoint) {
    /** Scratch files in the directory of the system; nobody is told of elements; from the beginning. */
    public static RunOptions of(Store.WriteMode mode) {
        return new RunOptions(mode, null, NoElements.SINK, Checkpoint.NONE);
    }

    public RunOptions withScratch(Path directory) {
        return new RunOptions(mode, directory, elements, checkpoint);
    }

    public RunOptions withElements(ElementSink sink) {
        return new RunOptions(mode, scratch, sink, checkpoint);
    }

    public RunOptions withCheckpoint(Checkpoint other) {
        return new RunOptions(mode, scratch, elements, other);
    }

    Path scratchOrDefault() {
        return scratch != null ? scratch : Path.of(System.getProperty("java.io.tmpdir"));
    }
}
