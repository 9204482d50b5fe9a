package io.rezarr.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a run may take of the machine: memory, and threads where it has several. */
final class MemoryOptions extends MemoryLimit {
    @Option(
            names = {"-j", "--threads"},
            paramLabel = "N",
            description = "Threads. Default: one for each core.")
    private @Nullable Integer threads;

    int threads() {
        return threads != null ? threads : Runtime.getRuntime().availableProcessors();
    }

    void check(CommonOptions common) {
        if (threads != null && threads < 1) {
            throw common.usage("--threads " + threads + ": must be at least 1");
        }
    }
}
