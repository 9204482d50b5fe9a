package io.rezarr.cli;

import io.rezarr.metadata.ZarrFormat;
import io.rezarr.rechunk.StoreInfo;
import io.rezarr.store.StoreLocation;
import org.jspecify.annotations.Nullable;
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

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Option(
            names = "--source-format",
            paramLabel = "v2|v3",
            converter = Choice.OfFormat.class,
            description = "Which metadata to read where both versions stand.")
    private @Nullable ZarrFormat sourceFormat;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        common.check();
        if (store.isEmpty()) {
            throw common.usage("STORE is empty: name an array or a group ('.' is the current directory)");
        }
        StoreInfo.Depth depth = tree ? StoreInfo.Depth.TREE : StoreInfo.Depth.CHILDREN;
        StoreInfo info = StoreInfo.of(StoreLocation.parse("STORE", store), depth, sourceFormat);
        if (!common.quiet) {
            info.notes().forEach(console::message);
        }
        if (json) {
            console.result(InfoJson.of(info));
        } else {
            console.results(InfoText.of(info));
        }
        return ExitCode.DONE;
    }
}
