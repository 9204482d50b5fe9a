package io.rezarr.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The commands there are. Only the one that is asked for is built: reflection over all of them would be felt at each start. */
final class CommandModel {
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    private CommandModel() {}

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("rechunk", RechunkCommand::new);
        commands.put("plan", PlanCommand::new);
        commands.put("info", InfoCommand::new);
        commands.put("diff", DiffCommand::new);
        commands.put("digest", DigestCommand::new);
        commands.put("migrate", MigrateCommand::new);
        commands.put("recover", RecoverCommand::new);
        commands.put("vectors", CommandModel::vectors);
        commands.put("completion", CompletionCommand::new);
        return commands;
    }

    /** Its own commands are few and small: all of them are built. */
    private static CommandLine vectors() {
        return new CommandLine(new VectorsCommand())
                .addSubcommand(new VectorsInfoCommand())
                .addSubcommand(new VectorsValidateCommand())
                .addSubcommand(new VectorsDigestCommand())
                .addSubcommand(new VectorsRechunkCommand())
                .addSubcommand(new VectorsRebinCommand())
                .addSubcommand(new VectorsBuildPyramidCommand())
                .addSubcommand(new VectorsUpgradeCommand());
    }

    static List<String> names() {
        return List.copyOf(COMMANDS.keySet());
    }

    /** The parser for these arguments: with the command that the first of them names, or with all (for help and errors). */
    static CommandLine forArguments(String... args) {
        return build(args.length > 0 && COMMANDS.containsKey(args[0]) ? args[0] : null);
    }

    /** The parser for everything. */
    static CommandLine complete() {
        return build(null);
    }

    private static CommandLine build(@Nullable String only) {
        CommandLine root = new CommandLine(new RezarrCommand());
        COMMANDS.forEach((name, make) -> {
            if (only == null || only.equals(name)) {
                root.addSubcommand(name, make.get());
            }
        });
        // An argument that begins with '@' is a path like any other.
        root.setExpandAtFiles(false);
        root.setUsageHelpWidth(100);
        root.setUsageHelpLongOptionsMaxWidth(30);
        return root;
    }
}
