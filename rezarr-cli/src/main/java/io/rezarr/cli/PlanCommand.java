package io.rezarr.cli;

import io.rezarr.error.StoreException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.rechunk.ArrayRechunk;
import io.rezarr.rechunk.ByteSize;
import io.rezarr.rechunk.Rechunk;
import io.rezarr.rechunk.RechunkRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "plan",
        description = {
            "Show what 'rechunk' with the same options would do, and what it would cost; write nothing.",
            "DST may be left out."
        },
        sortOptions = false,
        abbreviateSynopsis = true)
final class PlanCommand implements Command {
    @Mixin
    private RechunkOptions options = new RechunkOptions();

    @Option(
            names = {"-o", "--output-plan"},
            paramLabel = "FILE",
            description = "Write the plan to FILE as JSON, too. FILE must not exist.")
    private @Nullable String file;

    @Option(
            names = "--compare",
            paramLabel = "SIZE,...",
            split = ",",
            description = "Plan for each of these amounts of memory, for example 512MiB,2GiB,8GiB.")
    private List<String> compare = new ArrayList<>();

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        RechunkRequest request = options.planRequest(common);
        List<Long> budgets = budgets();
        List<String> notes = new ArrayList<>();
        List<ArrayRechunk> arrays = Rechunk.plan(largestBudget(request, budgets), notes::add);
        ProgressDisplay.of(ProgressStyle.NONE, request.maxBytes(), console, interruption, common)
                .notes(notes);
        if (file != null) {
            write(Path.of(file), PlanJson.of(arrays));
        }
        if (budgets.isEmpty()) {
            json.show(console, () -> PlanJson.of(arrays), () -> PlanText.of(arrays));
        } else {
            json.show(console, () -> PlanJson.compared(arrays, budgets), () -> PlanText.compared(arrays, budgets));
        }
        return ExitCode.DONE;
    }

    private List<Long> budgets() {
        return common.usage(() ->
                compare.stream().map(size -> ByteSize.parse(size, "--compare")).toList());
    }

    /** What is compared is planned again from the plan of the largest, so that one refusal does not hide the others. */
    private static RechunkRequest largestBudget(RechunkRequest request, List<Long> budgets) {
        return budgets.isEmpty()
                ? request
                : request.withMaxBytes(
                        budgets.stream().mapToLong(Long::longValue).max().orElseThrow());
    }

    private static void write(Path path, JsonObject plan) {
        try {
            Files.writeString(path, Json.toString(plan) + "\n", java.nio.file.StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new StoreException(
                    "The plan cannot be written to '" + path + "': " + e
                            + ". Name a file that does not exist, in a directory that does.",
                    e);
        }
    }
}
