package io.rezarr.cli;

import io.rezarr.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Whether the result is for a program, or for people. */
final class JsonOption {
    @Option(names = "--json", description = "The result as JSON on stdout.")
    private boolean json;

    /** One of the two. */
    void show(Console console, Supplier<JsonObject> document, Supplier<List<String>> lines) {
        if (json) {
            console.result(document.get());
        } else {
            console.results(lines.get());
        }
    }

    /** Likewise, of what was done: {@code --quiet} leaves the lines out. */
    void showSummary(
            Console console, CommonOptions common, Supplier<JsonObject> document, Supplier<List<String>> lines) {
        show(console, document, common.quiet ? List::of : lines);
    }
}
