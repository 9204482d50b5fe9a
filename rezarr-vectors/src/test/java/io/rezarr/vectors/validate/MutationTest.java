package io.rezarr.vectors.validate;

import static io.rezarr.vectors.StoreEdit.array;
import static io.rezarr.vectors.StoreEdit.items;
import static io.rezarr.vectors.StoreEdit.member;
import static io.rezarr.vectors.StoreEdit.more;
import static io.rezarr.vectors.StoreEdit.no;
import static io.rezarr.vectors.StoreEdit.numbers;
import static io.rezarr.vectors.StoreEdit.ranges;
import static io.rezarr.vectors.StoreEdit.text;
import static io.rezarr.vectors.StoreEdit.withoutFirst;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.vectors.StoreEdit;
import io.rezarr.vectors.ZvfStores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A valid store with one change for each check: the change is found, at the level of that check, under its name. */
class MutationTest {
    /**
     * A change.
     *
     * @param level of detail at which it must be reported; {@code null} for the root
     */
    private record Mutation(
            Check check, String store, @Nullable Integer level, Consumer<StoreEdit> change) {
        @Override
        public String toString() {
            return check.token() + " in " + store;
        }
    }

    private static final String PYRAMID = "09/streamlines_pyramid";

    /** As if it were to get a fourth level. */
    private static final String PARTIAL = """
            {"formatVersion": 1, "source": "a", "fingerprint": "0", "chunk_shape": [16.0, 16.0, 16.0], "base_bin_shape": [8.0, 8.0, 8.0],
             "links_convention": "implicit_sequential", "levels": [0, 1, 2, 3], "families": [[2, 1]]}
            """;

    static Stream<Mutation> mutations() {
        List<Mutation> all = new ArrayList<>();
        structure(all);
        metadata(all);
        vertices(all);
        links(all);
        objects(all);
        conventions(all);
        return all.stream();
    }

    private static void structure(List<Mutation> all) {
        root(all, Check.ROOT, "09/points2d", e -> e.attributes("", a -> a.without("zarr_vectors")));
        root(all, Check.ROOT, "07/pc4", e -> e.remove(""));
        root(all, Check.LEVELS, "09/points2d", e -> e.remove("0"));
        level(all, Check.LEVEL_GROUP, PYRAMID, 1, e -> e.attributes("1", a -> a.without("zarr_vectors_level")));
        level(all, Check.VERTICES, "07/pc4", 0, e -> e.remove("0/vertices"));
        level(all, Check.FRAGMENTS, "09/points2d", 0, e -> e.remove("0/vertex_fragments"));
        level(all, Check.LINK_DELTAS, "09/graph3d", 0, e -> e.group("0/links/all"));
        root(all, Check.OME, "09/points2d", e -> e.attributes("", a -> a.without("ome")));
        root(all, Check.LEVELS_PENDING, PYRAMID, e -> e.put(".rezarr/levels/run.json", PARTIAL.getBytes(UTF_8)));
        root(all, Check.LEVELS_PENDING, "07/pc4", e -> e.put(".rezarr/levels/run.json", new byte[] {'{', '}'}));
        level(all, Check.UNKNOWN_MEMBERS, "09/points2d", 0, e -> e.group("0/extra"));
    }

