package io.rezarr.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all commands that rewrite something have in common, be it arrays or vector stores: where the result goes, and what the run may take. */
final class RewriteOptions {
    @Option(names = "--in-place", description = "The result takes the source's place, once it was verified.")
    boolean inPlace;

    @Option(names = "--keep-backup", description = "In place: what stood there stays as NAME.backup.")
    boolean keepBackup;

    @Option(
            names = "--overwrite",
            description = "Replace DST, if it is a Zarr array or group, once the new one is complete.")
    boolean overwrite;

    @Option(names = "--fsync", description = "Force every file to the disk, not only the renames in place.")
    boolean fsync;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description = "Where scratch files go, if any are needed. Default: beside the result.")
    @Nullable
    String scratch;

    @Mixin
    MemoryOptions memory = new MemoryOptions();

    /**
     * What the library cannot know of.
     *
     * @param what SRC is
     * @param place whether the result takes the source's place: {@code --in-place}, or what stands for it
     * @throws picocli.CommandLine.ParameterException if options contradict each other, or a place has no name
     */
    void check(String source, String what, @Nullable String destination, boolean place, CommonOptions common) {
        common.check();
        memory.check(common);
        common.requireNamed("SRC", source, what);
        if (destination != null && destination.isEmpty()) {
            throw common.usage("DST is empty: name where the result goes");
        }
        if (keepBackup && !place) {
            throw common.usage("--keep-backup needs --in-place: out of place the source stays as it is");
        }
    }
}
