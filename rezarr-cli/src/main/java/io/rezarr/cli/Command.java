package io.rezarr.cli;

import picocli.CommandLine.ParseResult;

/** One sub-command, its options parsed. */
interface Command {
    /**
     * @param parsed for what the options alone do not tell: which of them were given
     * @throws io.rezarr.error.RezarrException or {@link picocli.CommandLine.ParameterException} if it cannot be done
     */
    ExitCode run(ParseResult parsed, Console console, Interruption interruption);
}