    private static void metadata(List<Mutation> all) {
        root(all, Check.SUPPORTED, "07/pc4", e -> e.root(z -> z.with("zv_version", text("0.8.0"))));
        root(all, Check.SUPPORTED, "09/points2d", e -> e.root(z -> z.with("required_capabilities", array(text("x")))));
        level(
                all,
                Check.SUPPORTED,
                "07/pc4",
                0,
                e -> e.attributes("0/vertices", a -> a.with("encoding", text("draco"))));
        root(all, Check.ROOT_METADATA, "09/points2d", e -> e.root(z -> z.with("chunk_shape", numbers("0", "8"))));
        root(all, Check.ROOT_METADATA, "07/pc4", e -> e.root(z -> z.with("cross_chunk_strategy", text("none"))));
        root(
                all,
                Check.BOUNDS,
                "09/points2d",
                e -> e.root(z -> {
                    List<JsonValue> bounds = items(member(z, "bounds"));
                    return z.with("bounds", array(bounds.get(1), bounds.get(0)));
                }));
        root(all, Check.BIN_SHAPE, "07/pc3_bins", e -> e.root(z -> z.with("base_bin_shape", numbers("5", "8", "6"))));
        root(all, Check.GEOMETRY, "09/points2d", e -> e.root(z -> z.with("geometry_types", JsonArray.EMPTY)));
        level(
                all,
                Check.LEVEL_METADATA,
                PYRAMID,
                2,
                e -> e.level(2, z -> z.with("object_sparsity", new JsonNumber("3.0"))));
        level(all, Check.LEVEL_METADATA, PYRAMID, 1, e -> e.level(1, z -> z.with("parent_level", new JsonNumber("1"))));
        level(all, Check.LEVEL_METADATA, "07/pc4", 0, e -> e.level(0, z -> z.without("vertex_count")));
        level(
                all,
                Check.LEVEL_CHUNK_SHAPE,
                PYRAMID,
                2,
                e -> e.level(2, z -> z.with("chunk_shape", numbers("12", "16", "16"))));
        level(all, Check.LEVEL_BIN_SHAPE, PYRAMID, 2, e -> e.dataset(2, d -> translated(d, "3", "4", "4")));
        level(all, Check.MULTISCALES, PYRAMID, 1, e -> e.dataset(1, d -> d.with("path", text("5"))));
        level(all, Check.MULTISCALES, "07/pyr_pc3", 2, e -> e.dataset(2, d -> d.without("coordinateTransformations")));
        root(
                all,
                Check.OME_NODES,
                "09/points2d",
                e -> e.attributes(
                        "", a -> a.with("ome", ((JsonObject) member(a, "ome")).with("nodes", JsonArray.EMPTY))));
        level(
                all,
                Check.ARRAY_METADATA,
                "09/points2d",
                0,
                e -> e.attributes("0/vertex_attributes/f4", a -> a.without("dtype")));
        level(
                all,
                Check.GRID,
                "09/points2d",
                0,
                e -> e.attributes("0/vertices", a -> a.with("chunk_grid_origin", JsonArray.ofLongs(0, 0))));
    }

    private static JsonObject translated(JsonObject dataset, String... numbers) {
        List<JsonValue> list = new ArrayList<>(items(member(dataset, "coordinateTransformations")));
        list.set(1, ((JsonObject) list.get(1)).with("translation", numbers(numbers)));
        return dataset.with("coordinateTransformations", new JsonArray(list));
    }

