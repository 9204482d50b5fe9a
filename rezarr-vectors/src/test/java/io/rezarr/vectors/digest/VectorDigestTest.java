package io.rezarr.vectors.digest;

import static io.rezarr.vectors.StoreEdit.member;
import static io.rezarr.vectors.StoreEdit.numbers;
import static io.rezarr.vectors.StoreEdit.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RezarrException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.store.MemoryStore;
import io.rezarr.vectors.StoreEdit;
import io.rezarr.vectors.ZvfStores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That chunks and layouts have no part in it is shown by stores of one content that the reference writes: interop/tests/test_vectors.py. */
class VectorDigestTest {
    private static final int MAX_VALUE_BYTES = 64 << 20;
    private static final Map<String, VectorDigest> DIGESTS = new HashMap<>();

    static VectorDigest digest(MemoryStore store) {
        return VectorDigest.of(ZvfStores.open(store), MAX_VALUE_BYTES);
    }

    private static synchronized VectorDigest digestOf(String name) {
        return DIGESTS.computeIfAbsent(name, n -> digest(ZvfStores.copyOf(n)));
    }

    private static MemoryStore changed(String name, Consumer<StoreEdit> change) {
        StoreEdit edit = new StoreEdit(ZvfStores.copyOf(name));
        change.accept(edit);
        return edit.store();
    }

