package io.rezarr.cli;

import io.rezarr.commit.Recovery;
import io.rezarr.store.StoreLocation;
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
        Path directory = StoreLocation.parse("PATH", path).directory();
        if (directory == null) {
            throw common.usage("PATH '" + StoreLocation.parse("PATH", path)
                    + "' is no local directory: an interrupted run elsewhere leaves nothing to recover;"
                    + " run it again with --overwrite");
        }
        Recovery.recover(directory).lines().forEach(console::result);
        return ExitCode.DONE;
    }
}
