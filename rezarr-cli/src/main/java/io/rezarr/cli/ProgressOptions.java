package io.rezarr.cli;

import picocli.CommandLine.Option;

/** How a run shows how far it is. */
final class ProgressOptions {
    @Option(
            names = "--progress",
            paramLabel = "auto|bar|plain|json|none",
            converter = Choice.OfProgress.class,
            description =
                    "How progress is shown on stderr. Default: auto, a bar on a terminal, else a line every 10 s.")
    private ProgressStyle style = ProgressStyle.AUTO;

    /** The display that is asked for. */
    ProgressDisplay display(long maxBytes, Console console, Interruption interruption, CommonOptions common) {
        return ProgressDisplay.of(style, maxBytes, console, interruption, common);
    }
}
