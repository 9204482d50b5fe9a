package io.rezarr.cli;

import picocli.CommandLine.Parameters;

/** The array or group that is rewritten, and the one that comes of it. */
final class ArrayPaths extends Paths {
    @Parameters(index = "0", paramLabel = "SRC", description = "An array or a group.")
    String source = "";
}