    private static void vertices(List<Mutation> all) {
        level(all, Check.DIRECTORY, "09/points2d", 0, e -> unlist(e, "0/vertices"));
        level(all, Check.DIRECTORY, "09/points_sharded", 0, e -> unlist(e, "0/vertices"));
        level(
                all,
                Check.DIRECTORY,
                "09/points2d",
                0,
                e -> e.store().delete(new io.rezarr.store.StoreKey(first(e, "0/vertices"))));
        level(all, Check.CHUNK_KEYS, "07/pc4", 0, e -> e.remove(parent(first(e, "0/vertex_attributes/s"), 2)));
        level(all, Check.VERTEX_ROWS, "09/points2d", 0, e -> e.payload(first(e, "0/vertices"), Bytes::shorter));
        level(all, Check.VERTEX_ROWS, "07/pc4", 0, e -> e.blob(parent(first(e, "0/vertices"), 2), Bytes::shorter));
        level(all, Check.FINITE, "07/pc4", 0, e -> e.edit(first(e, "0/vertices"), b -> b.putFloat(0, Float.NaN)));
        level(all, Check.CHUNK_OF_VERTEX, "07/pc4", 0, e -> e.edit(first(e, "0/vertices"), b -> b.putFloat(0, 11f)));
        level(
                all,
                Check.CHUNK_OF_VERTEX,
                "09/points2d",
                0,
                e -> e.edit(first(e, "0/vertices"), b -> b.putFloat(8, 1e30f)));
        level(all, Check.BIN_OF_VERTEX, "07/pc3_bins", 0, e -> e.edit(first(e, "0/vertices"), Bytes::swapEnds));
        level(all, Check.BIN_OF_VERTEX, "07/poly3", 0, e -> oneFragment(e, longest(e, "0/vertices"), 12));
        level(all, Check.BINS, "07/pc3_bins", 0, e -> oneFragment(e, first(e, "0/vertices"), 12));
        level(all, Check.IN_BOUNDS, "09/points2d", 0, e -> e.root(z -> z.with("bounds", shrunk(z))));
        level(all, Check.IN_BOUNDS, "07/pc4", 0, e -> e.root(z -> z.with("bounds", shrunk(z))));
        level(
                all,
                Check.FRAGMENT_INDEX,
                "09/points2d",
                0,
                e -> e.edit(first(e, "0/vertex_fragments"), b -> b.putInt(8, 1)));
        level(
                all,
                Check.FRAGMENT_ROWS,
                "07/pc3_objects",
                0,
                e -> e.edit(first(e, "0/vertex_fragments"), b -> b.putLong(32, 999)));
        level(
                all,
                Check.FRAGMENT_TILING,
                "07/pc3_objects",
                0,
                e -> e.edit(first(e, "0/vertex_fragments"), b -> b.putLong(24, 1)));
        level(
                all,
                Check.FRAGMENT_TILING,
                "09/points_dead_rows",
                0,
                e -> e.level(0, z -> z.with("fragments_tile", io.rezarr.json.JsonLiteral.TRUE)));
        level(all, Check.DEAD_ROWS, "09/points_dead_rows", 0, e -> {});
        level(
                all,
                Check.ATTRIBUTE_ROWS,
                "09/points2d",
                0,
                e -> e.payload(first(e, "0/vertex_attributes/rgb"), Bytes::shorter));
        level(
                all,
                Check.ATTRIBUTE_ROWS,
                "07/pc4",
                0,
                e -> e.blob(parent(first(e, "0/vertex_attributes/s"), 2), Bytes::shorter));
        level(
                all,
                Check.ATTRIBUTE_WIDTH,
                "09/points2d",
                0,
                e -> e.attributes("0/vertex_attributes/rgb", a -> a.with("row_shape", numbers("7"))));
        level(
                all,
                Check.CATEGORY_CODES,
                "09/points_categorical",
                0,
                e -> e.edit(first(e, "0/vertex_attributes/gene"), b -> b.put(8, (byte) 200)));
        level(
                all,
                Check.FRAGMENT_ATTRIBUTE_ROWS,
                "09/points_fragment_attributes",
                0,
                e -> e.payload(first(e, "0/fragment_attributes/segment_id"), b -> Arrays.copyOf(b, b.length + 3)));
        level(
                all,
                Check.VERTEX_COUNT,
                "07/pc4",
                0,
                e -> e.level(0, z -> z.with("vertex_count", more(z, "vertex_count"))));
    }

