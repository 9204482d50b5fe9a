package io.rezarr.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads what most commands load, so that the launcher can archive it (AppCDS): works on an array of four elements and a vector store of one point
 * in a temporary directory, which it removes, and asks for help. Whether the commands succeed does not matter.
 */
final class WarmUp {
    private static final String ZARRAY = """
            {"zarr_format": 2, "shape": [4], "chunks": [1], "dtype": "<f4", "order": "C", "fill_value": 0.0,
             "filters": null, "compressor": null}
            """;

    private static final String POINTS = """
            {"zarr_format": 3, "node_type": "group", "attributes": {
             "zarr_vectors": {"zv_version": "0.9.2", "format_capabilities": [], "chunk_shape": [4, 4], "bounds": [[0, 0], [4, 4]],
              "geometry_types": ["point_cloud"], "links_convention": "implicit_sequential"},
             "multiscales": [{"version": "0.4", "name": "default", "axes": [{"name": "x", "type": "space"}, {"name": "y", "type": "space"}],
              "datasets": [{"path": "0", "coordinateTransformations":
               [{"type": "scale", "scale": [1, 1]}, {"type": "translation", "translation": [2, 2]}]}]}]}}
            """;

    private static final String LEVEL = """
            {"zarr_format": 3, "node_type": "group", "attributes": {
             "zarr_vectors_level": {"level": 0, "vertex_count": 1, "arrays_present": ["vertices"], "parent_level": null}}}
            """;

    private static final String FAMILY = """
            {"zarr_format": 3, "node_type": "array", "shape": [2, 2], "data_type": "variable_length_bytes",
             "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1, 1]}},
             "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
             "fill_value": "", "codecs": [{"name": "vlen-bytes", "configuration": {}}],
             "attributes": {"nonempty_chunks": ["0.0"], %s}}
            """;

    private static final String POSITIONS = "\"zv_array\": \"vertices\", \"dtype\": \"float32\", \"encoding\": \"raw\"";

    private static final String FRAGMENTS = "\"zv_array\": \"vertex_fragments\", \"encoding\": \"fragment_index_v1\"";

    /** One point at 0, and an index of one fragment: a range of one row. */
    private static final String POINT = "0100000008000000" + "00".repeat(8);

    private static final String INDEX = "010000002c000000" + "4746565a010000000100000001000000" + "0100000000000000"
            + "0000000000000000" + "0100000000000000" + "00000000";

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
        Path points = directory.resolve("points");
        write(points, POINTS);
        write(points.resolve("0"), LEVEL);
        writeFamily(points.resolve("0/vertices"), POSITIONS, POINT);
        writeFamily(points.resolve("0/vertex_fragments"), FRAGMENTS, INDEX);
        String store = points.toString();
        String fine = directory.resolve("fine").toString();
        String moved = directory.resolve("moved").toString();
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
                List.of("vectors", "--help"),
                List.of("vectors", "rechunk", store, moved, "-c", "2,2", "-m", "64MiB", "-j", "2", "--verify", "full"),
                List.of("vectors", "rebin", store, "--bin-shape", "1,1", "-m", "64MiB", "-j", "2"),
                List.of(
                        "vectors",
                        "build-pyramid",
                        store,
                        fine,
                        "--factor",
                        "2:1",
                        "--factor",
                        "2:1",
                        "-m",
                        "64MiB",
                        "-j",
                        "2"),
                List.of("vectors", "info", moved),
                List.of("vectors", "validate", moved),
                List.of("vectors", "digest", moved));
    }

    private static void write(Path group, String document) throws IOException {
        Files.createDirectories(group);
        Files.writeString(group.resolve("zarr.json"), document);
    }

    private static void writeFamily(Path array, String attributes, String chunk) throws IOException {
        write(array, FAMILY.formatted(attributes));
        Files.createDirectories(array.resolve("c/0"));
        Files.write(array.resolve("c/0/0"), HexFormat.of().parseHex(chunk));
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
