package io.rezarr.cli;

import picocli.CommandLine.Mixin;

/** What stands before the name of a command for vector stores. */
@picocli.CommandLine.Command(
        name = "vectors",
        description = "Stores of the Zarr Vector Format, 0.7 and 0.9: show, check, identify, rewrite.",
        commandListHeading = "%nCommands:%n",
        footer = {"", "'rezarr vectors COMMAND --help' tells the options of a command."})
final class VectorsCommand {
    @Mixin
    private CommonOptions common = new CommonOptions();

    /** For picocli, which sets the options. */
    CommonOptions common() {
        return common;
    }
}
