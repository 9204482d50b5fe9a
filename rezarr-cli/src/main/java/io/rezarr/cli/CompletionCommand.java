package io.rezarr.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "completion",
        description = "Print a completion script for bash and zsh: source <(rezarr completion)")
final class CompletionCommand implements Command {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        common.check();
        console.out().print(AutoComplete.bash("rezarr", CommandModel.complete()));
        return ExitCode.DONE;
    }
}
