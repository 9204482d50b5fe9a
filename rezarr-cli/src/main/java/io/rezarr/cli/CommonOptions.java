package io.rezarr.cli;

import io.rezarr.error.InvalidRequestException;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command understands. */
final class CommonOptions {
    @Spec(Spec.Target.MIXEE)
    @org.jspecify.annotations.Nullable
    CommandSpec command;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only results and errors.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "More messages; a stack trace with an error.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    void check() {
        if (quiet && verbose) {
            throw usage("--quiet and --verbose exclude each other");
        }
    }

    /**
     * Refuses an empty path, which would be the current directory.
     *
     * @param what it is to name
     */
    void requireNamed(String parameter, String path, String what) {
        if (path.isEmpty()) {
            throw usage(parameter + " is empty: name " + what + " ('.' is the current directory)");
        }
    }

    /** What the options ask for; where the library refuses it at once, they contradict each other. */
    <R> R usage(Supplier<R> asked) {
        try {
            return asked.get();
        } catch (InvalidRequestException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    /** The exception for options that contradict each other. */
    ParameterException usage(String message) {
        if (command == null) {
            throw new IllegalStateException(message);
        }
        return new ParameterException(command.commandLine(), message);
    }
}
