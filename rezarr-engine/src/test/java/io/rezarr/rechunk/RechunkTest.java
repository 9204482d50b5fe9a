package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.RefusedException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Strategy;
import io.rezarr.rechunk.RechunkRequest.Consolidate;
import io.rezarr.rechunk.RechunkRequest.Existing;
import io.rezarr.rechunk.RechunkRequest.Verify;
import io.rezarr.rechunk.StoreInfo.ConsolidatedState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RechunkTest {
    @TempDir
    private Path directory;

    private Path result() {
        return directory.resolve("out.zarr");
    }

    private DataSet write(ZarrFormat format) {
        return DataSet.write(directory.resolve("in.zarr"), format);
    }

    private void requireSameValues(DataSet source, List<String> arrays) {
        for (String array : arrays) {
            assertThat(DataSet.values(result().resolve(array))).as(array).isEqualTo(DataSet.values(source.path(array)));
        }
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void groupIsRechunkedByDimensionName(ZarrFormat format) {
        DataSet source = write(format);
        RechunkReport report =
                DataSet.run(source.to("out.zarr").withChunks("time=5,lat=-1").withVerify(Verify.WRITTEN));
        assertThat(DataSet.chunks(result().resolve("tas"))).containsExactly(5, 7);
        assertThat(DataSet.chunks(result().resolve("time")))
                .as("a coordinate is not split")
                .containsExactly(10);
        requireSameValues(source, DataSet.ARRAYS);
        assertThat(DataSet.consolidated(result())).isEqualTo(ConsolidatedState.CURRENT);
        assertThat(report.arrays()).allMatch(array -> array.verdict().how() != RechunkReport.Verdict.How.NOT);
        assertThat(report.arrays().stream()
                        .filter(array -> array.array().plan().strategy() == Strategy.PASS_THROUGH)
                        .map(array -> array.array().path()))
                .as("what the spec does not change is carried")
                .containsExactly("g/deep", "lat", "series", "time");
        assertThat(source.root().resolveSibling("."))
                .satisfies(parent -> assertThat(DataSet.children(parent)).containsExactly("in.zarr", "out.zarr"));
    }

    @ParameterizedTest
    @CsvSource({"V2, V3", "V3, V2"})
    void hierarchyIsConverted(ZarrFormat from, ZarrFormat to) {
        DataSet source = write(from);
        DataSet.run(source.to("out.zarr").withFormat(to).withChunks("lat=3"));
        requireSameValues(source, DataSet.ARRAYS);
        assertThat(DataSet.consolidated(result())).isEqualTo(ConsolidatedState.CURRENT);
        for (String array : DataSet.ARRAYS) {
            assertThat(DataSet.open(result().resolve(array)).metadata()).satisfies(metadata -> {
                assertThat(metadata.format()).isEqualTo(to);
                assertThat(metadata.dimensionNames())
                        .isEqualTo(DataSet.open(source.path(array)).metadata().dimensionNames());
            });
        }
        assertThat(StoreDiff.compare(
                                source.root(),
                                result(),
                                StoreDiff.Scope.ELEMENTS_AND_METADATA,
                                1 << 24,
                                1,
                                RechunkListener.NONE)
                        .nodes())
                .allMatch(node -> node.relation() == StoreDiff.Relation.EQUAL);
    }

    /** Values, documents and, since the codecs are deterministic, chunks. */
    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void wayBackLeadsToWhereItBegan(ZarrFormat format) throws IOException {
        DataSet source = write(format);
        Path first = directory.resolve("first.zarr");
        DataSet.run(RechunkRequest.of(source.root().toString(), first.toString()));
        DataSet.run(RechunkRequest.of(
                        first.toString(), directory.resolve("there.zarr").toString())
                .withChunks("tas:7,2", "g/deep:1,6", "series:20"));
        DataSet.run(RechunkRequest.of(directory.resolve("there.zarr").toString(), result().toString())
                .withChunks("tas:3,4", "g/deep:2,2", "series:1"));
        assertThat(DataSet.names(result())).isEqualTo(DataSet.names(first));
        for (String name : DataSet.names(first)) {
            assertThat(result().resolve(name)).as(name).hasSameBinaryContentAs(first.resolve(name));
        }
    }

    /** zlib becomes gzip on the way, and stays it. */
    @Test
    void wayBackFromV3KeepsAllButTheCodec() {
        DataSet source = write(ZarrFormat.V2);
        Path there = directory.resolve("there.zarr");
        DataSet.run(source.to("there.zarr").withFormat(ZarrFormat.V3));
        DataSet.run(RechunkRequest.of(there.toString(), result().toString()).withFormat(ZarrFormat.V2));
        for (String array : DataSet.ARRAYS) {
            assertThat(DataSet.json(result().resolve(array).resolve(".zattrs")))
                    .isEqualTo(DataSet.json(source.path(array).resolve(".zattrs")));
            assertThat(DataSet.json(result().resolve(array).resolve(".zarray"))
                            .without("compressor")
                            .without("dimension_separator"))
                    .isEqualTo(DataSet.json(source.path(array).resolve(".zarray"))
                            .without("compressor")
                            .without("dimension_separator"));
        }
    }

    @Test
    void shardsAreMadeAndTakenAway() {
        DataSet source = write(ZarrFormat.V3);
        DataSet.run(source.to("out.zarr").withChunks("tas:2,2").withShards("tas:x3"));
        Path tas = result().resolve("tas");
        assertThat(DataSet.open(tas).metadata().chunkShape().toArray()).containsExactly(6, 6);
        assertThat(DataSet.chunks(tas)).containsExactly(2, 2);
        assertThat(DataSet.open(result().resolve("time")).metadata().innerChunkShape())
                .isNull();
        requireSameValues(source, DataSet.ARRAYS);

        Path back = directory.resolve("back.zarr");
        DataSet.run(RechunkRequest.of(result().toString(), back.toString()).withShards("none"));
        assertThat(DataSet.open(back.resolve("tas")).metadata().innerChunkShape())
                .isNull();
        assertThat(DataSet.chunks(back.resolve("tas"))).containsExactly(2, 2);
        assertThat(DataSet.values(back.resolve("tas"))).isEqualTo(DataSet.values(source.path("tas")));
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void oneArrayBecomesTheDestinationItself(ZarrFormat format) {
        DataSet source = write(format);
        DataSet.run(source.to("out.zarr").withArrays("g/deep").withChunks("5,6"));
        assertThat(DataSet.values(result())).isEqualTo(DataSet.values(source.path("g/deep")));
        assertThat(DataSet.chunks(result())).containsExactly(5, 6);
        assertThat(DataSet.children(result()))
                .isEqualTo(format == ZarrFormat.V2 ? List.of(".zarray", ".zattrs", "0.0") : List.of("c", "zarr.json"));
    }

    @Test
    void pathOfAnArrayMayHaveSlashesAround() {
        DataSet source = write(ZarrFormat.V2);
        DataSet.run(source.to("out.zarr").withArrays("/tas/").withChunks("time=5"));
        assertThat(DataSet.chunks(result())).containsExactly(5, 4);
    }

    @Test
    void coordinateThatIsAskedForAloneIsSplit() {
        DataSet source = write(ZarrFormat.V2);
        DataSet.run(source.to("out.zarr").withArrays("/time/").withChunks("time=5"));
        assertThat(DataSet.chunks(result())).containsExactly(5);
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void twoArraysKeepTheirPaths(ZarrFormat format) {
        DataSet source = write(format);
        DataSet.run(source.to("out.zarr").withArrays("tas", "g/deep").withChunks("tas:-1,-1", "g/*:1,1"));
        requireSameValues(source, List.of("tas", "g/deep"));
        assertThat(result().resolve("time")).doesNotExist();
        assertThat(DataSet.consolidated(result())).isEqualTo(ConsolidatedState.CURRENT);
        assertThat(DataSet.consolidated(result().resolve("g"))).isEqualTo(ConsolidatedState.NONE);
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void whatIsSkippedIsLeftOutWithAllBelowIt(ZarrFormat format) {
        DataSet source = write(format);
        DataSet.run(source.to("out.zarr").withSkip("g", "*t*"));
        assertThat(DataSet.children(result()).stream().filter(name -> !name.matches("\\..*|zarr.json")))
                .containsExactly("series");
        assertThat(DataSet.consolidated(result())).isEqualTo(ConsolidatedState.CURRENT);
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void consolidatedMetadataAreWrittenAsAskedFor(ZarrFormat format) {
        DataSet source = write(format);
        DataSet.run(source.to("out.zarr").withConsolidate(Consolidate.NO));
        assertThat(DataSet.consolidated(result())).isEqualTo(ConsolidatedState.NONE);
        Path again = directory.resolve("again.zarr");
        DataSet.run(RechunkRequest.of(result().toString(), again.toString()).withConsolidate(Consolidate.YES));
        assertThat(DataSet.consolidated(again)).isEqualTo(ConsolidatedState.CURRENT);
    }

    @Test
    void preparingWritesNothing() {
        DataSet source = write(ZarrFormat.V2);
        Map<String, String> before = DataSet.identities(directory, name -> true);
        try (Rechunk rechunk = Rechunk.prepare(source.to("out.zarr").withChunks("lat=1"))) {
            assertThat(rechunk.arrays()).extracting(ArrayRechunk::path).isEqualTo(DataSet.ARRAYS);
        }
        assertThat(DataSet.identities(directory, name -> true)).isEqualTo(before);
        assertThat(DataSet.children(directory)).containsExactly("in.zarr");
    }

    @Test
    void overwritingReplacesZarrNodesOnly() throws IOException {
        DataSet source = write(ZarrFormat.V2);
        RechunkRequest request = source.to("out.zarr").withArrays("tas").withExisting(Existing.OVERWRITE);
        Files.createDirectories(result());
        Files.writeString(result().resolve("thesis.txt"), "mine");
        assertThatThrownBy(() -> DataSet.run(request))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is no Zarr array or group");
        assertThat(DataSet.names(result())).containsExactly("thesis.txt");

        Files.delete(result().resolve("thesis.txt"));
        DataSet.run(request.withArrays("lat"));
        assertThatThrownBy(() -> DataSet.run(request.withExisting(Existing.REFUSE)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("exists already");
        DataSet.run(request);
        assertThat(DataSet.values(result())).isEqualTo(DataSet.values(source.path("tas")));
        assertThat(DataSet.children(directory)).containsExactly("in.zarr", "out.zarr");
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void attributesAndUnknownMembersSurviveToTheLetter(ZarrFormat format) {
        DataSet source = new DataSet(directory.resolve("in.zarr"), format);
        String attributes =
                "{\"z\": NaN, \"a\": 1e-300, \"big\": 123456789012345678901234567890, \"minus\": -0.0, \"e\": 1E+5,"
                        + " \"inf\": [-Infinity, \"\u00e4\\u0000\\/\"], \"deep\": {\"x\": null}}";
        if (format == ZarrFormat.V2) {
            source.text("", ".zattrs", attributes);
            source.text("", ".zarray", """
                    {"unknown": 1e-300, "shape": [4], "chunks": [2], "dtype": "|u1", "fill_value": 3, "order": "C",
                     "filters": null, "compressor": null, "zarr_format": 2}""");
        } else {
            source.text("", "zarr.json", """
                    {"unknown": {"must_understand": false, "x": 1e-300}, "attributes": %s, "zarr_format": 3, "node_type": "array",
                     "shape": [4], "data_type": "uint8", "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2]}},
                     "chunk_key_encoding": {"name": "default"}, "fill_value": 3, "codecs": [{"name": "bytes"}]}""".formatted(attributes));
        }
        DataSet.run(source.to("out.zarr").withChunks("4"));
        String document = format == ZarrFormat.V2 ? ".zarray" : "zarr.json";
        assertThat(List.copyOf(
                        DataSet.json(result().resolve(document)).members().keySet()))
                .isEqualTo(List.copyOf(
                        DataSet.json(source.path(document)).members().keySet()));
        assertThat(DataSet.readText(result().resolve(document))).contains("1e-300");
        Path holder = result().resolve(format == ZarrFormat.V2 ? ".zattrs" : "zarr.json");
        assertThat(DataSet.readText(holder))
                .contains("NaN", "1e-300", "123456789012345678901234567890", "-0.0", "1E+5", "-Infinity");
        var expected = Json.parse(ByteBuffer.wrap(attributes.getBytes(java.nio.charset.StandardCharsets.UTF_8)), "");
        assertThat(Json.toString(DataSet.open(result()).metadata().attributes()))
                .isEqualTo(Json.toString(expected));
    }

    private DataSet withGaps(String fill) {
        DataSet source = new DataSet(directory.resolve("in.zarr"), ZarrFormat.V2);
        source.text("", ".zarray", """
                {"zarr_format": 2, "shape": [8], "chunks": [2], "dtype": "|u1", "fill_value": %s, "order": "C",
                 "filters": null, "compressor": null}""".formatted(fill));
        source.text("", "1", "ab");
        source.text("", "3", "\0\0");
        return source;
    }

    @ParameterizedTest
    @CsvSource({"SKIP, 0, 1", "WRITE, 0, '0 1'", "KEEP, 0, '0 1'", "SKIP, null, '0 1'", "KEEP, null, '0 1'"})
    void allFillChunksAreWrittenAsAskedFor(EmptyChunks policy, String fill, String zeros) {
        DataSet source = withGaps(fill);
        source.text("", "1", "\0\0");
        source.text("", "0", "ab");
        DataSet.run(source.to("out.zarr").withChunks("4").withEmptyChunks(policy));
        assertThat(DataSet.values(result())).isEqualTo(new byte[] {'a', 'b', 0, 0, 0, 0, 0, 0});
        List<String> chunks = DataSet.names(result()).stream()
                .filter(name -> name.matches("\\d"))
                .toList();
        assertThat(chunks).isEqualTo(zeros.equals("1") ? List.of("0") : List.of("0", "1"));
    }

    @ParameterizedTest
    @EnumSource(EmptyChunks.class)
    void otherFillValueChangesNoElement(EmptyChunks policy) {
        DataSet source = withGaps("5");
        DataSet.run(source.to("out.zarr").withFillValue("0").withEmptyChunks(policy));
        assertThat(DataSet.values(result())).isEqualTo(new byte[] {5, 5, 'a', 'b', 5, 5, 0, 0});
        assertThat(DataSet.json(result().resolve(".zarray")).member("fill_value"))
                .hasToString(String.valueOf(
                        Json.parse(ByteBuffer.wrap("0".getBytes(java.nio.charset.StandardCharsets.UTF_8)), "")));
    }

    @Test
    void nullFillBecomesZeroInV3WithANote() {
        DataSet source = withGaps("null");
        try (Rechunk rechunk = Rechunk.prepare(source.to("out.zarr").withFormat(ZarrFormat.V3))) {
            assertThat(rechunk.notes()).anyMatch(note -> note.contains("fill value null"));
            rechunk.run(RechunkListener.NONE);
        }
        assertThat(DataSet.values(result())).isEqualTo(new byte[] {0, 0, 'a', 'b', 0, 0, 0, 0});
    }

    @Test
    void separatorAndDimensionNamesAreChanged() {
        DataSet source = write(ZarrFormat.V2);
        DataSet.run(source.to("out.zarr").withArrays("tas").withSeparator('/').withDimensionNames(List.of("t", "y")));
        assertThat(DataSet.values(result())).isEqualTo(DataSet.values(source.path("tas")));
        assertThat(result().resolve("0/0")).exists();
        assertThat(DataSet.open(result()).metadata().dimensionNames()).containsExactly("t", "y");
    }

    @Test
    void vectorStoresAreRefused() {
        DataSet source = write(ZarrFormat.V2);
        source.group("g", "{\"zarr_vectors\": {\"version\": \"0.9\"}}");
        assertThatThrownBy(() -> DataSet.run(source.to("out.zarr")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("/g' is a Zarr Vector Format store")
                .hasMessageContaining("--skip");
        DataSet.run(source.to("out.zarr").withSkip("g"));
        requireSameValues(source, List.of("tas"));
    }

    @Test
    void arraysOfUnknownCodecsAreCarriedWhileTheirChunksStay() {
        DataSet source = write(ZarrFormat.V2);
        source.text(
                "series",
                ".zarray",
                DataSet.readText(source.path("series/.zarray")).replace("\"zlib\"", "\"made-up\""));
        source.consolidate();
        DataSet.run(source.to("out.zarr").withChunks("tas:10,7"));
        assertThat(DataSet.readText(result().resolve("series/.zarray"))).contains("made-up");
        assertThat(result().resolve("series/3")).hasSameBinaryContentAs(source.path("series/3"));

        assertThatThrownBy(() -> DataSet.run(source.to("other.zarr").withChunks("series:20")))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("made-up")
                .hasMessageContaining("series");
        assertThat(directory.resolve("other.zarr")).doesNotExist();
    }
}
