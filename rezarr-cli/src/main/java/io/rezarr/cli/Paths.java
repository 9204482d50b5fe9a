package io.rezarr.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** What is rewritten as a whole, which the subclasses tell, and what comes of it. */
abstract class Paths {
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DST",
            description = "Where the result goes; must not exist. Left out with --in-place.")
    @Nullable
    String destination;
}
