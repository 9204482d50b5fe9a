package io.rezarr.cli;

import io.rezarr.store.StoreLocation;
import io.rezarr.vectors.digest.VectorDigest;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "digest",
        description = {
            "Print what identifies the content of the vector store, whatever its chunks, bins, codecs and "
                    + "layout: equal before and after a rechunk, different after any change.",
            "With --parts also what it is made of."
        },
        sortOptions = false)
final class VectorsDigestCommand implements Command {
    @Parameters(index = "0", paramLabel = "STORE", description = "A store of the Zarr Vector Format.")
    private String store = "";

    @Option(
            names = "--parts",
            description = "Also a line for each part: value, count, level and name. --json has them always.")
    private boolean parts;

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private MemoryLimit memory = new MemoryLimit();

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        common.check();
        common.requireNamed("STORE", store, "a store");
        VectorDigest digest = VectorDigest.of(StoreLocation.parse("STORE", store), memory.maxBytes());
        json.show(console, () -> VectorsJson.of(digest), () -> VectorsText.of(digest, parts));
        return ExitCode.DONE;
    }
}
