package io.rezarr.cli;

import io.rezarr.store.StoreLocation;
import io.rezarr.vectors.validate.Validation;
import io.rezarr.vectors.validate.ValidationReport;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "validate",
        description = {
            "Check the vector store: 1 what stands there, 2 metadata, 3 data, 4 conventions of the geometry, 5 "
                    + "levels of detail together; each with those before it.",
            "Exit code 1 if it is invalid."
        },
        sortOptions = false)
final class VectorsValidateCommand implements Command {
    @Parameters(index = "0", paramLabel = "STORE", description = "A store of the Zarr Vector Format.")
    private String store = "";

    @Option(names = "--level", paramLabel = "1..5", description = "How deep. Default: 5.")
    private int level = Validation.MAX_LEVEL;

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
        if (level < 1 || level > Validation.MAX_LEVEL) {
            throw common.usage("--level " + level + ": must be from 1 to " + Validation.MAX_LEVEL);
        }
        ValidationReport report = Validation.run(StoreLocation.parse("STORE", store), level, memory.maxBytes());
        json.show(console, () -> VectorsJson.of(report), () -> VectorsText.of(report, common.quiet));
        return report.isValid() ? ExitCode.DONE : ExitCode.DIFFERENT;
    }
}
