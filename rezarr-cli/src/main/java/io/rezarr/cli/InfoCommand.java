package io.rezarr.cli;

import io.rezarr.rechunk.StoreInfo;
import io.rezarr.store.StoreLocation;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "info",
        description = {
            "Show what stands at STORE: shape, data type, chunks, shards, codecs, what is stored of it, and "
                    + "oddities such as stale consolidated metadata, stray files and truncated shards.",
            "Of a group: what is directly in it."
        },
        sortOptions = false)
final class InfoCommand implements Command {
    @Parameters(index = "0", paramLabel = "STORE", description = "An array or a group.")
    private String store = "";

    @Option(names = "--tree", description = "Everything below the group, at any depth.")
    private boolean tree;

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private SourceFormat sourceFormat = new SourceFormat();

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        common.check();
        common.requireNamed("STORE", store, "an array or a group");
        StoreInfo.Depth depth = tree ? StoreInfo.Depth.TREE : StoreInfo.Depth.CHILDREN;
        StoreInfo info = StoreInfo.of(StoreLocation.parse("STORE", store), depth, sourceFormat.version);
        if (!common.quiet) {
            info.notes().forEach(console::message);
        }
        json.show(console, () -> InfoJson.of(info), () -> InfoText.of(info));
        return ExitCode.DONE;
    }
}
