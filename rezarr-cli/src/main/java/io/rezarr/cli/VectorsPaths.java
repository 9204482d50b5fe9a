package io.rezarr.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The store that is rewritten as a whole, and the one that comes of it. */
final class VectorsPaths {
    @Parameters(index = "0", paramLabel = "SRC", description = "A store of the Zarr Vector Format.")
    String source = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DST",
            description = "Where the result goes; must not exist. Left out with --in-place.")
    @Nullable
    String destination;
}
