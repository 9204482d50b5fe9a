package io.rezarr.vectors.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rezarr.error.CancelledException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.store.FileStore;
import io.rezarr.vectors.LogicalLevel;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.api.VectorPyramidRequest.Levels;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Layout;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.pyramid.PyramidOptions;
import io.rezarr.vectors.pyramid.PyramidOptions.Aggregate;
import io.rezarr.vectors.pyramid.PyramidOptions.CrossLevelLinks;
import io.rezarr.vectors.pyramid.PyramidOptions.Factor;
import io.rezarr.vectors.pyramid.PyramidOptions.Selection;
import io.rezarr.vectors.rechunk.ChunkLimit;
import io.rezarr.vectors.rechunk.VectorRunOptions.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests for pyramids of stores of the reference implementations, in directories: written, verified, committed. */
class VectorPyramidTest {
    private static final long MAX_MEMORY = 128 << 20;

    @TempDir
    private Path directory;

    private Path unpacked(String name) {
        return ZvfDirectories.unpack(name, directory);
    }

    private static VectorPyramidRequest request(
            Path source,
            @Nullable Path destination,
            @Nullable WorldVector chunks,
            InPlace inPlace,
            Levels levels,
            PyramidOptions options) {
        VectorRechunkRequest base = destination == null
                ? VectorRechunkRequest.inPlace(source.toString()).withInPlace(inPlace)
                : VectorRechunkRequest.of(source.toString(), destination.toString());
        return VectorPyramidRequest.of(
                        base.withChunkShape(chunks)
                                .withVerify(Verify.FULL)
                                .withMaxBytes(MAX_MEMORY)
                                .withThreads(2),
                        options)
                .withLevels(levels);
    }

    private static VectorPyramidRequest unverified(VectorPyramidRequest request) {
        return VectorPyramidRequest.of(request.base().withVerify(Verify.NONE), request.pyramid())
                .withLevels(request.levels());
    }

    private static VectorPyramidReport run(VectorPyramidRequest request) {
        try (VectorPyramid pyramid = VectorPyramid.prepare(request)) {
            return pyramid.run(VectorRechunkListener.NONE);
        }
    }

    /** Pyramids that the reference implementation has made, and what it was told. */
    static Stream<Map.Entry<String, PyramidOptions>> pyramids() {
        Factor same = new Factor(2, 1, List.of(1));
        Factor sparse = new Factor(2, 2, List.of(2));
        CrossLevelLinks both = CrossLevelLinks.EXPLICIT;
        CrossLevelLinks up = CrossLevelLinks.IMPLICIT;
        return Map.of(
                "07/pyr_pc3", options(2, both, 0, Factor.of(2, 1), Factor.of(4, 1)),
                "07/pyr_stream3", options(1, both, 3, same, new Factor(4, 2, List.of(2))),
                "07/pyr_objects3", options(0, CrossLevelLinks.NONE, 5, Factor.of(1, 2)),
                "09/points_pyramid", options(1, both, 0, new Factor(2, 1, List.of(2)), same),
                "09/points_pyramid_objects_implicit", options(-1, up, 3, Factor.of(2, 2), Factor.of(2, 1)),
                "09/streamlines_pyramid", options(1, both, 1, same, sparse),
                "09/skeleton_pyramid", options(1, both, 0, Factor.of(2, 1), Factor.of(2, 1)),
                "09/mesh_sharded_pyramid", options(1, both, 0, Factor.of(2, 1)))
                .entrySet()
                .stream();
    }

    private static PyramidOptions options(int depth, CrossLevelLinks links, long seed, Factor... factors) {
        return new PyramidOptions(List.of(factors), Selection.RANDOM, seed, null, links, depth);
    }

    @ParameterizedTest
    @MethodSource("pyramids")
    void pyramidsAreThoseOfTheReferenceImplementation(Map.Entry<String, PyramidOptions> of) {
        Path source = unpacked(of.getKey());
        Path made = directory.resolve("made");
        run(unverified(request(source, made, null, InPlace.NO, Levels.REPLACE, of.getValue())));
        try (FileStore theirs = FileStore.open(source);
                FileStore ours = FileStore.open(made)) {
            VectorStore expected = ZvfStores.open(theirs);
            VectorStore found = ZvfStores.open(ours);
            requireSameMembers(
                    found.metadata().attributes(), expected.metadata().attributes());
            assertThat(found.levelNumbers()).isEqualTo(expected.levelNumbers());
            Map<Integer, List<Integer>> numbers = new TreeMap<>();
            for (int level : found.levelNumbers()) {
                requireSameMembers(
                        found.level(level).metadata().attributes(),
                        expected.level(level).metadata().attributes());
                numbers.put(level, matched(new LogicalLevel(found, level), new LogicalLevel(expected, level)));
            }
            for (int level : found.levelNumbers()) {
                requireSameLevel(found, expected, level, numbers);
            }
        }
    }

