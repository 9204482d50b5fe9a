package io.rezarr.cli;

import io.rezarr.store.StoreLocation;
import io.rezarr.vectors.info.VectorInfo;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "info",
        description =
                "Show what the vector store holds: geometry, levels, chunks and bins, vertices, attributes, links, "
                        + "objects, groups, bytes, the fullest chunk, and what to watch.",
        sortOptions = false)
final class VectorsInfoCommand implements Command {
    @Parameters(index = "0", paramLabel = "STORE", description = "A store of the Zarr Vector Format.")
    private String store = "";

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
        VectorInfo info = VectorInfo.of(StoreLocation.parse("STORE", store), memory.maxBytes());
        json.show(console, () -> VectorsJson.of(info), () -> VectorsText.of(info));
        return ExitCode.DONE;
    }
}