    private static void links(List<Mutation> all) {
        level(
                all,
                Check.LINK_SEGMENTS,
                "09/graph3d",
                0,
                e -> e.attributes("0/links/0/0.0.+1", a -> a.with("has_perm", no())));
        level(all, Check.LINK_GROUPS, "09/graph3d", 0, e -> e.remove("0/links"));
        level(all, Check.LINK_GROUPS, "07/graph3", 0, e -> e.remove("0/links"));
        level(all, Check.LINK_SEGMENTS, "09/graph3d", 0, e -> e.move("0/links/0/0.0.+1", "0/links/0/0.0.-1"));
        level(all, Check.LINK_ROWS, "09/graph3d", 0, e -> e.payload(first(e, "0/links/0/0.0.0"), Bytes::shorter));
        level(all, Check.LINK_ROWS, "09/graph3d", 0, e -> e.edit(first(e, "0/links/0/0.0.+1"), b -> b.putLong(24, 2)));
        level(all, Check.LINK_ROWS, "07/graph3", 0, e -> e.blob(parent(first(e, "0/links/0"), 2), Bytes::shorter));
        level(all, Check.LINK_ENDS, "07/graph3", 0, e -> e.edit(first(e, "0/links/0"), b -> b.putLong(8, 1 << 20)));
        level(
                all,
                Check.LINK_ENDS,
                "07/graph3",
                0,
                e -> e.edit("0/cross_chunk_links/0/data/c/0", b -> b.putLong(32, 55)));
        level(all, Check.LINK_ENDS, "09/graph3d", 0, e -> e.edit(first(e, "0/links/0/0.0.+1"), b -> b.putLong(32, -1)));
        level(all, Check.LINK_ENDS, PYRAMID, 1, e -> e.edit(first(e, "1/links/-1"), b -> b.putLong(32, 99)));
        level(
                all,
                Check.LINK_GROUPS,
                "09/graph3d",
                0,
                e -> e.payload(first(e, "0/link_fragments"), b -> ranges(0, 50)));
        level(all, Check.LINK_GROUPS, "07/graph3", 0, e -> e.remove("0/link_fragments"));
        level(
                all,
                Check.LINK_COUNTS,
                "09/graph3d",
                0,
                e -> e.attributes("0/links/0", a -> a.with("num_links", more(a, "num_links"))));
        level(
                all,
                Check.LINK_COUNTS,
                "07/graph3",
                0,
                e -> e.attributes("0/cross_chunk_links/0", a -> a.with("num_links", more(a, "num_links"))));
        level(
                all,
                Check.LINK_COPIES,
                "09/graph_duplicate_store",
                0,
                e -> e.edit(crossing(e, "0/links/0"), b -> b.putLong(32, b.getLong(32) == 0 ? 1 : 0)));
        level(
                all,
                Check.LINK_CROSSES,
                "07/graph3",
                0,
                e -> e.edit("0/cross_chunk_links/0/data/c/0", b -> {
                    b.put(32, b, 0, 24);
                    b.putLong(56, 0);
                }));
        level(
                all,
                Check.LINK_ATTRIBUTE_ROWS,
                "09/graph3d",
                0,
                e -> e.payload(first(e, "0/link_attributes/w/0/0.0.0"), Bytes::shorter));
        level(all, Check.LINK_ATTRIBUTE_ROWS, "09/graph3d", 0, e -> unlist(e, "0/link_attributes/w/0/0.0.0"));
        level(
                all,
                Check.LINK_ATTRIBUTE_ROWS,
                "07/graph3",
                0,
                e -> e.blob(parent(first(e, "0/link_attributes/weight/0"), 2), Bytes::shorter));
        level(all, Check.LINK_TARGET, PYRAMID, 1, e -> e.remove("2"));
        level(all, Check.PATH_CROSSINGS, "09/polylines2d", 0, e -> e.remove("0/links/0/" + segment(e)));
        level(
                all,
                Check.PATH_CROSSINGS,
                "07/stream2_f64",
                0,
                e -> e.blob("0/cross_chunk_links/0/data", b -> Arrays.copyOf(b, b.length - 48)));
        level(all, Check.PATH_LINK_ROWS, "09/lines2d", 0, e -> {});
        level(
                all,
                Check.PARENTS,
                "09/skeleton_one",
                0,
                e -> e.edit(longest(e, "0/links/0/0.0.0"), b -> b.putLong(24, b.getLong(8))));
        level(
                all,
                Check.PARENTS,
                "07/skel3",
                0,
                e -> e.edit("0/cross_chunk_links/0/data/c/0", b -> b.put(64, b, 0, 32)));
    }

