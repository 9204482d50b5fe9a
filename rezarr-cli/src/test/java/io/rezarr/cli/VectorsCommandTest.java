package io.rezarr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.vectors.api.VectorPyramidReport;
import io.rezarr.vectors.model.LinksConvention;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.pyramid.PyramidReport;
import io.rezarr.vectors.rechunk.VectorRunReport;
import io.rezarr.vectors.write.StoreGrids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands for vector stores on three points of layout 0.9 in two chunks: what they print and return. */
class VectorsCommandTest {
    private final RecordedConsole console = new RecordedConsole();

    @TempDir
    private Path directory;

    @BeforeEach
    void makeStore() throws IOException {
        document("", """
                "zarr_vectors": {"zv_version": "0.9.2", "chunk_shape": [4], "bounds": [[0], [7]],
                  "geometry_types": ["point_cloud"], "format_capabilities": []},
                "multiscales": [{"axes": [{"name": "x", "type": "space"}], "datasets": [{"path": "0",
                  "coordinateTransformations": [{"type": "scale", "scale": [1]}, {"type": "translation", "translation": [2]}]}]}],
                "ome": {"nodes": [{"type": "zv:level", "name": "0"}]}""");
        document(
                "0", "\"zarr_vectors_level\": {\"level\": 0, \"vertex_count\": 3, \"arrays_present\": [\"vertices\"]}");
        array("0/vertices", "\"dtype\": \"float32\"");
        array("0/vertex_fragments", "\"encoding\": \"fragment_index_v1\"");
        value("0/vertices/c/0", floats(1, 2.5f));
        value("0/vertices/c/1", floats(7));
        value("0/vertex_fragments/c/0", oneRange(2));
        value("0/vertex_fragments/c/1", oneRange(1));
    }

    private void document(String path, String attributes) throws IOException {
        Path node = Files.createDirectories(directory.resolve(path));
        String text = "{\"zarr_format\": 3, \"node_type\": \"group\", \"attributes\": {" + attributes + "}}";
        Files.writeString(node.resolve("zarr.json"), text);
    }

    private void array(String path, String attributes) throws IOException {
        Path node = Files.createDirectories(directory.resolve(path));
        Files.writeString(node.resolve("zarr.json"), """
                {"zarr_format": 3, "node_type": "array", "shape": [2], "data_type": "variable_length_bytes",
                 "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1]}}, "fill_value": "",
                 "chunk_key_encoding": {"name": "default"}, "codecs": [{"name": "vlen-bytes"}],
                 "attributes": {"nonempty_chunks": ["0", "1"], %s}}""".formatted(attributes));
    }

