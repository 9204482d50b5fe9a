package io.rezarr.cli;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.rechunk.Migration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "migrate",
        description = {
            "Make STORE a store of the other Zarr version where it stands: metadata only, of all groups and arrays in it.",
            "Chunks keep their names and bytes. What has no counterpart is refused before anything is written."
        },
        sortOptions = false)
final class MigrateCommand implements Command {
    @Parameters(index = "0", paramLabel = "STORE", description = "A group, or an array that is in no group.")
    private String store = "";

    @Option(
            names = {"--to", "--format"},
            paramLabel = "v2|v3",
            required = true,
            converter = Choice.OfFormat.class,
            description = "The Zarr version that it becomes.")
    private ZarrFormat format = ZarrFormat.V3;

    @Option(
            names = {"-n", "--dry-run"},
            description = "Say what would be done; write nothing.")
    private boolean dryRun;

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        common.check();
        common.requireNamed("STORE", store, "a store");
        try (Migration migration = Migration.prepare(store, format)) {
            if (!common.quiet) {
                migration.notes().forEach(note -> console.message("note: " + note));
            }
            if (!dryRun) {
                migration.run();
            }
            json.show(console, () -> asJson(migration), () -> lines(migration));
        }
        return ExitCode.DONE;
    }

    /** What would be done is asked for; what was done, {@code --quiet} leaves out. */
    private List<String> lines(Migration migration) {
        return common.quiet && !dryRun ? List.of() : List.of(sentence(migration));
    }

    private String sentence(Migration migration) {
        String version = Choice.wordOf(format);
        if (migration.groups().isEmpty() && migration.arrays().isEmpty()) {
            return "Nothing to do: '" + store + "' is Zarr " + version + " already.";
        }
        return (dryRun ? "Would migrate '" : "Migrated '") + store + "' to Zarr " + version + ": "
                + migration.groups().size() + " groups, " + migration.arrays().size() + " arrays.";
    }

    private JsonObject asJson(Migration migration) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("store", new JsonString(store));
        members.put("format", new JsonString(Choice.wordOf(format)));
        members.put("dry_run", JsonLiteral.of(dryRun));
        members.put("groups", strings(migration.groups()));
        members.put("arrays", strings(migration.arrays()));
        members.put("notes", strings(migration.notes()));
        return new JsonObject(members);
    }

    private static JsonArray strings(List<String> texts) {
        return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
    }
}
