package io.rezarr.cli;

import picocli.CommandLine.Option;

/** What stands before the name of a command. */
@picocli.CommandLine.Command(
        name = "rezarr",
        synopsisHeading = "Usage: ",
        customSynopsis = "rezarr COMMAND [options] ...",
        description = "Changes the chunking of Zarr data: exactly, within a memory budget, crash-safe.",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "'rezarr COMMAND --help' tells the options of a command.",
            "",
            "Exit codes: 0 done; 1 a difference or an invalid store was found; 2 wrong usage; 3 bad input data,",
            "or a type or codec that is not supported; 4 refused (memory, existing or locked destination, no",
            "counterpart in the other format); 5 the store or disk failed; 6 internal error; 130 interrupted."
        })
final class RezarrCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;
}
