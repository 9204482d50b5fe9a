package io.rezarr.cli;

import io.rezarr.rechunk.StoreDigest;
import io.rezarr.store.StoreLocation;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "digest",
        description = {
            "Print what identifies the values of an array, however they are stored: a line of digest and path.",
            "Of a group: first that of the whole, then of each array anywhere in it. Equal digests: equal shape, "
                    + "data type and elements, whatever chunks, codecs, byte order, fill value and Zarr version. It finds "
                    + "accidents; it is no defence against somebody who forges data."
        },
        sortOptions = false)
final class DigestCommand implements Command {
    @Parameters(index = "0", paramLabel = "STORE", description = "An array or a group.")
    private String store = "";

    @Mixin
    private MemoryOptions memory = new MemoryOptions();

    @Mixin
    private ProgressOptions progress = new ProgressOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        common.check();
        memory.check(common);
        common.requireNamed("STORE", store, "an array or a group");
        interruption.listen();
        StoreDigest digest;
        try (ProgressDisplay display = progress.display(memory.maxBytes(), console, interruption, common)) {
            digest = StoreDigest.of(StoreLocation.parse("STORE", store), memory.maxBytes(), memory.threads(), display);
            display.notes(digest.notes());
        }
        json.show(console, () -> DigestText.json(digest), () -> DigestText.lines(digest));
        return ExitCode.DONE;
    }
}