    private static void objects(List<Mutation> all) {
        level(
                all,
                Check.MANIFESTS,
                "09/streamlines_manifest_modes",
                0,
                e -> e.elements("0/object_index/manifests", m -> first(m, Bytes::shorter)));
        level(
                all,
                Check.MANIFESTS,
                "07/stream3",
                0,
                e -> e.store().delete(new io.rezarr.store.StoreKey("0/object_index/manifests/c/0")));
        level(all, Check.MANIFESTS, "09/streamlines", 0, e -> e.remove("0/object_index/manifests"));
        level(all, Check.MANIFESTS, "07/stream3", 0, e -> e.remove("0/object_index/manifests"));
        level(
                all,
                Check.MANIFEST_ENTRIES,
                "09/streamlines_manifest_modes",
                0,
                e -> e.elements("0/object_index/manifests", m -> first(m, b -> with(b, 29, 77))));
        level(
                all,
                Check.MANIFEST_ENTRIES,
                "07/stream3",
                0,
                e -> e.elements("0/object_index/manifests", m -> first(m, b -> with(b, 4, 77))));
        level(
                all,
                Check.OBJECT_COUNTS,
                "09/streamlines",
                0,
                e -> e.attributes("0/object_index", a -> a.with("num_present", more(a, "num_present"))));
        level(
                all,
                Check.OBJECT_COUNTS,
                "07/stream3",
                0,
                e -> e.attributes("0/object_index", a -> a.with("num_objects", more(a, "num_objects"))));
        level(
                all,
                Check.OBJECT_IDS,
                "09/points_objects",
                0,
                e -> e.longs("0/object_index/object_ids", 0, 3, 3, 7, 1000));
        level(
                all,
                Check.OBJECT_ATTRIBUTE_ROWS,
                "09/streamlines",
                0,
                e -> e.document("0/object_attributes/length", d -> d.with("shape", numbers("15"))));
        level(
                all,
                Check.OBJECT_ATTRIBUTE_ROWS,
                "07/stream3",
                0,
                e -> e.attributes("0/object_attributes/mean_fa", a -> a.with("shape", numbers("23"))));
        level(
                all,
                Check.UNOWNED_FRAGMENTS,
                "09/points_objects",
                0,
                e -> e.elements("0/object_index/manifests", m -> first(m, b -> new byte[4])));
        level(
                all,
                Check.GROUPS,
                "09/streamlines",
                0,
                e -> e.attributes("0/groups", a -> a.with("num_groups", more(a, "num_groups"))));
        level(all, Check.GROUPS, "07/stream3", 0, e -> e.edit("0/groups/offsets/c/0", b -> b.putLong(8, 999)));
        level(
                all,
                Check.GROUP_MEMBERS,
                "09/streamlines",
                0,
                e -> e.elements("0/groups", m -> first(m, b -> with(b, 0, 999))));
        level(all, Check.GROUP_MEMBERS, "07/stream3", 0, e -> e.edit("0/groups/data/c/0", b -> b.putLong(0, 999)));
        level(
                all,
                Check.GROUP_ATTRIBUTE_ROWS,
                "09/streamlines",
                0,
                e -> e.document("0/group_attributes/code", d -> d.with("shape", numbers("4"))));
        level(all, Check.LINE_LENGTH, "07/stream3", 0, e -> e.root(z -> z.with("geometry_types", array(text("line")))));
    }

    private static void conventions(List<Mutation> all) {
        root(all, Check.LEVEL_ZERO, PYRAMID, e -> e.remove("0"));
        root(
                all,
                Check.CONVENTION,
                "09/graph3d",
                e -> e.root(z -> z.with("links_convention", text("implicit_sequential"))));
        level(all, Check.FACE_WIDTH, "09/graph3d", 0, e -> e.root(z -> z.with("geometry_types", array(text("mesh")))));
        level(
                all,
                Check.POINT_LINKS,
                "07/graph3",
                0,
                e -> e.root(z -> z.with("geometry_types", array(text("point_cloud")))));
        level(all, Check.PATH_OBJECTS, "09/polylines2d", 0, e -> e.remove("0/object_index"));
        root(all, Check.LEVEL_SEQUENCE, PYRAMID, e -> e.remove("1"));
        level(all, Check.LEVEL_SIZES, "07/pyr_pc3", 2, MutationTest::exchangeLevels);
        level(
                all,
                Check.OBJECTS_KEPT,
                PYRAMID,
                1,
                e -> e.level(1, z -> z.with("inherited_num_objects", new JsonNumber("13"))));
        level(
                all,
                Check.LINK_MIRROR,
                PYRAMID,
                0,
                e -> e.edit(first(e, "1/links/-1/0.0.0"), b -> b.putLong(24, 1 - b.getLong(24))));
        level(all, Check.LINK_MIRROR, "07/pyr_pc3", 0, e -> e.remove("1/links/-1"));
    }

    private static void root(List<Mutation> all, Check check, String store, Consumer<StoreEdit> change) {
        all.add(new Mutation(check, store, null, change));
    }

    private static void level(List<Mutation> all, Check check, String store, int level, Consumer<StoreEdit> change) {
        all.add(new Mutation(check, store, level, change));
    }

    private static String first(StoreEdit edit, String path) {
        return edit.values(path).get(0);
    }

    private static String longest(StoreEdit edit, String path) {
        return edit.values(path).stream()
                .max(java.util.Comparator.comparingInt(key -> edit.bytes(key).length))
                .orElseThrow();
    }

    /** A value of links that go from chunk to chunk, of several. */
    private static String crossing(StoreEdit edit, String path) {
        return edit.values(path).stream()
                .filter(key -> !key.contains("/0.0.0/"))
                .findFirst()
                .orElseThrow();
    }

    private static String segment(StoreEdit edit) {
        return first(edit, "0/links/0").substring("0/links/0/".length()).replaceAll("/.*", "");
    }