    private void value(String key, ByteBuffer payload) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(8 + payload.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        chunk.putInt(1).putInt(payload.remaining()).put(payload);
        Path file = directory.resolve(key);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, chunk.array());
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.flip();
    }

    private static ByteBuffer oneRange(long rows) {
        ByteBuffer bytes = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0x5A564647)
                .putInt(1)
                .putInt(1)
                .putInt(1)
                .putLong(1)
                .putLong(0)
                .putLong(rows)
                .putInt(0);
        return bytes.flip();
    }

    private JsonObject json() {
        return Json.parseObject(ByteBuffer.wrap(console.out().getBytes(StandardCharsets.UTF_8)), "stdout");
    }

    private ExitCode run(String command, String... more) {
        String[] args = new String[more.length + 3];
        System.arraycopy(new String[] {"vectors", command, directory.toString()}, 0, args, 0, 3);
        System.arraycopy(more, 0, args, 3, more.length);
        return console.run(args);
    }

    @Test
    void infoShowsWhatTheStoreHolds() {
        assertThat(run("info")).isEqualTo(ExitCode.DONE);
        assertThat(console.out())
                .contains("Zarr Vector Format 0.9.2", "point_cloud, links implicit_sequential", "(0) to (7)")
                .contains("chunks       (4): 2 with vertices", "vertices     3 float32, 1 in a chunk on average")
                .contains("fullest      0: 2 vertices, 8 B of positions");
        assertThat(console.err()).isEmpty();
    }

    @Test
    void infoAsJson() {
        run("info", "--json");
        JsonObject level = (JsonObject) ((JsonArray) Objects.requireNonNull(json().member("levels")))
                .items()
                .get(0);
        assertThat(level.member("vertices")).isEqualTo(new JsonNumber("3"));
        assertThat(level.member("fullest_chunk")).isEqualTo(new JsonString("0"));
        assertThat(level.member("objects")).isEqualTo(JsonLiteral.NULL);
    }

    @Test
    void validStoreIsSaidToBe() {
        assertThat(run("validate")).isEqualTo(ExitCode.DONE);
        assertThat(console.out()).isEqualTo("valid at level 5: 0 errors, 0 warnings\n");
    }

    @Test
    void invalidStoreEndsWithOneAndALineForEachFinding() throws IOException {
        value("0/vertices/c/1", floats(70));
        assertThat(run("validate")).isEqualTo(ExitCode.DIFFERENT);
        assertThat(console.out().lines())
                .anyMatch(line -> line.startsWith(
                        "error  chunk-of-vertex  0/vertices chunk 1: 1 of 1 vertices lie in another chunk"))
                .anyMatch(line -> line.startsWith("error  in-bounds  0/vertices chunk 1: "))
                .endsWith("invalid at level 5: 2 errors, 0 warnings");
        assertThat(console.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zarr.json|root  (root)", "0/zarr.json|level-group  0"})
    void documentThatIsBrokenIsAFinding(String of) throws IOException {
        Path document = directory.resolve(of.substring(0, of.indexOf('|')));
        Files.writeString(document, Files.readString(document).substring(0, 40));
        assertThat(run("validate")).as(console.err()).isEqualTo(ExitCode.DIFFERENT);
        assertThat(console.out())
                .contains("error  " + of.substring(of.indexOf('|') + 1) + ": ")
                .contains("zarr.json' is not valid JSON");
        assertThat(run("info")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(console.err()).contains("zarr.json' is not valid JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"digest", "rechunk there -c 8", "build-pyramid there --factor 2", "rebin --bin-shape 2"})
    void whatIsMissingInTheStoreIsNamedWithItsStoreAndARemedy(String command) throws IOException {
        Files.delete(directory.resolve("0/vertices/c/1"));
        String[] words = command.replace(
                        "there", directory.resolveSibling("there").toString())
                .split(" ", -1);
        assertThat(run(words[0], Arrays.copyOfRange(words, 1, words.length))).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(console.err())
                .contains("rezarr: '" + directory + "': '0/vertices chunk 1': chunk at byte 0: nothing is stored. "
                        + "'rezarr vectors validate' tells what else is wrong; restore it from a copy.\n");
        assertThat(directory.resolveSibling("there")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "validate",
                "digest",
                "rechunk there -c 8",
                "rechunk there -c auto:70",
                "build-pyramid there --factor 2",
                "rebin --bin-shape 2"
            })
    void nobodyIsToldToDeleteWhatCannotBeDecoded(String command) throws IOException {
        Path value = directory.resolve("0/vertices/c/1");
        Files.write(value, new byte[] {1, 0, 0});
        String[] words = command.replace(
                        "there", directory.resolveSibling("there").toString())
                .split(" ", -1);
        run(words[0], Arrays.copyOfRange(words, 1, words.length));
        assertThat(console.err() + console.out())
                .contains("'" + value + "' cannot be decoded: ")
                .doesNotContain("delete it");
        if (!command.equals("validate")) {
            assertThat(console.err())
                    .endsWith("'rezarr vectors validate' tells what else is wrong; restore it from a copy.\n");
        }
        assertThat(directory.resolveSibling("there")).doesNotExist();
    }

    @Test
    void findingsAsJson() throws IOException {
        value("0/vertices/c/1", floats(70));
        assertThat(run("validate", "--json")).isEqualTo(ExitCode.DIFFERENT);
        JsonObject report = json();
        assertThat(report.member("valid")).isEqualTo(JsonLiteral.FALSE);
        JsonObject finding = (JsonObject) ((JsonArray) Objects.requireNonNull(report.member("findings")))
                .items()
                .get(0);
        assertThat(finding.member("check")).isEqualTo(new JsonString("chunk-of-vertex"));
        assertThat(finding.member("validation_level")).isEqualTo(new JsonNumber("3"));
        assertThat(finding.member("severity")).isEqualTo(new JsonString("error"));
        assertThat(finding.member("level")).isEqualTo(new JsonNumber("0"));
        assertThat(finding.member("array")).isEqualTo(new JsonString("0/vertices"));
        assertThat(finding.member("chunk")).isEqualTo(new JsonString("1"));
    }

    @Test
    void levelLimitsTheChecks() throws IOException {
        value("0/vertices/c/1", floats(70));
        assertThat(run("validate", "--level", "2")).isEqualTo(ExitCode.DONE);
        assertThat(run("validate", "--level", "0")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--level 0: must be from 1 to 5");
    }

    @Test
    void digestIsALineAndWithPartsOneForEach() {
        assertThat(run("digest")).isEqualTo(ExitCode.DONE);
        assertThat(console.out()).matches("[0-9a-f]{64}  \\.\\R");
        assertThat(run("digest", "--parts")).isEqualTo(ExitCode.DONE);
        assertThat(console.out().lines()).anyMatch(line -> line.matches("[0-9a-f]{16}  3  level 0  vertices"));
    }

    @Test
    void whatIsNoVectorStoreIsBadInput() throws IOException {
        Files.writeString(
                directory.resolve("zarr.json"), "{\"zarr_format\": 3, \"node_type\": \"group\", \"attributes\": {}}");
        assertThat(run("info")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(console.err()).contains("is no store of the Zarr Vector Format", "'zarr_vectors'");
        assertThat(run("digest")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(run("validate")).isEqualTo(ExitCode.DIFFERENT);
        assertThat(console.out()).contains("error  root  (root): no group with the attribute zarr_vectors");
        for (String command : List.of("info", "validate", "digest")) {
            assertThat(console.run("vectors", command, directory + "/nothing")).isEqualTo(ExitCode.BAD_INPUT);
            assertThat(console.err()).contains("/nothing' holds no Zarr array or group", "it does not exist");
        }
    }

    @Test
    void emptyPathIsRefused() {
        assertThat(console.run("vectors", "info", "")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("STORE is empty");
    }

    @Test
    void rechunkWritesOtherChunksAndSaysWhatBecameOfEachLevel(@TempDir Path other) {
        String there = other.resolve("there").toString();
        assertThat(run("rechunk", there, "--chunk-shape", "8", "--verify", "full"))
                .as(console.err())
                .isEqualTo(ExitCode.DONE);
        assertThat(console.out())
                .contains("level 0: chunks of (8), bins of (2)")
                .contains("3 in 1 chunk (from 2 chunks)")
                .contains("verified: valid at level 5, digest ");
        assertThat(console.err()).contains("Bins are (2), chosen for chunks of (8).");
        assertThat(console.run("vectors", "validate", there)).isEqualTo(ExitCode.DONE);
    }

    @Test
    void rebinTakesTheSourcesPlaceAndReportsAsJson() {
        assertThat(run("rebin", "--bin-shape", "2", "--in-place", "--json", "-q"))
                .as(console.err())
                .isEqualTo(ExitCode.DONE);
        JsonObject report = json();
        assertThat(report.member("bin_shape")).isEqualTo(new JsonArray(java.util.List.of(new JsonNumber("2.0"))));
        assertThat(report.member("committed")).isEqualTo(new JsonString(directory.toString()));
        assertThat(report.member("digest")).isInstanceOf(JsonString.class);
        assertThat(run("validate")).isEqualTo(ExitCode.DONE);
    }

    @Test
    void chunkShapeThatIsChosenIsSaidAndSuggested(@TempDir Path other) {
        assertThat(run("info", "--json")).isEqualTo(ExitCode.DONE);
        assertThat(json().member("suggested_chunk_shape"))
                .isEqualTo(new JsonArray(java.util.List.of(new JsonNumber("8.0"))));
        assertThat(run("info")).isEqualTo(ExitCode.DONE);
        assertThat(console.out()).contains("auto         chunks of (8) would hold 76 B at most");
        String there = other.resolve("there").toString();
        assertThat(run("rechunk", there, "--chunk-shape", "auto:72")).isEqualTo(ExitCode.DONE);
        assertThat(console.err())
                .contains("Chunks are (4): the fullest holds 72 B of at most 72 B (twice as long along x 76 B).");
        assertThat(console.out()).contains("level 0: chunks of (4), bins of (1)");
    }

    @Test
    void storeThatIsNewAlreadyIsNotUpgraded() {
        assertThat(run("upgrade", "there", "--to", "0.9")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("is 0.9 already: use 'rezarr vectors rechunk'");
        assertThat(run("upgrade", "there", "--to", "1.0")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--to 1.0: stores are upgraded to 0.9");
        assertThat(run("upgrade", "there")).isEqualTo(ExitCode.USAGE);
        assertThat(run("upgrade", "--to", "0.9")).isEqualTo(ExitCode.USAGE);
        assertThat(run("rechunk", "there", "--chunk-shape", "automatic")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("expected auto, auto:SIZE such as auto:16MiB, or auto:Nlinks");
        assertThat(run("rechunk", "there", "--chunk-shape", "auto:999999999999999Glinks"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("has no links but those");
    }

    @Test
    void rewritesThatMakeNoSenseAreUsageErrors() {
        assertThat(run("rechunk", "--chunk-shape", "8")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("DST is missing: name where the result goes, or say --in-place");
        assertThat(run("rechunk", "there", "--in-place", "--chunk-shape", "8")).isEqualTo(ExitCode.USAGE);
        assertThat(run("rechunk", "--in-place", "--chunk-shape", "8", "--level", "0"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--level does not go with --in-place: the other levels would be lost");
        assertThat(run("rechunk", "there", "--chunk-shape", "8,x")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--chunk-shape 8,x: 'x' is no number");
        assertThat(run("rebin", "--bin-shape", "3")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("the nearest that do are --bin-shape 4");
        assertThat(directory.resolveSibling("there")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rechunk -c 8", "rebin --bin-shape 2", "build-pyramid --factor 2", "upgrade --to 0.9"})
    void allThatRewriteRefuseTheSameInTheSameWords(String command) {
        String name = command.substring(0, command.indexOf(' '));
        refuses(command + " SRC there --in-place", "--in-place takes no DST, found 'there'; leave out one of them");
        if (!name.equals("rebin")) {
            refuses(command + " SRC", "DST is missing: name where the result goes, or say --in-place");
        }
        if (!name.equals("build-pyramid")) {
            refuses(
                    command + " SRC --in-place --overwrite",
                    "--overwrite is about DST; in place the source is replaced anyway");
        }
        refuses(
                command + " SRC there --keep-backup",
                "--keep-backup needs --in-place: out of place the source stays as it is");
        refuses(
                command + " SRC --in-place --verify none",
                "--verify none does not go in place: what replaces the source is always verified");
        refuses(command + " '' there", "SRC is empty: name a store ('.' is the current directory)");
        refuses(command + " SRC ''", "DST is empty: name where the result goes");
        refuses(command + " SRC there -j 0", "--threads 0: must be at least 1");
        refuses(command + " SRC there -q -v", "--quiet and --verbose exclude each other");
        assertThat(Path.of("there")).doesNotExist();
    }

    /** The line begins with the command; SRC is the store, '' an empty argument. */
    private void refuses(String line, String message) {
        String[] args = ("vectors " + line).split(" ");
        for (int i = 0; i < args.length; i++) {
            args[i] = args[i].equals("SRC") ? directory.toString() : args[i].equals("''") ? "" : args[i];
        }
        assertThat(console.run(args)).as(line).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("rezarr: " + message + " (see 'rezarr vectors " + args[1] + " --help')\n");
    }

    @Test
    void levelsAreNamedByTheirRootsAsOnTheFormatsPage(@TempDir Path other) {
        String there = other.resolve("there").toString();
        String[] roots = {"--source-root", directory.toString(), "--dest-root", there + "/", "--chunk-shape", "8"};
        assertThat(levels(roots, directory + "/resolution_0", there + "/resolution_0", "--level", "0"))
                .as(console.err())
                .isEqualTo(ExitCode.DONE);
        assertThat(console.run("vectors", "validate", there)).isEqualTo(ExitCode.DONE);
        assertThat(Path.of(there, ".rezarr")).doesNotExist();
        assertThat(levels(roots)).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--level is missing");
        assertThat(levels(roots, directory + "/0", there + "/1")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("SRC, DST and --level name different levels");
        assertThat(levels(roots, directory + "/0/vertices")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("is no level of --source-root", "expected " + directory + "/N");
        assertThat(levels(roots, "--in-place", "--level", "0")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--in-place does not go with --dest-root");
        assertThat(levels(roots, "--level", "0", "--build-pyramid", "--factor", "2"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--build-pyramid does not go with --dest-root: it makes all levels at once");
        assertThat(run("rechunk", "--dest-root", there, "--level", "0", "--chunk-shape", "8"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--source-root and --dest-root go together");
        assertThat(levels(roots, "--level", "0")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("it has all of them");
    }

    private ExitCode levels(String[] roots, String... more) {
        List<String> arguments = new ArrayList<>(List.of("vectors", "rechunk"));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of(roots));
        return console.run(arguments.toArray(String[]::new));
    }

    @Test
    void threadsAreNoOptionOfWhatHasOne() {
        for (String command : List.of("info", "validate", "digest")) {
            assertThat(run(command, "-j", "2")).as(command).isEqualTo(ExitCode.USAGE);
            assertThat(console.err()).contains("-j");
        }
    }

    @Test
    void pyramidSaysWhatLevelsItMade(@TempDir Path other) {
        String there = other.resolve("there").toString();
        assertThat(run("build-pyramid", there, "--factor", "2:1", "--factor", "4.0:2.0", "--verify", "full"))
                .as(console.err())
                .isEqualTo(ExitCode.DONE);
        assertThat(console.out())
                .contains("level 0: copied as it is")
                .contains("level 1: chunks of (4), bins of (")
                .contains("verified: valid at level 5, digest ")
                .contains(there + ": 3 levels in ");
        assertThat(console.run("vectors", "validate", there)).isEqualTo(ExitCode.DONE);
        assertThat(console.run("vectors", "build-pyramid", there, "--in-place", "--factor", "2"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("has the levels [0, 1, 2] already");
    }

    @Test
    void scratchFilesAndMemoryOfAPyramidAreThoseOfAllLevels() {
        VectorRunReport zero =
                new VectorRunReport(List.of(), LinksConvention.EXPLICIT, false, 5, 300, List.of(), List.of());
        WorldVector of = WorldVector.of(1);
        for (boolean isRechunked : new boolean[] {true, false}) {
            VectorPyramidReport report = new VectorPyramidReport(
                    "there",
                    new StoreGrids(of, of, new TreeMap<>()),
                    isRechunked ? zero : null,
                    new PyramidReport(List.of(), 3, 40, List.of()),
                    List.of(),
                    null,
                    1);
            JsonObject json = VectorsRewriteReport.json(report, -1);
            assertThat(json.member("scratch_bytes")).isEqualTo(JsonNumber.of(isRechunked ? 340 : 40));
            assertThat(json.member("memory_bytes"))
                    .as("one after the other")
                    .isEqualTo(JsonNumber.of(isRechunked ? 5 : 3));
        }
    }

    @Test
    void rechunkMakesThePyramidOfTheNewChunks(@TempDir Path other) {
        String there = other.resolve("there").toString();
        assertThat(run(
                        "rechunk",
                        there,
                        "--level",
                        "0",
                        "--chunk-shape",
                        "8",
                        "--build-pyramid",
                        "--factor",
                        "2:1",
                        "--chunk-scale",
                        "2",
                        "--json",
                        "-q"))
                .as(console.err())
                .isEqualTo(ExitCode.DONE);
        assertThat(json().member("chunk_shape")).isEqualTo(new JsonArray(java.util.List.of(new JsonNumber("8.0"))));
        assertThat(((JsonArray) java.util.Objects.requireNonNull(json().member("levels"))).items())
                .hasSize(2);
        assertThat(console.run("vectors", "validate", there)).isEqualTo(ExitCode.DONE);
    }

    @Test
    void pyramidsThatMakeNoSenseAreUsageErrors() {
        assertThat(run("build-pyramid", "--factor", "2")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("DST is missing: name where the result goes, or say --in-place");
        assertThat(run("build-pyramid", "there")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--factor is missing");
        assertThat(run("build-pyramid", "there", "--factor", "2:1:1")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--factor 2:1:1: must be COARSENING:SPARSITY");
        assertThat(run("build-pyramid", "there", "--factor", "x:1")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--factor x:1: 'x' is no number");
        assertThat(run("build-pyramid", "there", "--factor", "0.5:1")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--factor 0.5:1.0: coarsening and sparsity must be at least 1");
        assertThat(run("build-pyramid", "there", "--factor", "2:1", "--factor", "4:1", "--chunk-scale", "2"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--chunk-scale is given 1 times, --factor 2 times");
        assertThat(run("build-pyramid", "there", "--factor", "2:2", "--select", "length", "--seed", "1"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--seed is about --select random");
        assertThat(run("rechunk", "there", "-c", "8", "--build-pyramid", "--factor", "2", "--level", "1"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--level 1: a pyramid is made of level 0");
        assertThat(run("rechunk", "there", "--chunk-shape", "8", "--factor", "2:1"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--factor is about --build-pyramid, which is missing");
        refuses(
                "rechunk SRC there -c 8 --seed 4 --aggregate mean",
                "--seed, --aggregate are about --build-pyramid, which is missing");
        refuses(
                "build-pyramid SRC there --factor 2 --cross-level-storage none --cross-level-depth 2",
                "--cross-level-depth 2 is about links that --cross-level-storage none does not write; leave out one of them");
        assertThat(directory.resolveSibling("there")).doesNotExist();
    }
}
