package io.rezarr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a real array of four bytes in four chunks, of which one is absent: what they print and return. */
class CommandsTest {
    private static final String ZARRAY = """
            {"zarr_format": 2, "shape": [4], "chunks": [1], "dtype": "|u1", "order": "C", "fill_value": 0,
             "filters": null, "compressor": null}""";

    private final RecordedConsole console = new RecordedConsole();

    @TempDir
    private Path directory;

    private String source = "";
    private String destination = "";

    @BeforeEach
    void makeSource() throws IOException {
        Path array = Files.createDirectory(directory.resolve("a"));
        Files.writeString(array.resolve(".zarray"), ZARRAY);
        for (int chunk : new int[] {0, 1, 3}) {
            Files.write(array.resolve(Integer.toString(chunk)), new byte[] {(byte) (chunk + 1)});
        }
        source = array.toString();
        destination = directory.resolve("b").toString();
    }

    private ExitCode rechunk(String... more) {
        String[] args = new String[more.length + 5];
        System.arraycopy(new String[] {"rechunk", source, destination, "-c", "4"}, 0, args, 0, 5);
        System.arraycopy(more, 0, args, 5, more.length);
        return console.run(args);
    }

    private JsonObject json() {
        return Json.parseObject(ByteBuffer.wrap(console.out().getBytes(StandardCharsets.UTF_8)), "stdout");
    }

    @Test
    void summaryTellsChangeWorkPredictionAndVerdict() {
        assertThat(rechunk("--verify", "written")).isEqualTo(ExitCode.DONE);
        assertThat(console.out())
                .contains("chunks    (1) -> (4)", "shape     (4) uint8", "shards    none")
                .contains("work      4 chunks read (1 absent), 3 decoded, 1 encoded", "1 object written")
                .contains("planned   4 chunks read (0 absent), 4 decoded, 1 encoded")
                .contains(
                        "written 4 B in 1 object, ratio 1.00",
                        "the content digest is that of the source: ",
                        "1 array in ");
        assertThat(console.err()).isEmpty();
    }

    @Test
    void unverifiedResultSaysHowToVerify() {
        rechunk();
        assertThat(console.out()).contains("verified  no (--verify written)");
    }

    @Test
    void movedChunksAreCounted() {
        assertThat(console.run("rechunk", source, destination, "--format", "v3"))
                .isEqualTo(ExitCode.DONE);
        assertThat(console.out()).contains("format    v2 -> v3", "3 chunks moved undecoded");
    }

    @Test
    void quietPrintsNothing() {
        assertThat(rechunk("-q")).isEqualTo(ExitCode.DONE);
        assertThat(console.out() + console.err()).isEmpty();
    }

    @Test
    void jsonReportHasTheCounts() {
        rechunk("--json", "--verify", "written");
        JsonObject report = json();
        assertThat(report.member("dry_run")).isEqualTo(JsonLiteral.FALSE);
        JsonObject array = (JsonObject) ((JsonArray) java.util.Objects.requireNonNull(report.member("arrays")))
                .items()
                .get(0);
        assertThat(array.member("verified")).isEqualTo(JsonLiteral.TRUE);
        assertThat(array.member("strategy")).isEqualTo(new JsonString("direct"));
        assertThat(array.member("done"))
                .isInstanceOfSatisfying(
                        JsonObject.class,
                        done -> assertThat(done.member("absent")).isEqualTo(new JsonNumber("1")));
    }

    @Test
    void dryRunShowsThePlanAndWritesNothing() {
        assertThat(rechunk("--dry-run")).isEqualTo(ExitCode.DONE);
        assertThat(console.out()).contains("strategy  direct", "regions ", "nothing was written");
        assertThat(Path.of(destination)).doesNotExist();
    }

    @Test
    void existingDestinationIsRefused() {
        rechunk("-q");
        assertThat(rechunk()).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err().lines()).hasSize(1).allMatch(line -> line.contains("--overwrite"));
    }

    @Test
    void interruptedRunEndsWith130AndLeavesNothing() {
        Interruption interruption = new Interruption();
        interruption.request();
        interruption.finished(ExitCode.DONE);
        assertThat(Main.run(console.console(), interruption, "rechunk", source, destination, "-c", "4"))
                .isEqualTo(ExitCode.INTERRUPTED);
        assertThat(Path.of(destination).resolve(".zarray")).doesNotExist();
        assertThat(console.err().lines()).hasSize(1);
    }

    @Test
    void infoDescribesAnArray() {
        assertThat(console.run("info", source)).isEqualTo(ExitCode.DONE);
        assertThat(console.out())
                .contains("array, Zarr v2", "(4)", "uint8, 1 byte", "(1): 4", "like '0'")
                .contains("3 B in 3 objects, 4 B decoded, ratio 1.33", "1 of 4 chunks");
    }

    @Test
    void infoAsJson() {
        console.run("info", source, "--json");
        JsonObject node = (JsonObject) ((JsonArray) java.util.Objects.requireNonNull(json().member("nodes")))
                .items()
                .get(0);
        assertThat(node.member("absent_chunks")).isEqualTo(new JsonNumber("1"));
        assertThat(node.member("shape")).isEqualTo(JsonArray.ofLongs(4));
    }

    @Test
    void diffTellsEqualFromDifferent() throws IOException {
        rechunk("-q");
        assertThat(console.run("diff", source, destination)).isEqualTo(ExitCode.DONE);
        assertThat(console.out()).contains("equal: 1 array");
        Files.write(Path.of(destination).resolve("0"), new byte[] {1, 2, 7, 4});
        assertThat(console.run("diff", source, destination)).isEqualTo(ExitCode.DIFFERENT);
        assertThat(console.out()).contains("(root): element [2]: 0", " and 7", "different: 1 of 1");
    }

    @Test
    void missingStoreIsBadInput() {
        String absent = directory.resolve("nowhere").toString();
        assertThat(console.run("info", absent)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(console.err()).contains("nowhere");
    }
}