    private static String parent(String key, int levels) {
        String path = key;
        for (int i = 0; i < levels; i++) {
            path = path.substring(0, path.lastIndexOf('/'));
        }
        return path;
    }

    private static void unlist(StoreEdit edit, String path) {
        edit.attributes(path, a -> a.with("nonempty_chunks", withoutFirst(member(a, "nonempty_chunks"))));
    }

    /** Makes all rows of a chunk of layout 0.7 one fragment. */
    private static void oneFragment(StoreEdit edit, String vertices, int rowBytes) {
        long rows = edit.bytes(vertices).length / rowBytes;
        edit.blob(parent(vertices, 2).replace("vertices", "vertex_fragments"), b -> ranges(0, rows));
    }

    private static JsonValue shrunk(JsonObject root) {
        JsonValue lower = items(member(root, "bounds")).get(0);
        List<JsonValue> upper =
                new ArrayList<>(items(items(member(root, "bounds")).get(1)));
        upper.set(0, new JsonNumber("3.5"));
        return array(lower, new JsonArray(upper));
    }

    private static List<byte[]> first(List<byte[]> elements, UnaryOperator<byte[]> edit) {
        List<byte[]> edited = new ArrayList<>(elements);
        edited.set(0, edit.apply(edited.get(0)));
        return edited;
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] edited = bytes.clone();
        edited[at] = (byte) value;
        edited[at + 1] = (byte) (value >> 8);
        return edited;
    }

    /** Levels 1 and 2, which has fewer vertices, take each other's place. */
    private static void exchangeLevels(StoreEdit edit) {
        edit.remove("0/links");
        edit.remove("0/cross_chunk_links");
        for (String level : List.of("1", "2")) {
            edit.remove(level + "/links");
            edit.remove(level + "/cross_chunk_links");
        }
        edit.move("1", "3");
        edit.move("2", "1");
        edit.move("3", "2");
        edit.level(1, z -> z.with("level", new JsonNumber("1")).with("parent_level", new JsonNumber("0")));
        edit.level(2, z -> z.with("level", new JsonNumber("2")).with("parent_level", new JsonNumber("1")));
    }

    /** Edits of bytes. */
    private static final class Bytes {
        static byte[] shorter(byte[] bytes) {
            return Arrays.copyOf(bytes, bytes.length - 1);
        }

        /** Exchanges the first and the last row of three floats, which lie in different bins. */
        static void swapEnds(java.nio.ByteBuffer rows) {
            byte[] last = new byte[12];
            rows.get(rows.limit() - 12, last);
            byte[] first = new byte[12];
            rows.get(0, first);
            rows.put(0, last).put(rows.limit() - 12, first);
        }
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void changeIsFoundAtItsLevelByItsName(Mutation mutation) {
        StoreEdit edit = new StoreEdit(ZvfStores.copyOf(mutation.store));
        mutation.change.accept(edit);
        ValidationReport report = ValidationTest.validate(edit.store(), Validation.MAX_LEVEL);
        assertThat(report.findings()).anySatisfy(finding -> {
            assertThat(finding.check()).isEqualTo(mutation.check);
            assertThat(finding.level()).isEqualTo(mutation.level);
            assertThat(finding.found()).isNotBlank();
        });
        boolean isError =
                report.findings().stream().anyMatch(f -> f.check() == mutation.check && f.severity() == Severity.ERROR);
        assertThat(report.isValid()).isEqualTo(!isError && report.errors() == 0);
        if (mutation.check.severity() == Severity.ERROR && mutation.check != Check.IN_BOUNDS) {
            assertThat(report.isValid()).isFalse();
        }
        if (mutation.check.level() > 1 && mutation.check != Check.SUPPORTED && mutation.check != Check.ARRAY_METADATA) {
            ValidationReport above = ValidationTest.validate(edit.store(), mutation.check.level() - 1);
            assertThat(above.findings()).noneMatch(finding -> finding.check() == mutation.check);
        }
    }

    @Test
    void everyCheckHasAMutation() {
        Set<Check> tested = EnumSet.noneOf(Check.class);
        mutations().forEach(mutation -> tested.add(mutation.check()));
        assertThat(EnumSet.complementOf(EnumSet.copyOf(tested))).isEmpty();
    }
}
