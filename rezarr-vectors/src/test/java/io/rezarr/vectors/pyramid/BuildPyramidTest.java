package io.rezarr.vectors.pyramid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rezarr.error.CancelledException;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.StoreException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.testkit.FaultyStore;
import io.rezarr.testkit.FaultyStore.Fault;
import io.rezarr.vectors.LogicalLevel;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.node.RootOverlay;
import io.rezarr.vectors.pyramid.PyramidOptions.Aggregate;
import io.rezarr.vectors.pyramid.PyramidOptions.CrossLevelLinks;
import io.rezarr.vectors.pyramid.PyramidOptions.Factor;
import io.rezarr.vectors.pyramid.PyramidOptions.Selection;
import io.rezarr.vectors.rechunk.VectorRunListener;
import io.rezarr.vectors.rechunk.VectorRunOptions;
import io.rezarr.vectors.validate.Validation;
import io.rezarr.vectors.validate.ValidationReport;
import io.rezarr.vectors.write.Storage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Levels against what follows from their definition, read and computed slowly. */
class BuildPyramidTest {
    private static final int MAX_VALUE_BYTES = 64 << 20;

    @TempDir
    private Path scratch;

    private PyramidReport build(Store store, PyramidOptions options, VectorRunOptions run, long maxHeldBytes) {
        RootOverlay overlay = overlay(store);
        NodeStoreWriter.Settings settings =
                new NodeStoreWriter.Settings(Storage.AS_IN_SOURCE, scratch, 1 << 20, note -> {});
        PyramidReport report = BuildPyramid.run(
                overlay,
                MAX_VALUE_BYTES,
                options,
                settings,
                run.withScratch(scratch),
                VectorRunListener.NONE,
                maxHeldBytes);
        overlay.release();
        return report;
    }

    private static RootOverlay overlay(Store store) {
        return new RootOverlay(store);
    }

    private VectorStore built(String name, PyramidOptions options) {
        MemoryStore store = ZvfStores.copyOf(name);
        build(store, options, VectorRunOptions.of(64 << 20, 2), Long.MAX_VALUE);
        ValidationReport report = Validation.run(store, StorePrefix.ROOT, Validation.MAX_LEVEL, MAX_VALUE_BYTES);
        assertThat(report.errors()).as(report.findings().toString()).isZero();
        return ZvfStores.open(store);
    }

    private static PyramidOptions options(
            double coarsening, double sparsity, Selection selection, @Nullable Aggregate aggregate) {
        return new PyramidOptions(
                List.of(Factor.of(coarsening, sparsity)), selection, 3, aggregate, CrossLevelLinks.EXPLICIT, 1);
    }

    /** The bins of a level's metavertices, for each the vertices of level 0 that objects have, as often as they do. */
    private static Map<List<Long>, List<Integer>> bins(LogicalLevel zero, double[] bin, @Nullable List<Long> kept) {
        Map<List<Long>, List<Integer>> bins = new LinkedHashMap<>();
        Map<Long, List<Integer>> objects = zero.objects();
        List<Integer> all = new ArrayList<>();
        if (objects == null) {
            all.addAll(zero.sorted());
        } else {
            objects.forEach((id, vertices) -> {
                if (kept == null || kept.contains(id)) {
                    all.addAll(vertices);
                }
            });
        }
        all.sort(null);
        for (int vertex : all) {
            bins.computeIfAbsent(binOf(zero, vertex, bin), key -> new ArrayList<>())
                    .add(vertex);
        }
        return bins;
    }

    private static List<Long> binOf(LogicalLevel level, int vertex, double[] bin) {
        List<Long> key = new ArrayList<>();
        for (int axis = 0; axis < bin.length; axis++) {
            key.add((long) Math.floor((float) level.coordinate(vertex, axis) / bin[axis]));
        }
        return key;
    }

