package io.rezarr.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.DataType;
import io.rezarr.vectors.LogicalLevel.Links;
import io.rezarr.vectors.LogicalLevel.Values;
import io.rezarr.vectors.model.LevelMetadata.ChunkedBy;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.VectorStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every store of the reference implementations is read as they read it: vertices, attributes, objects, links, groups, of every level. */
class ZvfStoresTest {
    static Stream<String> v07() {
        return ZvfStores.v07().names().stream();
    }

    static Stream<String> v09() {
        return ZvfStores.v09().names().stream();
    }

    @ParameterizedTest
    @MethodSource("v07")
    void storesOf07AreReadAsTheReferenceReadsThem(String name) {
        compareWithExpected(ZvfStores.open(ZvfStores.v07().copy(name)), "07/" + name);
    }

    @ParameterizedTest
    @MethodSource("v09")
    void storesOf09AreReadAsTheReferenceReadsThem(String name) {
        compareWithExpected(ZvfStores.open(ZvfStores.v09().copy(name)), "09/" + name);
    }

    /** @param path of the store that {@code store} must hold the content of, as {@link ZvfStores#all} has it */
    static void compareWithExpected(VectorStore store, String path) {
        String name = path.substring(3);
        if (path.startsWith("07/")) {
            List<JsonValue> levels =
                    Expected.items(ZvfStores.v07().expected(name).member("levels"));
            assertThat(store.levelNumbers()).hasSameSizeAs(levels);
            levels.forEach(level -> new Of07(store, (JsonObject) level).compare());
            return;
        }
        JsonObject levels = Expected.object(ZvfStores.v09().expected(name).member("levels"));
        assertThat(store.levelNumbers()).hasSize(levels.members().size());
        levels.members()
                .forEach((number, level) -> new Of09(store, Integer.parseInt(number), (JsonObject) level).compare());
    }

    /** What both dumps have in common. */
    private abstract static class Comparison {
        final VectorStore store;
        final JsonObject expected;
        final LogicalLevel actual;
        final List<Integer> order;
        /** For each vertex its place in the order of the dump. */
        final Map<Integer, Integer> rank = new HashMap<>();

        Comparison(VectorStore store, int number, JsonObject expected) {
            this.store = store;
            this.expected = expected;
            this.actual = new LogicalLevel(store, number);
            this.order = actual.sorted();
            order.forEach(vertex -> rank.put(vertex, rank.size()));
        }

        static List<Integer> ranks(Map<Integer, Integer> rank, List<Integer> vertices) {
            return vertices.stream()
                    .map(v -> Objects.requireNonNull(rank.get(v)))
                    .toList();
        }

        void comparePositions(String member) {
            DataType type = actual.format().type();
            Values positions = new Values(type, new ArrayList<>(actual.positions));
            assertThat(Expected.rows(positions, order)).isEqualTo(Expected.rows(type, expected.member(member)));
        }

        void compareAttributes(JsonObject attributes) {
            List<String> names = attributes.members().keySet().stream()
                    .filter(name -> !name.startsWith("@"))
                    .toList();
            assertThat(actual.vertexAttributes.keySet()).containsExactlyInAnyOrderElementsOf(names);
            actual.vertexAttributes.forEach((name, values) -> {
                JsonValue rows = Expected.object(attributes.member(name)).member("values");
                assertThat(Expected.rows(values, order)).as(name).isEqualTo(Expected.rows(values.type(), rows));
            });
        }

        void compareTable(String name, Values values, @Nullable JsonValue table) {
            JsonObject object = Expected.object(table);
            assertThat(values.type().name()).as(name).isEqualTo(Expected.text(object.member("dtype")));
            assertThat(Expected.rows(values)).as(name).isEqualTo(Expected.rows(values.type(), object.member("values")));
        }

