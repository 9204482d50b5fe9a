package io.rezarr.cli;

import io.rezarr.commit.Recovery;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "recover",
        description = {
            "Finish or roll back an interrupted run at PATH, and at what lies below it; says which.",
            "Does nothing where nothing was interrupted."
        })
final class RecoverCommand implements Command {
    @Parameters(index = "0", paramLabel = "PATH", description = "The array or group that was rechunked or migrated.")
    private String path = "";

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        common.check();
        if (path.isEmpty()) {
            throw common.usage("PATH is empty: name the array or group that was rechunked or migrated");
        }
        Recovery.recover(Path.of(path)).lines().forEach(console::result);
        return ExitCode.DONE;
    }
}
