package io.rezarr.cli;

import picocli.CommandLine.Parameters;

/** The store that is rewritten, and the one that comes of it. */
final class VectorsPaths extends Paths {
    @Parameters(index = "0", paramLabel = "SRC", description = "A store of the Zarr Vector Format.")
    String source = "";
}
