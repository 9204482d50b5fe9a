package io.rezarr.cli;

import io.rezarr.rechunk.StoreDigest;
import io.rezarr.store.StoreLocation;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        common.check();
        memory.check(common);
        if (store.isEmpty()) {
            throw common.usage("STORE is empty: name an array or a group ('.' is the current directory)");
        }
        interruption.listen();
        StoreDigest digest;
        try (ProgressDisplay display = progress.display(memory.maxBytes(), console, interruption, common)) {
            digest = StoreDigest.of(StoreLocation.parse("STORE", store), memory.maxBytes(), memory.threads(), display);
            display.notes(digest.notes());
        }
        if (json) {
            console.result(DigestText.json(digest));
        } else {
            console.results(DigestText.lines(digest));
        }
        return ExitCode.DONE;
    }
}
