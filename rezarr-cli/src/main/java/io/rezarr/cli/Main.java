package io.rezarr.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The process: arguments in, exit code out. */
public final class Main {
    private static final int DEFAULT_COLUMNS = 80;

    private Main() {}

    public static void main(String... args) {
        // UTF-8 whatever the locale: results are read by programs.
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        boolean terminal = Boolean.getBoolean("rezarr.terminal");
        Console console = new Console(out, err, terminal, Integer.getInteger("rezarr.columns", DEFAULT_COLUMNS));
        Interruption interruption = new Interruption();
        ExitCode code = run(console, interruption, args);
        console.flush();
        interruption.finished(code);
        System.exit(code.number());
    }

    /** Does what the arguments ask for. Throws nothing: what goes wrong is told on the console. */
    static ExitCode run(Console console, Interruption interruption, String... args) {
        try {
            if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
                console.result(Version.line());
                return ExitCode.DONE;
            }
            Overallocation.takeIfAsked();
            return dispatch(console, interruption, args);
        } catch (Throwable failure) {
            return Failures.report(failure, asksForTrace(args), console);
        }
    }

    private static ExitCode dispatch(Console console, Interruption interruption, String... args) {
        CommandLine commandLine = CommandModel.forArguments(args);
        if (args.length > 0 && !args[0].startsWith("-") && !CommandModel.names().contains(args[0])) {
            throw new ParameterException(
                    commandLine,
                    "Unknown command '" + args[0] + "': choose " + String.join(", ", CommandModel.names()));
        }
        ParseResult result = commandLine.parseArgs(args);
        ParseResult innermost = result;
        while (innermost.hasSubcommand()) {
            innermost = innermost.subcommand();
        }
        CommandLine asked = innermost.commandSpec().commandLine();
        if (innermost.isUsageHelpRequested()) {
            asked.usage(console.out());
            return ExitCode.DONE;
        }
        if (innermost.isVersionHelpRequested()) {
            console.result(Version.line());
            return ExitCode.DONE;
        }
        if (innermost.commandSpec().userObject() instanceof Command command) {
            return command.run(innermost, console, interruption);
        }
        throw new ParameterException(
                asked,
                "Missing command: choose "
                        + String.join(", ", asked.getSubcommands().keySet()));
    }

    /** Asked when parsing may have failed, so the arguments are looked at as they are. */
    private static boolean asksForTrace(String... args) {
        List<String> options = Arrays.asList(args);
        return options.contains("-v") || options.contains("--verbose");
    }
}
