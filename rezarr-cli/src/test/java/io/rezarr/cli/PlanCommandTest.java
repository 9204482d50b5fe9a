package io.rezarr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans of an array of 10^8 chunks, none of which is stored. */
class PlanCommandTest {
    private static final String ZARRAY = """
            {"zarr_format": 2, "shape": [100000, 20000, 500], "chunks": [1, 200, 50], "dtype": "<f4", "order": "C",
             "fill_value": 0, "filters": null, "compressor": {"id": "zstd", "level": 1}}""";

    private final RecordedConsole console = new RecordedConsole();

    @TempDir
    private Path directory;

    private String source = "";

    @BeforeEach
    void makeSource() throws IOException {
        Path array = Files.createDirectory(directory.resolve("a"));
        Files.writeString(array.resolve(".zarray"), ZARRAY);
        source = array.toString();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void tellsStrategyCountsMemoryAndCostAndWritesNothing() throws IOException {
        assertThat(console.run("plan", source, "-c", "10000,20,2", "-m", "64MiB"))
                .isEqualTo(ExitCode.DONE);
        assertThat(console.out())
                .contains("chunks    (1, 200, 50) -> (10000, 20, 2)", "strategy  shuffle: ", "regions   ")
                .contains("decodes   100000000 chunks, 4.0 TB", "encodes   2500000 chunks", "writes    2500000 objects")
                .contains("scratch   at most ", "of 64 MiB", "cost      ~", "or        direct", "least     ");
        assertThat(console.err()).isEmpty();
        assertThat(files()).hasSize(1);
    }

    @Test
    void comparesAmountsOfMemory() {
        assertThat(console.run("plan", source, "-c", "10000,20,2", "--compare", "1KiB,256MiB,4GiB"))
                .isEqualTo(ExitCode.DONE);
        assertThat(console.out().lines().filter(line -> line.contains("MiB  ") || line.contains("GiB  ")))
                .hasSize(2);
        assertThat(console.out()).contains("1.0 KiB     refused: ", "at least");
    }

    @Test
    void writesThePlanForPrograms() throws IOException {
        Path file = directory.resolve("plan.json");

        assertThat(console.run("plan", source, "-c", "10000,20,2", "-m", "64MiB", "-o", file.toString()))
                .isEqualTo(ExitCode.DONE);

        JsonObject plan = Json.parseObject(ByteBuffer.wrap(Files.readAllBytes(file)), "plan.json");
        assertThat(Json.toString(plan))
                .contains("\"format_version\": 1", "\"strategy\": \"shuffle\"", "\"decodes\": 100000000")
                .contains("\"least_memory_bytes\": ", "\"alternatives\": [{");
    }

    @Test
    void doesNotOverwriteAFileWithThePlan() {
        assertThat(console.run("plan", source, "-c", "10000,20,2", "-o", source + "/.zarray"))
                .isEqualTo(ExitCode.STORE_FAILED);
        assertThat(console.err()).contains("The plan cannot be written to", "Name a file that does not exist");
    }

    @Test
    void refusalsAreThoseOfTheRun() {
        assertThat(console.run("plan", source, "-c", "10000,20,2", "-m", "1KiB"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("1024 bytes of memory do not suffice", "at least");
        assertThat(console.run("plan", source, "--compare", "many")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aScratchDirectoryMustExist() {
        assertThat(console.run("plan", source, "-c", "10000,20,2", "--scratch", directory + "/no"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("--scratch", "is no directory");
    }
}
