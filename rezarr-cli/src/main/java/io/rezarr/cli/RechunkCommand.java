package io.rezarr.cli;

import io.rezarr.rechunk.Rechunk;
import io.rezarr.rechunk.RechunkReport;
import io.rezarr.rechunk.RechunkRequest;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "rechunk",
        description = {
            "Write the array or group SRC with other chunks, shards, codecs or Zarr version to DST, or in place.",
            "Every element, attribute and name stays as it is."
        },
        sortOptions = false,
        abbreviateSynopsis = true)
final class RechunkCommand implements Command {
    @Mixin
    private RechunkOptions options = new RechunkOptions();

    @Option(
            names = {"-n", "--dry-run"},
            description = "Show the plan; write nothing.")
    private boolean dryRun;

    @Mixin
    private ProgressOptions progress = new ProgressOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private CommonOptions common = new CommonOptions();

    /** For tests: what the options ask the library for. */
    RechunkRequest request() {
        return options.request(common);
    }

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        RechunkRequest request = request();
        interruption.listen();
        try (Rechunk rechunk = Rechunk.prepare(request)) {
            if (dryRun) {
                ProgressDisplay.of(ProgressStyle.NONE, request.maxBytes(), console, interruption, common)
                        .notes(rechunk.notes());
                showPlan(rechunk, console);
            } else {
                showReport(runShown(rechunk, request, console, interruption), console);
            }
        }
        return ExitCode.DONE;
    }

    /** The run, with its progress on stderr. */
    private RechunkReport runShown(
            Rechunk rechunk, RechunkRequest request, Console console, Interruption interruption) {
        try (ProgressDisplay display = progress.display(request.maxBytes(), console, interruption, common)) {
            display.notes(rechunk.notes());
            return rechunk.run(display);
        }
    }

    private void showPlan(Rechunk rechunk, Console console) {
        json.show(console, () -> RechunkJson.ofPlan(rechunk.arrays()), () -> RechunkText.ofPlan(rechunk.arrays()));
    }

    private void showReport(RechunkReport report, Console console) {
        long peakBytes = ProcessMemory.peakBytes();
        json.showSummary(
                console,
                common,
                () -> RechunkJson.ofReport(report, peakBytes),
                () -> RechunkText.ofReport(report, peakBytes, options.maxBytes()));
    }
}