    private static void requireSameMembers(JsonObject found, JsonObject expected) {
        assertThat(members(found)).isEqualTo(members(expected));
    }

    private static Map<String, Object> members(JsonObject object) {
        Map<String, Object> members = new TreeMap<>();
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
            boolean isObject = member.getValue() instanceof JsonObject;
            members.put(
                    member.getKey(),
                    isObject
                            ? members((JsonObject) member.getValue())
                            : member.getValue().toString());
        }
        return members;
    }

    /** For each vertex the one that it is in the reference's level: at the same place, but for the last bits of float32. */
    private static List<Integer> matched(LogicalLevel found, LogicalLevel expected) {
        List<Integer> ours = found.sorted();
        List<Integer> theirs = expected.sorted();
        assertThat(ours).hasSameSizeAs(theirs);
        Integer[] match = new Integer[ours.stream().mapToInt(v -> v + 1).max().orElse(0)];
        for (int i = 0; i < match.length; i++) {
            match[i] = -1;
        }
        for (int i = 0; i < ours.size(); i++) {
            for (int axis = 0; axis < found.format().dimensions(); axis++) {
                assertThat(found.coordinate(ours.get(i), axis))
                        .isCloseTo(expected.coordinate(theirs.get(i), axis), within(2e-5));
            }
            match[ours.get(i)] = theirs.get(i);
        }
        return List.of(match);
    }

    private static List<Integer> of(Map<Integer, List<Integer>> numbers, int level) {
        return Objects.requireNonNull(numbers.get(level));
    }

    private static void requireSameLevel(
            VectorStore found, VectorStore expected, int level, Map<Integer, List<Integer>> numbers) {
        LogicalLevel ours = new LogicalLevel(found, level);
        LogicalLevel theirs = new LogicalLevel(expected, level);
        Map<Long, List<Integer>> objects = ours.objects();
        assertThat(objects == null).isEqualTo(theirs.objects() == null);
        if (objects != null) {
            objects.replaceAll((id, vertices) ->
                    vertices.stream().map(of(numbers, level)::get).toList());
            assertThat(objects).isEqualTo(theirs.objects());
        }
        assertThat(found.level(level).linkDeltas())
                .isEqualTo(expected.level(level).linkDeltas());
        for (int delta : found.level(level).linkDeltas()) {
            if (delta == 0) {
                continue;
            }
            List<List<Integer>> links = ours.links(delta).ends().stream()
                    .map(link -> List.of(
                            of(numbers, level).get(link.get(0)),
                            of(numbers, level + delta).get(link.get(1))))
                    .toList();
            assertThat(links)
                    .containsExactlyInAnyOrderElementsOf(theirs.links(delta).ends());
        }
        if (expected.level(level).objectAttributeNames().isEmpty()) {
            // The reference implementation of 0.7 does not see those of paths.
            return;
        }
        for (String name : expected.level(level).objectAttributeNames()) {
            LogicalLevel.Values one = ours.table(found.level(level).objectAttribute(name), true);
            LogicalLevel.Values other = theirs.table(expected.level(level).objectAttribute(name), true);
            assertThat(one.type()).isEqualTo(other.type());
            assertThat(one.rows()).usingRecursiveComparison().isEqualTo(other.rows());
        }
    }

    /** Of each layout and geometry one, and what is stored in a way of its own. */
    static Stream<String> stores() {
        return Stream.of(
                "07/pc3_sparse_neg",
                "07/pc3_sharded",
                "07/pc3_each_point_object",
                "07/lines2_f64",
                "07/graph2",
                "07/mesh3_quad_f64",
                "07/skel3",
                "07/parametric3",
                "09/points_root_extras",
                "09/points_fragment_attributes",
                "09/points_blosc_sharded",
                "09/lines2d",
                "09/graph_duplicate_store",
                "09/mesh_2d",
                "09/skeleton_objects",
                "09/points_pyramid");
    }

    private static WorldVector largerChunks(Path source) {
        try (FileStore store = FileStore.open(source)) {
            return ZvfStores.open(store).metadata().chunkShape().times(2);
        }
    }

    /** Validated at level 5, and level 0 compared by its digest: that is what full verification does. */
    @ParameterizedTest
    @MethodSource("stores")
    void everyStoreGetsAPyramidInOtherChunks(String name) {
        Path source = unpacked(name);
        WorldVector chunks = largerChunks(source);
        PyramidOptions options = options(-1, CrossLevelLinks.EXPLICIT, 1, Factor.of(2.5, 1), Factor.of(6, 3));
        VectorPyramidReport report =
                run(request(source, directory.resolve("made"), chunks, InPlace.NO, Levels.REPLACE, options));
        assertThat(report.levelZero()).isNotNull();
        assertThat(report.grids().chunkShape()).isEqualTo(chunks);
        assertThat(report.pyramid().levels()).hasSize(2);
    }

    /** With that document the reference implementation's validator fails; it leaves one in meshes that it has made a pyramid of. */
    @Test
    void meshesOfLayout07LoseTheDocumentOfLinksThatLeaveChunks() throws Exception {
        for (String name : List.of("07/mesh3_tri", "07/graph3")) {
            Path source = unpacked(name);
            Path document = Path.of("0", "cross_chunk_links", "zarr.json");
            Files.writeString(
                    source.resolve(document), "{\"zarr_format\": 3, \"node_type\": \"group\", \"attributes\": {}}");
            for (CrossLevelLinks links : CrossLevelLinks.values()) {
                Path made = directory.resolve(source.getFileName() + "." + links);
                run(request(source, made, null, InPlace.NO, Levels.REFUSE, options(1, links, 0, Factor.of(4, 1))));
                assertThat(Files.exists(made.resolve(document)))
                        .as(made.toString())
                        .isEqualTo(name.equals("07/graph3"));
                assertThat(made.resolve("0/cross_chunk_links/0/zarr.json")).exists();
            }
        }
    }

    @Test
    void whatUsersSayOfLinksThatLeaveChunksStays() throws Exception {
        Path source = unpacked("07/mesh3_tri");
        Path document = Path.of("0", "cross_chunk_links", "zarr.json");
        String mine = "{\"zarr_format\": 3, \"node_type\": \"group\", \"attributes\": {\"mine\": 1}}";
        Files.writeString(source.resolve(document), mine);
        Path made = directory.resolve("made");
        PyramidOptions options = options(1, CrossLevelLinks.EXPLICIT, 0, Factor.of(4, 1));
        VectorRechunkRequest request =
                request(source, made, null, InPlace.NO, Levels.REFUSE, options).base();
        run(VectorPyramidRequest.of(request.withVerify(Verify.NONE), options));
        assertThat(made.resolve(document)).content().contains("\"mine\": 1");
    }

    @Test
    void inPlaceTheResultTakesTheSourcesPlaceAndTheBackupIsWhatItWas() throws Exception {
        Path source = unpacked("09/points_one_bin");
        String before = VectorDigest.of(source, MAX_MEMORY).hex();
        PyramidOptions options = PyramidOptions.of(List.of(Factor.of(2, 1)));
        VectorPyramidReport report = run(request(source, null, null, InPlace.SWAP_KEEP_BACKUP, Levels.REFUSE, options));
        assertThat(report.digest())
                .isEqualTo(VectorDigest.of(source, MAX_MEMORY).hex())
                .isNotEqualTo(before);
        Path backup = directory.resolve(source.getFileName() + ".backup");
        assertThat(VectorDigest.of(backup, MAX_MEMORY).hex()).isEqualTo(before);
        assertThat(report.notes())
                .containsExactly(
                        "Levels above 0 have no vertex attributes (t): --aggregate mean, first or mode keeps them.");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(source, backup);
        }
        Files.move(backup, directory.resolve("aside"));
        assertThatThrownBy(() -> run(request(source, null, null, InPlace.SWAP, Levels.REFUSE, options)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has the levels [0, 1] already")
                .hasMessageContaining("--overwrite");
        run(request(source, null, null, InPlace.SWAP, Levels.REPLACE, PyramidOptions.of(List.of(Factor.of(2, 1)))));
        assertThat(VectorDigest.of(source, MAX_MEMORY).hex()).isEqualTo(report.digest());
    }

    @Test
    void aRunThatIsCancelledLeavesTheSourceAndNothingElse() throws Exception {
        Path source = unpacked("07/stream3");
        String before = VectorDigest.of(source, MAX_MEMORY).hex();
        VectorRechunkListener cancels = new VectorRechunkListener() {
            private boolean links;

            @Override
            public void progress(int level, Step step, long done, long total) {
                links |= step == Step.LINKS;
            }

            @Override
            public boolean isCancelled() {
                return links;
            }
        };
        for (InPlace inPlace : List.of(InPlace.SWAP, InPlace.NO)) {
            Path destination = inPlace == InPlace.NO ? directory.resolve("there") : null;
            VectorPyramidRequest request = request(
                    source,
                    destination,
                    null,
                    inPlace,
                    Levels.REFUSE,
                    PyramidOptions.of(List.of(Factor.of(2, 1), Factor.of(4, 1))));
            try (VectorPyramid pyramid = VectorPyramid.prepare(request)) {
                assertThatThrownBy(() -> pyramid.run(cancels)).isInstanceOf(CancelledException.class);
            }
            assertThat(VectorDigest.of(source, MAX_MEMORY).hex()).isEqualTo(before);
            try (Stream<Path> left = Files.list(directory)) {
                assertThat(left).containsExactly(source);
            }
        }
    }

    @Test
    void compressedValuesWhoseSizeNobodyToldTakeNoMoreMemoryThanTheyAreLong() {
        Path zipped = directory.resolve("zipped");
        VectorRechunkRequest zip =
                VectorRechunkRequest.of(unpacked("09/streamlines").toString(), zipped.toString());
        try (VectorRechunk rechunk =
                VectorRechunk.prepare(zip.withCodec("gzip").withChunkShape(WorldVector.of(8, 8, 8)))) {
            rechunk.run(VectorRechunkListener.NONE);
        }
        PyramidOptions means = new PyramidOptions(
                List.of(Factor.of(2, 1)), Selection.RANDOM, 0, Aggregate.MEAN, CrossLevelLinks.EXPLICIT, 1);
        VectorPyramidRequest request =
                request(zipped, directory.resolve("made"), null, InPlace.NO, Levels.REFUSE, means);
        VectorPyramidReport report = run(request);
        assertThat(report.pyramid().memoryBytes()).isLessThan(MAX_MEMORY / 4);
    }

    @Test
    void attributesThatCannotBeReadAreRefusedBeforeAnythingIsWrittenNamingTheSource() throws Exception {
        Path source = unpacked("09/graph3d");
        Path attribute = source.resolve("0/vertex_attributes/r/zarr.json");
        Files.writeString(attribute, Files.readString(attribute).replace("\"float32\"", "\"<U9\""));
        VectorPyramidRequest request = request(
                source,
                directory.resolve("made"),
                null,
                InPlace.NO,
                Levels.REFUSE,
                PyramidOptions.of(List.of(Factor.of(2, 1))));
        assertThatThrownBy(() -> VectorPyramid.prepare(request))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining(attribute.toString())
                .hasMessageContaining("'<U9'");
    }

    @Test
    void meansThatAreNotMadeAreRefusedBeforeLevelZeroIsWritten() throws Exception {
        Path source = unpacked("09/graph3d");
        Path attribute = source.resolve("0/vertex_attributes/r/zarr.json");
        Files.writeString(attribute, Files.readString(attribute).replace("\"float32\"", "\"float16\""));
        Path made = directory.resolve("made");
        for (boolean isRechunked : new boolean[] {false, true}) {
            WorldVector chunks = isRechunked ? largerChunks(source) : null;
            for (Aggregate how : Aggregate.values()) {
                PyramidOptions options = new PyramidOptions(
                        List.of(Factor.of(2, 1)), Selection.RANDOM, 0, how, CrossLevelLinks.EXPLICIT, 1);
                VectorPyramidRequest request = request(source, made, chunks, InPlace.NO, Levels.REFUSE, options);
                if (how == Aggregate.MEAN) {
                    assertThatThrownBy(() -> VectorPyramid.prepare(request))
                            .isInstanceOf(UnsupportedFeatureException.class)
                            .hasMessageContaining("Vertex attribute 'r' is float16")
                            .hasMessageContaining("--aggregate first or mode");
                } else {
                    VectorPyramid.prepare(request).close();
                }
            }
        }
    }

    @Test
    void storeThatIsChunkedByAnAttributeIsRefusedByItsName() {
        Path source = unpacked("09/points_attr_chunked");
        PyramidOptions options = PyramidOptions.of(List.of(Factor.of(2, 1)));
        VectorPyramidRequest request =
                request(source, directory.resolve("made"), null, InPlace.NO, Levels.REFUSE, options);
        assertThatThrownBy(() -> VectorPyramid.prepare(request))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageStartingWith("'" + source + "': Level 0 is chunked by an attribute");
    }

    @Test
    void levelZeroIsAsTheRequestHasItWhateverPartSaysSo() {
        Path source = unpacked("09/points2d");
        PyramidOptions options = PyramidOptions.of(List.of(Factor.of(2, 1)));
        VectorRechunkRequest base = request(
                        source, directory.resolve("chosen"), null, InPlace.NO, Levels.REFUSE, options)
                .base();
        VectorPyramidReport chosen = run(
                VectorPyramidRequest.of(base.withChunkLimit(new ChunkLimit(ChunkLimit.Unit.BYTES, 1 << 20)), options));
        assertThat(chosen.grids().chunkShape()).isEqualTo(WorldVector.of(32, 32));

        Path packed = directory.resolve("packed");
        run(VectorPyramidRequest.of(
                VectorRechunkRequest.of(source.toString(), packed.toString()).withShards("2,2"), options));
        assertThat(packed.resolve("0/vertices/zarr.json")).content().contains("sharding_indexed");
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        Path source = unpacked("09/points2d");
        PyramidOptions options = PyramidOptions.of(List.of(Factor.of(2, 1)));
        VectorRechunkRequest base = request(
                        source, directory.resolve("there"), null, InPlace.NO, Levels.REFUSE, options)
                .base();
        Map.of(
                        base.withMode(Mode.STREAMING), "--streaming",
                        base.withLevels(0), "--level",
                        base.withExisting(Existing.ADD_LEVELS), "--dest-root",
                        base.withLayout(Layout.V09), "rezarr vectors upgrade")
                .forEach((contradicts, words) -> assertThatThrownBy(() -> VectorPyramidRequest.of(contradicts, options))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining(words));
        assertThatThrownBy(
                        () -> VectorPyramid.prepare(request(source, source, null, InPlace.NO, Levels.REFUSE, options)))
                .isInstanceOf(RefusedException.class);
        assertThat(directory.resolve("there")).doesNotExist();
    }

    @Test
    void sourceIsClosedWhateverIsRefused() {
        Path source = unpacked("09/points2d");
        Path there = directory.resolve("there");
        PyramidOptions none = PyramidOptions.of(List.of());
        PyramidOptions one = PyramidOptions.of(List.of(Factor.of(2, 1)));
        for (VectorPyramidRequest refused : List.of(
                request(source, source, null, InPlace.NO, Levels.REFUSE, one),
                request(source, there, null, InPlace.NO, Levels.REFUSE, none))) {
            OpenedStores stores = new OpenedStores();
            assertThatThrownBy(() -> VectorPyramid.prepare(refused, stores)).isInstanceOf(RezarrException.class);
            stores.requireEachClosedOnce(1);
        }
        for (VectorPyramidRequest refused : List.of(
                request(source, source, WorldVector.of(8, 8), InPlace.NO, Levels.REFUSE, one),
                request(source, there, WorldVector.of(8, 8), InPlace.NO, Levels.REFUSE, none))) {
            OpenedStores stores = new OpenedStores();
            assertThatThrownBy(() -> VectorPyramid.prepare(refused, stores)).isInstanceOf(RezarrException.class);
            stores.requireEachClosedOnce(2);
        }
    }

    @Test
    void whatCannotBeReadIsNamedInTheSourceNotInTheCopyThatIsGone() throws Exception {
        Path source = unpacked("09/points2d");
        Path value = ZvfDirectories.values(source.resolve("0/vertices")).get(0);
        Files.write(value, new byte[] {1, 0, 0});
        Path there = directory.resolve("there");
        VectorPyramidRequest request =
                request(source, there, null, InPlace.NO, Levels.REFUSE, PyramidOptions.of(List.of(Factor.of(2, 1))));
        assertThatThrownBy(() -> run(request))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("'" + value + "'");
        assertThat(there).doesNotExist();
    }
}