    @Test
    void digestsOfTheReferencesStoresStayWhatTheyAre() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String name : ZvfStores.all()) {
            lines.add(digestOf(name).hex() + "  " + name);
        }
        try (BufferedReader known = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(VectorDigestTest.class.getResourceAsStream("/zvf/digests.txt")),
                StandardCharsets.UTF_8))) {
            assertThat(lines).isEqualTo(known.lines().toList());
        }
        assertThat(lines.stream().map(line -> line.substring(0, 64))).doesNotHaveDuplicates();
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    /** One bit of a value that is stored as it is. */
    @ParameterizedTest
    @MethodSource("seeds")
    void anyBitOfTheContentChangesIt(long seed) {
        Random random = new Random(seed);
        List<String> stores = ZvfStores.all();
        String name = stores.get(random.nextInt(stores.size()));
        StoreEdit edit = new StoreEdit(ZvfStores.copyOf(name));
        List<String> keys = edit.keys("").stream()
                .filter(key -> isPlainContent(edit, key))
                .filter(key -> !(name.contains("lines2d") || name.contains("lines3")) || !key.contains("links/0"))
                .toList();
        if (keys.isEmpty() || name.equals("09/points_dead_rows")) {
            return;
        }
        String key = keys.get(random.nextInt(keys.size()));
        int skipped = name.startsWith("09/") ? 8 : 0; // what says how long the value is
        int size = edit.bytes(key).length;
        int at = skipped + random.nextInt(size - skipped);
        byte bit = (byte) (1 << random.nextInt(8));
        edit.edit(key, bytes -> bytes.put(at, (byte) (bytes.get(at) ^ bit)));
        try {
            assertThat(digest(edit.store()).hex())
                    .as(name + " " + key + " byte " + at)
                    .isNotEqualTo(digestOf(name).hex());
        } catch (RezarrException refused) {
            // The store cannot be read any more, which is seen as well.
        }
    }

    /** Positions, attributes, links of graphs and meshes; not how links are grouped, not steps of paths. */
    private static boolean isPlainContent(StoreEdit edit, String key) {
        boolean family =
                key.matches("[0-9]/(vertices|vertex_attributes|fragment_attributes|links|cross_chunk_links)/.*");
        if (!family || key.endsWith("zarr.json")) {
            return false;
        }
        String array = key.replaceAll("/c/[0-9/]+$", "");
        String codecs = member(edit.document(array), "codecs").toString();
        boolean plain = !codecs.contains("zstd")
                && !codecs.contains("blosc")
                && !codecs.contains("gzip")
                && !codecs.contains("sharding");
        String geometry = member(
                        (JsonObject) member((JsonObject) member(edit.document(""), "attributes"), "zarr_vectors"),
                        "geometry_types")
                .toString();
        boolean steps = key.contains("links/0/") && geometry.contains("line");
        return plain && !steps;
    }

    static Stream<Change> changes() {
        return Stream.of(
                new Change(
                        "09/points_objects",
                        "object-attribute vol",
                        e -> e.document("0/object_attributes/vol", d -> d.with("fill_value", new JsonNumber("7.0")))),
                new Change("09/streamlines", "groups", e -> e.elements("0/groups", MutationsOf::swapFirst)),
                new Change(
                        "09/streamlines",
                        "objects",
                        e -> e.elements("0/object_index/manifests", MutationsOf::swapFirst)),
                new Change(
                        "09/streamlines",
                        "objects",
                        e -> e.elements("0/object_index/manifests", MutationsOf::reverseBlocks)),
                new Change(
                        "07/stream3",
                        "objects",
                        e -> e.elements("0/object_index/manifests", MutationsOf::reverseBlocks)),
                new Change(
                        "09/points_objects",
                        "objects",
                        e -> e.longs("0/object_index/object_ids", 0, 3, 7, 1001, 5_000_000_000L)),
                new Change("09/points_root_extras", "store metadata", e -> e.root(z -> z.with("crs", text("other")))),
                new Change(
                        "09/points_root_extras",
                        "store metadata",
                        e -> e.attributes("", a -> a.with("user_metadata", text("x")))),
                new Change(
                        "09/streamlines_pyramid",
                        "level metadata",
                        e -> e.level(2, z -> z.with("object_sparsity", new JsonNumber("0.25")))),
                new Change(
                        "09/points_categorical",
                        "vertex-attribute gene metadata",
                        e -> e.attributes(
                                "0/vertex_attributes/gene",
                                a -> a.with(
                                        "categories", StoreEdit.array(text("a"), text("b"), text("c"), text("d"))))),
                new Change(
                        "09/points_attr_chunked",
                        "vertices",
                        e -> e.level(0, z -> z.with("chunk_attribute_values", numbers("3", "4", "6")))),
                new Change(
                        "09/graph3d",
                        "links 0",
                        e -> e.edit(e.values("0/links/0/0.0.+1").get(0), b -> b.putLong(24, 1 - b.getLong(24)))),
                new Change(
                        "07/graph3", "links 0", e -> e.edit("0/cross_chunk_links/0/data/c/0", MutationsOf::turnFirst)),
                new Change("07/pyr_stream3", "links +1", e -> e.remove("0/links/+1")),
                new Change(
                        "09/points_root_extras",
                        "parametric objects",
                        e -> e.document("parametric/objects", d -> d.with("fill_value", new JsonNumber("1.0")))),
                new Change(
                        "07/parametric3", "parametric", e -> e.attributes("parametric", a -> a.with("x", text("y")))));
    }

    /** @param part one that must differ */
    private record Change(String store, String part, Consumer<StoreEdit> change) {
        @Override
        public String toString() {
            return part + " of " + store;
        }
    }

    @ParameterizedTest
    @MethodSource("changes")
    void changeOfContentChangesTheDigestAndNamesThePart(Change change) {
        VectorDigest before = digestOf(change.store);
        StoreEdit edit = new StoreEdit(ZvfStores.copyOf(change.store));
        if (change.part.startsWith("object-attribute") || change.part.equals("parametric objects")) {
            // An absent chunk is fill value.
            edit.values(change.part.startsWith("object") ? "0/object_attributes/vol" : "parametric/objects")
                    .forEach(key -> edit.store().delete(new io.rezarr.store.StoreKey(key)));
        }
        change.change.accept(edit);
        VectorDigest after = digest(edit.store());
        assertThat(after.hex()).isNotEqualTo(before.hex());
        List<String> differing = new ArrayList<>();
        for (VectorDigest.Part part : after.parts()) {
            if (!before.parts().contains(part)) {
                differing.add(part.name());
            }
        }
        for (VectorDigest.Part part : before.parts()) {
            if (!after.parts().contains(part)) {
                differing.add(part.name());
            }
        }
        assertThat(differing).anyMatch(name -> name.startsWith(change.part));
    }

    static Stream<Change> storageOnly() {
        return Stream.of(
                new Change(
                        "09/points2d",
                        "order of the directory",
                        e -> e.attributes("0/vertices", a -> {
                            List<JsonValue> keys = new ArrayList<>(StoreEdit.items(member(a, "nonempty_chunks")));
                            Collections.reverse(keys);
                            return a.with("nonempty_chunks", new JsonArray(keys));
                        })),
                new Change("09/points2d", "bins", e -> e.root(z -> z.with("base_bin_shape", numbers("8", "8")))),
                new Change("09/points2d", "numbers in another spelling", e -> e.dataset(0, d -> d)),
                new Change("09/streamlines_manifest_modes", "modes of manifests", e -> {}),
                new Change(
                        "07/pc3_bins",
                        "capabilities",
                        e -> e.root(z -> z.with("format_capabilities", StoreEdit.array(text("x"))))),
                new Change(
                        "09/graph3d",
                        "declared numbers",
                        e -> e.attributes("0/links/0", a -> a.with("num_links", new JsonNumber("3")))),
                new Change("09/graph3d", "groups of links", e -> e.remove("0/link_fragments")),
                new Change("09/polylines2d", "steps of paths", e -> e.remove("0/links/0")),
                new Change(
                        "09/points_root_extras",
                        "null members",
                        e -> e.root(z -> z.with("reduction_factor", io.rezarr.json.JsonLiteral.NULL))));
    }

    @ParameterizedTest
    @MethodSource("storageOnly")
    void whatIsNotContentLeavesIt(Change change) {
        assertThat(digest(changed(change.store, change.change)).hex())
                .isEqualTo(digestOf(change.store).hex());
    }

    @Test
    void deadRowsAreToldApart() {
        VectorDigest digest = digestOf("09/points_dead_rows");
        assertThat(digest.parts())
                .anyMatch(part -> part.name().equals("dead-rows") && part.count() == 1 && !part.isContent());
    }

    @Test
    void aLinkToNowhereIsRefusedByItsPlace() {
        MemoryStore store = changed("07/graph3", e -> e.edit("0/cross_chunk_links/0/data/c/0", b -> b.putLong(24, 77)));
        assertThatThrownBy(() -> digest(store))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("0/cross_chunk_links/0/data from record 0")
                .hasMessageContaining("end 0 of link 0 does not exist")
                .hasMessageContaining(":77 -> ");
    }

    @Test
    void fewHashesInMemoryGiveTheSameDigest() {
        for (String name :
                List.of("07/graph3", "09/mesh_triangles", "09/skeleton_streamed", "09/streamlines_pyramid")) {
            assertThat(VectorDigest.of(ZvfStores.open(ZvfStores.copyOf(name)), 1 << 10)
                            .hex())
                    .as(name)
                    .isEqualTo(digestOf(name).hex());
        }
    }

    /** Edits of lists and bytes. */
    private static final class MutationsOf {
        static List<byte[]> swapFirst(List<byte[]> elements) {
            List<byte[]> swapped = new ArrayList<>(elements);
            Collections.swap(swapped, 0, 1);
            return swapped;
        }

        /** Turns the blocks of the first manifest with several: 33 bytes each in three dimensions. */
        static List<byte[]> reverseBlocks(List<byte[]> elements) {
            List<byte[]> edited = new ArrayList<>(elements);
            for (int i = 0; i < edited.size(); i++) {
                byte[] manifest = edited.get(i);
                int blocks = (manifest.length - 4) / 33;
                if (blocks > 1) {
                    byte[] reversed = manifest.clone();
                    for (int block = 0; block < blocks; block++) {
                        System.arraycopy(manifest, 4 + 33 * block, reversed, 4 + 33 * (blocks - 1 - block), 33);
                    }
                    edited.set(i, reversed);
                    return edited;
                }
            }
            throw new IllegalStateException("no manifest of several blocks");
        }

        /** Exchanges the two ends of the first record, of three coordinates and a row each. */
        static void turnFirst(java.nio.ByteBuffer records) {
            byte[] first = new byte[32];
            byte[] second = new byte[32];
            records.get(0, first).get(32, second);
            records.put(0, second).put(32, first);
        }
    }
}
