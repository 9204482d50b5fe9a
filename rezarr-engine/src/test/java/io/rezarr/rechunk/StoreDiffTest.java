package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.rechunk.StoreDiff.NodeDiff;
import io.rezarr.rechunk.StoreDiff.Relation;
import io.rezarr.rechunk.StoreDiff.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreDiffTest {
    private static final String ZGROUP = "{\"zarr_format\": 2}";

    @TempDir
    private Path directory;

    private void array(String path, int chunk, String attributes, int... values) throws IOException {
        Path array = Files.createDirectories(directory.resolve(path));
        Files.writeString(array.resolve(".zarray"), """
                {"zarr_format": 2, "shape": [%d], "chunks": [%d], "dtype": "|u1", "order": "C", "fill_value": 0,
                 "filters": null, "compressor": null}""".formatted(values.length, chunk));
        Files.writeString(array.resolve(".zattrs"), attributes);
        for (int start = 0; start < values.length; start += chunk) {
            byte[] bytes = new byte[chunk];
            for (int i = 0; i < chunk && start + i < values.length; i++) {
                bytes[i] = (byte) values[start + i];
            }
            Files.write(array.resolve(Integer.toString(start / chunk)), bytes);
        }
    }

    private StoreDiff compare(String left, String right, Scope scope) {
        return StoreDiff.compare(
                directory.resolve(left), directory.resolve(right), scope, 1 << 20, 1, RechunkListener.NONE);
    }

    @Test
    void chunksDoNotMatter() throws IOException {
        array("a", 1, "{}", 1, 2, 3, 4);
        array("b", 3, "{}", 1, 2, 3, 4);
        StoreDiff diff = compare("a", "b", Scope.ELEMENTS_AND_METADATA);
        assertThat(diff.isEqual()).isTrue();
        assertThat(diff.nodes()).containsExactly(new NodeDiff("", Relation.EQUAL, null, java.util.List.of()));
    }

    @Test
    void firstDifferingElementIsNamed() throws IOException {
        array("a", 1, "{}", 1, 2, 3, 4);
        array("b", 3, "{}", 1, 2, 9, 8);
        StoreDiff diff = compare("a", "b", Scope.ELEMENTS);
        assertThat(diff.isEqual()).isFalse();
        assertThat(diff.nodes().get(0).difference()).satisfies(difference -> {
            assertThat(difference).isNotNull();
            assertThat(difference.index()).containsExactly(2L);
        });
    }

    @Test
    void attributesCountOnlyWhenAskedFor() throws IOException {
        array("a", 1, "{\"units\": \"K\", \"_ARRAY_DIMENSIONS\": [\"time\"]}", 1, 2);
        array("b", 1, "{\"units\": \"m\", \"_ARRAY_DIMENSIONS\": [\"t\"]}", 1, 2);
        assertThat(compare("a", "b", Scope.ELEMENTS).isEqual()).isTrue();
        assertThat(compare("a", "b", Scope.ELEMENTS_AND_METADATA).nodes().get(0).metadata())
                .hasSize(2)
                .anyMatch(sentence -> sentence.contains("'units': \"K\" and \"m\""))
                .anyMatch(sentence -> sentence.startsWith("dimension names"));
    }

    @Test
    void hierarchiesAreMatchedByPath() throws IOException {
        for (String root : new String[] {"l", "r"}) {
            Files.createDirectories(directory.resolve(root));
            Files.writeString(directory.resolve(root).resolve(".zgroup"), ZGROUP);
            array(root + "/both", 1, "{}", 5);
        }
        array("l/left", 1, "{}", 5);
        array("r/right", 1, "{}", 5);
        array("l/kind", 1, "{}", 5);
        Files.createDirectories(directory.resolve("r/kind"));
        Files.writeString(directory.resolve("r/kind/.zgroup"), ZGROUP);
        assertThat(compare("l", "r", Scope.ELEMENTS).nodes())
                .extracting(node -> node.path() + " " + node.relation())
                .containsExactly("both EQUAL", "kind OTHER_KIND", "left ONLY_LEFT", "right ONLY_RIGHT");
    }
}
