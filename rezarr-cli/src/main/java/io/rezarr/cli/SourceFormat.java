package io.rezarr.cli;

import io.rezarr.metadata.ZarrFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of two nodes in the same place is meant. */
final class SourceFormat {
    @Option(
            names = "--source-format",
            paramLabel = "v2|v3",
            converter = Choice.OfFormat.class,
            description = "Which metadata to read where both versions stand.")
    @Nullable
    ZarrFormat version;
}