        void compareTables() {
            JsonObject ofObjects = Expected.object(expected.member("object_attributes"));
            assertThat(actual.level.objectAttributeNames())
                    .containsExactlyInAnyOrderElementsOf(ofObjects.members().keySet());
            for (String name : actual.level.objectAttributeNames()) {
                compareTable(name, actual.table(actual.level.objectAttribute(name), false), ofObjects.member(name));
            }
            JsonObject ofGroups = Expected.object(expected.member("group_attributes"));
            assertThat(actual.level.groupAttributeNames())
                    .containsExactlyInAnyOrderElementsOf(ofGroups.members().keySet());
            for (String name : actual.level.groupAttributeNames()) {
                compareTable(name, actual.table(actual.level.groupAttribute(name), false), ofGroups.member(name));
            }
        }

        /** The value of the attribute that chunks are made by, of each vertex. */
        List<JsonValue> chunkValues() {
            ChunkedBy by = Objects.requireNonNull(actual.level.metadata().chunkedBy());
            return order.stream()
                    .map(v -> by.values().get((int) actual.chunks.coordinate(actual.chunkOf.get(v), 0)))
                    .toList();
        }

        List<List<Integer>> ranked(List<List<Integer>> vertices) {
            List<List<Integer>> ranked = new ArrayList<>();
            vertices.forEach(list -> ranked.add(ranks(rank, list)));
            ranked.sort(Comparator.comparing((List<Integer> list) -> list, ZvfStoresTest::lexicographic));
            return ranked;
        }

        /** Pairs with vertices of another level. */
        List<List<Integer>> ranked(Links links, int delta) {
            Map<Integer, Integer> there = new HashMap<>();
            new LogicalLevel(store, actual.level.metadata().number() + delta)
                    .sorted()
                    .forEach(vertex -> there.put(vertex, there.size()));
            List<List<Integer>> ranked = new ArrayList<>();
            links.ends()
                    .forEach(ends -> ranked.add(List.of(
                            Objects.requireNonNull(rank.get(ends.get(0))),
                            Objects.requireNonNull(there.get(ends.get(1))))));
            ranked.sort(ZvfStoresTest::lexicographic);
            return ranked;
        }
    }

