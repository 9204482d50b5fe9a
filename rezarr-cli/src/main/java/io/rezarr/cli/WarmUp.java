package io.rezarr.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads what most commands load, so that the launcher can archive it (AppCDS): works on an array of four elements in a temporary directory,
 * which it removes, and asks for help. Whether the commands succeed does not matter.
 */
final class WarmUp {
    private static final String ZARRAY = """
            {"zarr_format": 2, "shape": [4], "chunks": [1], "dtype": "<f4", "order": "C", "fill_value": 0.0,
             "filters": null, "compressor": null}
            """;

    private WarmUp() {}

    public static void main(String... args) throws IOException {
        Interruption interruption = new Interruption();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Console console = new Console(nowhere, nowhere, false, 80);
        Path directory = Files.createTempDirectory("rezarr-warm-up");
        try {
            for (List<String> command : commands(directory)) {
                Main.run(console, interruption, command.toArray(new String[0]));
            }
        } finally {
            remove(directory);
            interruption.finished(ExitCode.DONE);
        }
    }

    private static List<List<String>> commands(Path directory) throws IOException {
        Path source = Files.createDirectory(directory.resolve("a"));
        Files.writeString(source.resolve(".zarray"), ZARRAY);
        for (int chunk = 0; chunk < 4; chunk++) {
            Files.write(source.resolve(Integer.toString(chunk)), new byte[] {1, 2, 3, 4});
        }
        String from = source.toString();
        String to = directory.resolve("b").toString();
        return List.of(
                List.of("--version"),
                List.of("--help"),
                List.of("rechunk", "--help"),
                List.of("info", from),
                List.of(
                        "rechunk",
                        from,
                        to,
                        "-c",
                        "4",
                        "--format",
                        "v3",
                        "-m",
                        "64MiB",
                        "-j",
                        "1",
                        "--verify",
                        "written"),
                List.of("info", to),
                List.of("diff", from, to),
                List.of("digest", from),
                List.of("rechunk", from, "-c", "4", "--in-place"),
                List.of("recover", from),
                List.of("vectors", "--help"));
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
