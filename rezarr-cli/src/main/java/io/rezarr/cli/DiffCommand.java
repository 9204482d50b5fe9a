package io.rezarr.cli;

import io.rezarr.rechunk.StoreDiff;
import io.rezarr.rechunk.StoreDiff.Scope;
import io.rezarr.store.StoreLocation;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "diff",
        description = {
            "Compare two arrays or hierarchies element by element, bit for bit, whatever their chunks, codecs and Zarr version.",
            "Exit code 1 if they differ."
        },
        sortOptions = false)
final class DiffCommand implements Command {
    @Parameters(index = "0", paramLabel = "A", description = "An array or a group.")
    private String left = "";

    @Parameters(index = "1", paramLabel = "B", description = "Another one.")
    private String right = "";

    @Option(names = "--metadata", description = "Compare attributes, dimension names and fill values, too.")
    private boolean metadata;

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
        if (left.isEmpty() || right.isEmpty()) {
            throw common.usage("A and B must name arrays or groups, found an empty text");
        }
        interruption.listen();
        StoreDiff diff;
        try (ProgressDisplay display = progress.display(memory.maxBytes(), console, interruption, common)) {
            Scope scope = metadata ? Scope.ELEMENTS_AND_METADATA : Scope.ELEMENTS;
            diff = StoreDiff.compare(
                    StoreLocation.parse("A", left),
                    StoreLocation.parse("B", right),
                    scope,
                    memory.maxBytes(),
                    memory.threads(),
                    display);
            display.notes(diff.notes());
        }
        json.show(console, () -> DiffText.json(diff), () -> DiffText.lines(diff, left, right, common.verbose));
        return diff.isEqual() ? ExitCode.DONE : ExitCode.DIFFERENT;
    }
}