    private static int lexicographic(List<Integer> a, List<Integer> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = Integer.compare(a.get(i), b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    private static final class Of07 extends Comparison {
        Of07(VectorStore store, JsonObject expected) {
            super(store, (int) number(expected, "level"), expected);
        }

        private static long number(JsonObject object, String member) {
            return Long.parseLong(((JsonNumber) Objects.requireNonNull(object.member(member))).text());
        }

        void compare() {
            assertThat(Expected.items(expected.member("chunks"))).hasSize(actual.chunks.size());
            comparePositions("vertices");
            assertThat(actual.fragments.stream().map(List::size).toList())
                    .isEqualTo(Expected.integers(Objects.requireNonNull(expected.member("fragments_per_chunk"))));
            compareAttributes(Expected.object(expected.member("vertex_attributes")));
            compareChunkAttribute();
            compareObjects();
            compareLinks();
            compareCrossLevel();
            compareTables();
            compareMasks();
            List<List<Long>> groups = actual.groups();
            assertThat(groups).isEqualTo(expected.has("groups") ? Expected.ids(expected.member("groups")) : null);
        }

        private void compareChunkAttribute() {
            if (expected.member("chunk_attribute") instanceof JsonObject attribute) {
                assertThat(chunkValues()).isEqualTo(Expected.items(attribute.member("values")));
            } else {
                assertThat(actual.level.metadata().chunkedBy()).isNull();
            }
        }

        private void compareObjects() {
            Map<Long, List<Integer>> objects = actual.objects();
            if (!expected.has("objects")) {
                assertThat(objects).isNull();
                return;
            }
            boolean ordered = expected.member("objects_ordered") == JsonLiteral.TRUE;
            List<List<Integer>> found = new ArrayList<>();
            Objects.requireNonNull(objects).values().forEach(vertices -> {
                List<Integer> ranks = new ArrayList<>(ranks(rank, vertices));
                if (!ordered) {
                    Collections.sort(ranks);
                }
                found.add(ranks);
            });
            assertThat(found).isEqualTo(Expected.lists(expected.member("objects")));
        }

        private void compareLinks() {
            String kind = Expected.text(expected.member("kind"));
            JsonValue links = expected.member(kind.equals("mesh") ? "faces" : "edges");
            if (kind.equals("skeleton") && actual.level.metadata().number() == 0) {
                assertThat(ranked(actual.treeEdges(false))).isEqualTo(Expected.lists(links));
            } else if (kind.equals("mesh") || kind.equals("graph")) {
                assertThat(ranked(actual.links(0).ends())).isEqualTo(Expected.lists(links));
                compareLinkAttributes();
            }
        }

        private void compareLinkAttributes() {
            if (!(expected.member("edge_attributes") instanceof JsonObject attributes)) {
                return;
            }
            Links links = actual.links(0);
            List<List<Integer>> edges = Expected.lists(expected.member("edges"));
            attributes.members().forEach((name, rows) -> {
                Values values = Objects.requireNonNull(links.attributes().get(name));
                List<String> want = new ArrayList<>();
                List<String> texts = Expected.rows(values.type(), rows);
                for (int i = 0; i < edges.size(); i++) {
                    want.add(edges.get(i) + " " + texts.get(i));
                }
                List<String> have = new ArrayList<>();
                for (int i = 0; i < links.ends().size(); i++) {
                    have.add(ranks(rank, links.ends().get(i)) + " "
                            + Expected.row(values.type(), values.rows().get(i)));
                }
                assertThat(have).as(name).containsExactlyInAnyOrderElementsOf(want);
            });
        }

        private void compareCrossLevel() {
            Expected.object(expected.member("cross_level")).members().forEach((name, pairs) -> {
                int delta = Integer.parseInt(name);
                assertThat(ranked(actual.links(delta), delta)).as(name).isEqualTo(Expected.lists(pairs));
            });
        }

        private void compareMasks() {
            for (String name : actual.level.objectAttributeNames()) {
                JsonObject attribute = Expected.object(
                        Expected.object(expected.member("object_attributes")).member(name));
                Values values = actual.table(actual.level.objectAttribute(name), true);
                List<Integer> present =
                        values.rows().stream().map(row -> row == null ? 0 : 1).toList();
                JsonValue mask = Objects.requireNonNull(attribute.member("present_mask"));
                List<Integer> want = mask == JsonLiteral.NULL
                        ? Collections.nCopies(present.size(), 1)
                        : Expected.items(mask).stream()
                                .map(item -> item == JsonLiteral.FALSE || item.equals(new JsonNumber("0")) ? 0 : 1)
                                .toList();
                assertThat(present).as(name).isEqualTo(want);
            }
        }
    }

    private static final class Of09 extends Comparison {
        Of09(VectorStore store, int number, JsonObject expected) {
            super(store, number, expected);
        }

        void compare() {
            assertThat(Expected.items(expected.member("non_empty_chunks"))).hasSize(actual.chunks.size());
            assertThat(actual.format().type().name()).isEqualTo(Expected.text(expected.member("position_dtype")));
            comparePositions("positions");
            compareAttributes(Expected.object(expected.member("vertex_attributes")));
            compareObjects();
            compareTables();
            JsonValue groups = expected.member("groups");
            assertThat(sortedGroups()).isEqualTo(groups == JsonLiteral.NULL ? null : Expected.ids(groups));
            compareFragmentAttributes();
            compareLinks();
            if (expected.has("tree_edges_child_parent")) {
                assertThat(ranked(actual.treeEdges(true)))
                        .isEqualTo(Expected.lists(expected.member("tree_edges_child_parent")));
            }
        }

        private @Nullable List<List<Long>> sortedGroups() {
            List<List<Long>> groups = actual.groups();
            if (groups != null) {
                groups.forEach(Collections::sort);
            }
            return groups;
        }

        private void compareObjects() {
            Map<Long, List<Integer>> objects = actual.objects();
            if (!expected.has("objects")) {
                assertThat(objects).isNull();
                return;
            }
            boolean ordered = expected.member("objects_ordered") == JsonLiteral.TRUE;
            Map<Long, List<Integer>> found = new HashMap<>();
            Objects.requireNonNull(objects).forEach((id, vertices) -> {
                List<Integer> ranks = new ArrayList<>(ranks(rank, vertices));
                if (!ordered) {
                    Collections.sort(ranks);
                }
                found.put(id, ranks);
            });
            Map<Long, List<Integer>> want = new HashMap<>();
            for (JsonValue object : Expected.items(expected.member("objects"))) {
                JsonObject members = (JsonObject) object;
                long id = Long.parseLong(((JsonNumber) Objects.requireNonNull(members.member("id"))).text());
                want.put(id, Expected.integers(Objects.requireNonNull(members.member("vertices"))));
            }
            assertThat(found).isEqualTo(want);
        }

        private void compareFragmentAttributes() {
            JsonObject all = Expected.object(expected.member("fragment_attributes_on_vertices"));
            assertThat(actual.level.fragmentAttributeNames())
                    .containsExactlyInAnyOrderElementsOf(all.members().keySet());
            for (String name : actual.level.fragmentAttributeNames()) {
                var attribute = actual.level.fragmentAttribute(name);
                DataType type = attribute.format().type();
                Map<Integer, List<String>> found = new HashMap<>();
                for (int chunk = 0; chunk < actual.chunks.size(); chunk++) {
                    List<List<Integer>> fragments = actual.fragments.get(chunk);
                    var values = attribute.values().read(actual.chunks.key(chunk), actual.workspace);
                    if (values != null) {
                        List<byte[]> rows = LogicalLevel.split(values, values.remaining() / fragments.size());
                        for (int f = 0; f < fragments.size(); f++) {
                            for (int vertex : fragments.get(f)) {
                                found.computeIfAbsent(Objects.requireNonNull(rank.get(vertex)), v -> new ArrayList<>())
                                        .add(Expected.row(type, rows.get(f)));
                            }
                        }
                    }
                }
                Map<Integer, List<String>> want = new HashMap<>();
                for (JsonValue item : Expected.items(all.member(name))) {
                    List<JsonValue> row = Expected.items(item);
                    want.put(
                            Integer.valueOf(((JsonNumber) row.get(0)).text()),
                            Expected.rows(type, new io.rezarr.json.JsonArray(row.subList(1, row.size()))));
                }
                assertThat(found).as(name).isEqualTo(want);
            }
        }

        private void compareLinks() {
            JsonObject all = Expected.object(expected.member("stored_links"));
            List<Integer> deltas = all.members().keySet().stream()
                    .map(Integer::valueOf)
                    .sorted()
                    .toList();
            assertThat(actual.level.linkDeltas()).isEqualTo(deltas);
            for (int delta : deltas) {
                JsonObject family = Expected.object(all.member(Integer.toString(delta)));
                LinkFormat format = actual.level.links(delta).format();
                assertThat(format.directed()).isEqualTo(family.member("directed") == JsonLiteral.TRUE);
                assertThat(format.policy().name()).isEqualToIgnoringCase(Expected.text(family.member("store")));
                Links links = actual.links(delta);
                List<List<Integer>> found = delta == 0 ? ranked(links.ends()) : ranked(links, delta);
                assertThat(found).as("delta " + delta).isEqualTo(Expected.lists(family.member("records")));
                long once = links.copies().stream().filter(copy -> !copy).count();
                assertThat(once).isEqualTo(format.declaredLinks());
                compareLinkAttributes(delta, family, links);
            }
        }

        private void compareLinkAttributes(int delta, JsonObject family, Links links) {
            JsonObject attributes = Expected.object(family.member("attributes"));
            assertThat(links.attributes().keySet())
                    .containsExactlyInAnyOrderElementsOf(attributes.members().keySet());
            if (delta != 0) {
                return;
            }
            List<List<Integer>> records = Expected.lists(family.member("records"));
            attributes.members().forEach((name, value) -> {
                Values values = Objects.requireNonNull(links.attributes().get(name));
                List<String> texts =
                        Expected.rows(values.type(), Expected.object(value).member("values"));
                List<String> want = new ArrayList<>();
                for (int i = 0; i < records.size(); i++) {
                    want.add(records.get(i) + " " + texts.get(i));
                }
                List<String> have = new ArrayList<>();
                for (int i = 0; i < links.ends().size(); i++) {
                    have.add(ranks(rank, links.ends().get(i)) + " "
                            + Expected.row(values.type(), values.rows().get(i)));
                }
                assertThat(have).as(name).containsExactlyInAnyOrderElementsOf(want);
            });
        }
    }
}