    /** The metavertex of each bin; there is one for each, at the mean of its vertices. */
    private static Map<List<Long>, Integer> metavertices(
            LogicalLevel zero, LogicalLevel one, double[] bin, @Nullable List<Long> kept) {
        Map<List<Long>, Integer> found = new HashMap<>();
        Map<List<Long>, List<Integer>> bins = bins(zero, bin, kept);
        for (int vertex : one.sorted()) {
            assertThat(found.put(binOf(one, vertex, bin), vertex)).isNull();
        }
        assertThat(found.keySet()).isEqualTo(bins.keySet());
        bins.forEach((key, vertices) -> {
            for (int axis = 0; axis < bin.length; axis++) {
                int of = axis;
                double mean = vertices.stream()
                        .mapToDouble(v -> (float) zero.coordinate(v, of))
                        .average()
                        .orElseThrow();
                assertThat(one.coordinate(Objects.requireNonNull(found.get(key)), axis))
                        .isCloseTo(mean, within(Math.abs(mean) * 1e-6 + 1e-6));
            }
        });
        return found;
    }

    /** Every vertex whose bin has a metavertex is linked with it, and the other way round. */
    private static void requireLinks(
            LogicalLevel zero, LogicalLevel one, double[] bin, Map<List<Long>, Integer> metavertices) {
        List<List<Integer>> expected = new ArrayList<>();
        for (int vertex : zero.sorted()) {
            Integer metavertex = metavertices.get(binOf(zero, vertex, bin));
            if (metavertex != null) {
                expected.add(List.of(vertex, metavertex));
            }
        }
        assertThat(zero.links(1).ends()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(one.links(-1).ends())
                .containsExactlyInAnyOrderElementsOf(expected.stream()
                        .map(link -> List.of(link.get(1), link.get(0)))
                        .toList());
    }

    private static void requireManifests(
            LogicalLevel zero,
            LogicalLevel one,
            double[] bin,
            Map<List<Long>, Integer> metavertices,
            @Nullable List<Long> kept) {
        Map<Long, List<Integer>> objects = Objects.requireNonNull(zero.objects());
        Map<Long, List<Integer>> found = Objects.requireNonNull(one.objects());
        assertThat(found.keySet()).isEqualTo(objects.keySet());
        objects.forEach((id, vertices) -> {
            List<Integer> expected = new ArrayList<>();
            for (int vertex : kept == null || kept.contains(id) ? vertices : List.<Integer>of()) {
                Integer metavertex = Objects.requireNonNull(metavertices.get(binOf(zero, vertex, bin)));
                if (expected.isEmpty() || !expected.get(expected.size() - 1).equals(metavertex)) {
                    expected.add(metavertex);
                }
            }
            assertThat(found.get(id)).as("object " + id).isEqualTo(expected);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "07/pc3_bins",
                "07/pc2_f64_neg_bins",
                "07/pc3_sharded",
                "07/pc4",
                "07/stream3_blosc",
                "07/mesh3_tri",
                "07/skel3",
                "09/points_f64",
                "09/points_dead_rows",
                "09/streamlines_f64_sharded",
                "09/graph_sharded",
                "09/mesh_objects_quads",
                "09/skeleton_streamed",
                "09/lines3d"
            })
    void binsBecomeMetaverticesObjectsAndLinksFollow(String name) {
        // Bins that straddle chunks in some of the stores.
        VectorStore store = built(name, options(3, 1, Selection.RANDOM, null));
        LogicalLevel zero = new LogicalLevel(store, 0);
        LogicalLevel one = new LogicalLevel(store, 1);
        double[] bin = store.metadata().binShape().times(3).toArray();
        Map<List<Long>, Integer> metavertices = metavertices(zero, one, bin, null);
        requireLinks(zero, one, bin, metavertices);
        if (zero.objects() != null) {
            requireManifests(zero, one, bin, metavertices, null);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"07/stream2_f64", "07/lines3", "09/streamlines", "09/polylines2d", "09/streamlines_revisit"})
    void theLongestPathsAreKept(String name) {
        VectorStore store = built(name, options(2, 3, Selection.LENGTH, null));
        LogicalLevel zero = new LogicalLevel(store, 0);
        LogicalLevel one = new LogicalLevel(store, 1);
        Map<Long, Double> lengths = new TreeMap<>();
        Objects.requireNonNull(zero.objects()).forEach((id, vertices) -> lengths.put(id, length(zero, vertices)));
        long count = Math.max(1, (long) Math.rint(lengths.size() * (1.0 / 3)));
        List<Long> kept = lengths.keySet().stream()
                .sorted((a, b) ->
                        Double.compare(Objects.requireNonNull(lengths.get(b)), Objects.requireNonNull(lengths.get(a))))
                .limit(count)
                .toList();
        double[] bin = store.metadata().binShape().times(2).toArray();
        requireManifests(zero, one, bin, metavertices(zero, one, bin, kept), kept);
        requireLinks(zero, one, bin, metavertices(zero, one, bin, kept));
    }

    private static double length(LogicalLevel level, List<Integer> vertices) {
        double length = 0;
        for (int i = 1; i < vertices.size(); i++) {
            double square = 0;
            for (int axis = 0; axis < level.format().dimensions(); axis++) {
                double step = level.coordinate(vertices.get(i), axis) - level.coordinate(vertices.get(i - 1), axis);
                square += step * step;
            }
            length += Math.sqrt(square);
        }
        return length;
    }

    @ParameterizedTest
    @EnumSource(Aggregate.class)
    void attributesOfVerticesAreAggregated(Aggregate how) {
        for (String name : List.of("07/pc3_f32", "07/stream3", "09/points2d", "09/points_categorical", "09/graph3d")) {
            VectorStore store = built(name, options(4, 1, Selection.RANDOM, how));
            LogicalLevel zero = new LogicalLevel(store, 0);
            LogicalLevel one = new LogicalLevel(store, 1);
            double[] bin = store.metadata().binShape().times(4).toArray();
            Map<List<Long>, Integer> metavertices = metavertices(zero, one, bin, null);
            assertThat(store.level(1).vertexAttributeNames())
                    .isEqualTo(store.level(0).vertexAttributeNames());
            for (String attribute : store.level(0).vertexAttributeNames()) {
                var format = store.level(0).vertexAttribute(attribute).format();
                LogicalLevel.Values values = values(zero, attribute);
                LogicalLevel.Values found = values(one, attribute);
                boolean hasNoMean =
                        format.isDictionary() || format.type().name().equals("bool");
                bins(zero, bin, null).forEach((key, vertices) -> {
                    byte[] value =
                            Objects.requireNonNull(found.rows().get(Objects.requireNonNull(metavertices.get(key))));
                    List<byte[]> all =
                            vertices.stream().map(v -> values.rows().get(v)).toList();
                    String place = name + " " + attribute + " " + key;
                    if (how == Aggregate.FIRST) {
                        assertThat(value).as(place).isEqualTo(all.get(0));
                    } else if (how == Aggregate.MODE || hasNoMean) {
                        assertThat(value).as(place).isEqualTo(mode(all));
                    } else {
                        requireMean(value, all, values, place);
                    }
                });
            }
        }
    }

    @Test
    void layout07SaysThatObjectsThatAreLeftOutHaveNoAttributes() {
        for (String name : List.of("07/stream3", "07/mesh3_tri", "07/pc3_objects")) {
            VectorStore store = built(name, options(2, 2, Selection.RANDOM, null));
            for (String attribute : store.level(1).objectAttributeNames()) {
                var table = store.level(1).objectAttribute(attribute);
                assertThat(table.format().attributes().member("has_present_mask"))
                        .as(name + " " + attribute)
                        .isEqualTo(JsonLiteral.TRUE);
                try (Workspace workspace = new Workspace()) {
                    var rows = table.read(0, workspace);
                    long present = IntStream.range(0, rows.count())
                            .filter(rows::isPresent)
                            .count();
                    assertThat(present).as(name + " " + attribute).isEqualTo(rows.count() / 2);
                }
            }
        }
    }

    /** The reference implementation's validator looks at links that leave chunks only where their group has a document, and knows pairs only. */
    @Test
    void meshesOfLayout07KeepLinksThatLeaveChunksOutOfSightOfTheValidator() {
        MemoryStore mesh = ZvfStores.copyOf("07/mesh3_tri");
        build(mesh, options(4, 1, Selection.RANDOM, null), VectorRunOptions.of(64 << 20, 1), Long.MAX_VALUE);
        assertThat(exists(mesh, "0/cross_chunk_links/+1/data/zarr.json")).isTrue();
        assertThat(exists(mesh, "0/cross_chunk_links/zarr.json")).isFalse();
        assertThat(exists(mesh, "1/cross_chunk_links/zarr.json")).isTrue();
        MemoryStore graph = ZvfStores.copyOf("07/graph3");
        build(graph, options(4, 1, Selection.RANDOM, null), VectorRunOptions.of(64 << 20, 1), Long.MAX_VALUE);
        assertThat(exists(graph, "0/cross_chunk_links/zarr.json")).isTrue();
    }

    private static boolean exists(Store store, String key) {
        try (Workspace workspace = new Workspace()) {
            return store.get(new StoreKey(key), Integer.MAX_VALUE, workspace) != null;
        }
    }

    private static LogicalLevel.Values values(LogicalLevel level, String attribute) {
        return Objects.requireNonNull(level.vertexAttributes().get(attribute));
    }

    private static byte[] mode(List<byte[]> values) {
        List<byte[]> sorted = values.stream().sorted(Arrays::compareUnsigned).toList();
        byte[] best = sorted.get(0);
        int most = 0;
        for (byte[] value : sorted) {
            int count =
                    (int) sorted.stream().filter(v -> Arrays.equals(v, value)).count();
            if (count > most) {
                most = count;
                best = value;
            }
        }
        return best;
    }

    private static void requireMean(byte[] value, List<byte[]> all, LogicalLevel.Values values, String place) {
        int width = values.type().elementBytes();
        for (int at = 0; at < value.length; at += width) {
            int of = at;
            if (values.type().kind() == DataType.Kind.FLOAT) {
                double mean = all.stream()
                        .mapToDouble(row -> Numbers.asDouble(values.type(), little(row), of))
                        .average()
                        .orElseThrow();
                double found = Numbers.asDouble(values.type(), little(value), at);
                if (Double.isNaN(mean)) {
                    assertThat(found).as(place).isNaN();
                } else {
                    assertThat(found).as(place).isCloseTo(mean, within(Math.abs(mean) * 1e-6 + 1e-6));
                }
            } else {
                BigDecimal sum = all.stream()
                        .map(row -> new BigDecimal(integer(values.type(), row, of)))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                BigDecimal mean = sum.divide(BigDecimal.valueOf(all.size()), 0, RoundingMode.HALF_EVEN);
                assertThat(integer(values.type(), value, at)).as(place).isEqualTo(mean.toBigInteger());
            }
        }
    }

    private static BigInteger integer(DataType type, byte[] row, int at) {
        long bits = Numbers.asLong(type, little(row), at);
        return type.kind() == DataType.Kind.UINT
                ? new BigInteger(Long.toUnsignedString(bits))
                : BigInteger.valueOf(bits);
    }

    private static ByteBuffer little(byte[] row) {
        return ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"07/stream3", "07/mesh3_tri", "09/streamlines", "09/points_objects", "09/graph_sharded"})
    void memoryThreadsAndScratchFilesDoNotChangeAByte(String name) {
        PyramidOptions options = new PyramidOptions(
                List.of(Factor.of(1.5, 1), Factor.of(4, 2), Factor.of(8, 1)),
                Selection.RANDOM,
                1,
                Aggregate.MODE,
                CrossLevelLinks.EXPLICIT,
                PyramidOptions.ALL_LEVELS);
        MemoryStore plain = ZvfStores.copyOf(name);
        PyramidReport report = build(plain, options, VectorRunOptions.of(64 << 20, 1), Long.MAX_VALUE);
        assertThat(report.scratchBytes()).isZero();
        MemoryStore spilled = ZvfStores.copyOf(name);
        PyramidReport other = build(spilled, options, VectorRunOptions.of(32 << 20, 3), 0);
        assertThat(other.scratchBytes()).isPositive();
        assertThat(contents(spilled)).isEqualTo(contents(plain));
        ValidationReport valid = Validation.run(plain, StorePrefix.ROOT, Validation.MAX_LEVEL, MAX_VALUE_BYTES);
        assertThat(valid.errors()).as(valid.findings().toString()).isZero();
    }

    private static Map<String, ByteBuffer> contents(MemoryStore store) {
        Map<String, ByteBuffer> contents = new TreeMap<>();
        try (Workspace workspace = new Workspace()) {
            collect(store, StorePrefix.ROOT, contents, workspace);
        }
        return contents;
    }

    private static void collect(
            MemoryStore store, StorePrefix prefix, Map<String, ByteBuffer> into, Workspace workspace) {
        List<StoreEntry> children = new ArrayList<>();
        store.list(prefix, children::add);
        for (StoreEntry child : children) {
            if (child.kind() == StoreEntry.Kind.PREFIX) {
                collect(store, prefix.child(child.name()), into, workspace);
            } else {
                StoreKey key = prefix.key(child.name());
                ByteBuffer value = Objects.requireNonNull(store.get(key, Integer.MAX_VALUE, workspace));
                into.put(
                        key.toString(),
                        ByteBuffer.allocate(value.remaining()).put(value).flip());
            }
        }
    }

    @Test
    void deeperLinksAreThoseOfTheLevelsBetween() {
        PyramidOptions options = new PyramidOptions(
                List.of(Factor.of(2, 1), Factor.of(2, 2), Factor.of(2, 1)),
                Selection.RANDOM,
                2,
                null,
                CrossLevelLinks.IMPLICIT,
                PyramidOptions.ALL_LEVELS);
        VectorStore store = built("09/points_objects", options);
        LogicalLevel zero = new LogicalLevel(store, 0);
        assertThat(store.level(0).linkDeltas()).containsExactly(1, 2, 3);
        assertThat(store.level(1).linkDeltas()).containsExactly(1, 2);
        assertThat(store.level(3).linkDeltas()).isEmpty();
        Map<Integer, Integer> up = parents(zero, 1);
        for (int below = 1; below < 3; below++) {
            Map<Integer, Integer> next = parents(new LogicalLevel(store, below), 1);
            up.replaceAll((vertex, metavertex) -> next.getOrDefault(metavertex, -1));
            up.values().removeIf(metavertex -> metavertex < 0);
            assertThat(parents(zero, below + 1)).isEqualTo(up);
        }
    }

    private static Map<Integer, Integer> parents(LogicalLevel level, int delta) {
        Map<Integer, Integer> parents = new TreeMap<>();
        level.links(delta)
                .ends()
                .forEach(link ->
                        assertThat(parents.put(link.get(0), link.get(1))).isNull());
        return parents;
    }

    @Test
    void withoutLinksOrDepthThereAreNone() {
        for (int depth : new int[] {0, 1}) {
            PyramidOptions options = new PyramidOptions(
                    List.of(Factor.of(2, 1)),
                    Selection.RANDOM,
                    0,
                    null,
                    depth == 0 ? CrossLevelLinks.EXPLICIT : CrossLevelLinks.NONE,
                    depth);
            VectorStore store = built("09/streamlines", options);
            assertThat(store.level(0).linkDeltas()).doesNotContain(1);
            assertThat(store.level(1).linkDeltas()).isEmpty();
            assertThat(String.valueOf(store.metadata().member("format_capabilities")))
                    .doesNotContain("multiscale_links");
        }
    }

    @Test
    void storesWithoutVerticesHaveEmptyLevels() {
        VectorStore store = built("07/empty3", options(2, 2, Selection.RANDOM, Aggregate.MEAN));
        assertThat(new LogicalLevel(store, 1).sorted()).isEmpty();
    }

    @Test
    void factorsThatMakeNothingCoarserAreRefused() {
        for (Factor factor : List.of(
                Factor.of(0.5, 1),
                Factor.of(1, 1),
                Factor.of(2, 0.5),
                Factor.of(Double.NaN, 1),
                Factor.of(2, Double.POSITIVE_INFINITY))) {
            PyramidOptions options = PyramidOptions.of(List.of(Factor.of(2, 1), factor));
            assertThatThrownBy(() -> built("07/pc3_bins", options))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("--factor " + factor.coarsening() + ":" + factor.sparsity())
                    .hasMessageContaining("must be at least 1");
        }
        assertThatThrownBy(() -> built("07/pc3_bins", PyramidOptions.of(List.of())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("--factor is missing");
    }

    @Test
    void binsThatDoNotDivideChunksOfTheirOwnAreRefusedWithTheNearestFactor() {
        PyramidOptions options = PyramidOptions.of(List.of(new Factor(3, 1, List.of(2))));
        assertThatThrownBy(() -> built("09/points3d_bins", options))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("do not divide its chunks")
                .hasMessageContaining("the nearest factor that does");
        // Bins of 20 in chunks of 30: those of 15 would be nearer than those of 30, but are smaller than the bins of
        // the level below.
        PyramidOptions sparse =
                PyramidOptions.of(List.of(new Factor(4, 1, List.of(1)), new Factor(1, 2, List.of(3, 1, 1))));
        assertThatThrownBy(() -> built("09/points3d_bins", sparse))
                .hasMessageContaining("bins of level 2")
                .hasMessageContaining("along axis 0 is 1.5:2.0");
        PyramidOptions ranks = PyramidOptions.of(List.of(new Factor(2, 1, List.of(2, 2))));
        assertThatThrownBy(() -> built("09/points3d_bins", ranks))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("has 2 numbers, the store has 3 axes");
    }

    @Test
    void lengthIsOfPathsOnly() {
        assertThatThrownBy(() -> built("09/graph3d", options(2, 2, Selection.LENGTH, null)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("--select length")
                .hasMessageContaining("graph");
    }

    @Test
    void storesThatAreChunkedByAnAttributeAreRefusedByName() {
        for (String name : List.of("07/pc3_attrchunk", "09/points_attr_chunked")) {
            assertThatThrownBy(() -> built(name, options(2, 1, Selection.RANDOM, null)))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("chunked by an attribute");
        }
    }

    @Test
    void positionsThatAreNotFiniteAreRefusedWithTheirPlace() {
        MemoryStore store = ZvfStores.copyOf("07/pc3_f32");
        var chunk = ZvfStores.open(store).level(0).vertices().chunks().key(0);
        StoreKey key = new StoreKey("0/vertices/" + chunk + "/c/0");
        try (Workspace workspace = new Workspace()) {
            ByteBuffer value = Objects.requireNonNull(store.get(key, Integer.MAX_VALUE, workspace));
            byte[] bytes = new byte[value.remaining()];
            value.get(bytes);
            little(bytes).putFloat(0, Float.NaN);
            store.set(key, ByteBuffer.wrap(bytes), Store.WriteMode.DIRECT);
        }
        assertThatThrownBy(() -> build(
                        store, options(2, 1, Selection.RANDOM, null), VectorRunOptions.of(64 << 20, 1), Long.MAX_VALUE))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("Row 0 of '0/vertices chunk " + chunk + "' lies at NaN along axis 0");
    }

    @Test
    void whatDoesNotDecodeIsAnErrorThatNamesItsPlace() {
        MemoryStore store = ZvfStores.copyOf("07/pc3_f32");
        var chunk = ZvfStores.open(store).level(0).vertices().chunks().key(0);
        StoreKey key = new StoreKey("0/vertex_fragments/" + chunk + "/c/0");
        try (Workspace workspace = new Workspace()) {
            ByteBuffer value = Objects.requireNonNull(store.get(key, Integer.MAX_VALUE, workspace));
            store.set(key, ByteBuffer.wrap(new byte[value.remaining()]), Store.WriteMode.DIRECT);
        }
        assertThatThrownBy(() -> build(
                        store, options(2, 1, Selection.RANDOM, null), VectorRunOptions.of(64 << 20, 1), Long.MAX_VALUE))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("0/vertex_fragments chunk " + chunk);
    }

    @Test
    void tooLittleMemoryIsRefusedWithWhatWouldDo() {
        assertThatThrownBy(() -> build(
                        ZvfStores.copyOf("07/stream3"),
                        options(2, 1, Selection.RANDOM, null),
                        VectorRunOptions.of(50_000, 1),
                        Long.MAX_VALUE))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("-m");
    }

    @Test
    void runThatIsCancelledWritesNoRoot() {
        MemoryStore store = ZvfStores.copyOf("09/streamlines");
        Map<String, ByteBuffer> before = contents(store);
        RootOverlay overlay = overlay(store);
        VectorRunListener cancels = new VectorRunListener() {
            private boolean assembles;

            @Override
            public void progress(int level, Step step, long done, long total) {
                assembles |= step == Step.ASSEMBLE;
            }

            @Override
            public boolean isCancelled() {
                return assembles;
            }
        };
        NodeStoreWriter.Settings settings =
                new NodeStoreWriter.Settings(Storage.AS_IN_SOURCE, scratch, 1 << 20, note -> {});
        assertThatThrownBy(() -> BuildPyramid.run(
                        overlay,
                        MAX_VALUE_BYTES,
                        options(2, 1, Selection.RANDOM, null),
                        settings,
                        VectorRunOptions.of(64 << 20, 1).withScratch(scratch),
                        cancels))
                .isInstanceOf(CancelledException.class);
        assertThat(contents(store).get("zarr.json")).isEqualTo(before.get("zarr.json"));
        assertThat(scratch).isEmptyDirectory();
    }

    /** All goes through scratch files; what the root says is held back until the end. */
    @ParameterizedTest
    @ValueSource(strings = {"07/stream2_f64", "09/points_dead_rows"})
    void whatIsBrokenOffAtAnyChangeLeavesTheRootAndNoScratch(String name) {
        PyramidOptions options = options(2, 2, Selection.RANDOM, null);
        VectorRunOptions run = VectorRunOptions.of(64 << 20, 1);
        MemoryStore source = ZvfStores.copyOf(name);
        ByteBuffer root = contents(source).get("zarr.json");
        FaultyStore whole = FaultyStore.faultless(ZvfStores.copyOf(name));
        assertThat(build(whole, options, run, 0).scratchBytes()).isPositive();
        int step = Math.max(1, whole.changes() / 40);
        // The last change is that of the root's document.
        for (int n = whole.changes() - 1; n >= 0; n -= step) {
            Fault fault = n / step % 2 == 0 ? Fault.KILL_BEFORE : Fault.FAIL;
            MemoryStore store = ZvfStores.copyOf(name);
            FaultyStore faulty = FaultyStore.atChange(n, fault, store);
            String place = fault + " at change " + n + " of " + whole.changes();
            assertThatThrownBy(() -> build(faulty, options, run, 0))
                    .as(place)
                    .isInstanceOf(fault == Fault.FAIL ? StoreException.class : FaultyStore.Killed.class);
            assertThat(contents(store).get("zarr.json")).as(place).isEqualTo(root);
            assertThat(scratch).as(place).isEmptyDirectory();
        }
    }
}
