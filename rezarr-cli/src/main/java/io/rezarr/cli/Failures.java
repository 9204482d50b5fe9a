package io.rezarr.cli;

import io.rezarr.error.RezarrException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Tells the user what went wrong: one line, and the stack trace only when it was asked for. */
final class Failures {
    private Failures() {}

    static ExitCode report(Throwable failure, boolean withTrace, Console console) {
        console.message(messageOf(failure));
        if (withTrace) {
            failure.printStackTrace(console.err());
        }
        console.flush();
        return ExitCode.of(failure);
    }

    static String messageOf(Throwable failure) {
        if (failure instanceof ParameterException usage) {
            String command = usage.getCommandLine().getCommandSpec().qualifiedName(" ");
            return firstLine(usage.getMessage()) + " (see '" + command + " --help')";
        }
        if (failure instanceof OutOfMemoryError) {
            return "out of memory (" + failure.getMessage()
                    + "): give more with --max-memory, or use fewer --threads. Nothing was put in place";
        }
        if (ExitCode.of(failure) != ExitCode.INTERNAL) {
            return orName(failure);
        }
        String depth = failure instanceof StackOverflowError ? "nested too deeply" : failure.toString();
        return "internal error: " + depth
                + ". This is a bug: please report it with the output of the same command and -v";
    }

    private static String orName(Throwable failure) {
        String message = failure.getMessage();
        return failure instanceof RezarrException && message != null ? message : Objects.toString(failure);
    }

    /** picocli adds the options it knows on further lines. */
    private static String firstLine(@Nullable String message) {
        return message == null ? "wrong usage" : message.lines().findFirst().orElse("wrong usage");
    }
}
