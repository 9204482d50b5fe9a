package io.rezarr.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.FileStore;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.testkit.GoldenStores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class HierarchyTest {
    private static final String ZARRAY = """
            {"zarr_format": 2, "shape": [8], "chunks": [4], "dtype": "<i4", "fill_value": 0, "order": "C",
             "filters": null, "compressor": null}""";
    private static final String ZGROUP = "{\"zarr_format\": 2}";
    private static final String V3_ARRAY = """
            {"zarr_format": 3, "node_type": "array", "shape": [8], "data_type": "int32",
             "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4]}},
             "chunk_key_encoding": {"name": "v2", "configuration": {"separator": "."}},
             "fill_value": 0, "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}], "attributes": {}}""";
    private static final String V3_GROUP = "{\"zarr_format\": 3, \"node_type\": \"group\", \"attributes\": {}}";

    @TempDir
    Path directory;

    private final Store store = new MemoryStore();
    private final List<String> warnings = new ArrayList<>();

    private void put(String key, String text) {
        store.set(new StoreKey(key), ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), WriteMode.ATOMIC);
    }

    private ZarrNode open(String path) {
        return open(path, null);
    }

    private ZarrNode open(String path, @Nullable ZarrFormat format) {
        return Hierarchy.open(store, StorePrefix.ofPath(path), format, warnings::add);
    }

    private static List<String> pathsOf(List<ZarrNode> nodes) {
        return nodes.stream().map(node -> node.prefix().path()).toList();
    }

    private Store broken(String name) {
        return FileStore.open(GoldenStores.broken().unpack(name, directory));
    }

    private ZarrNode openBroken(String name) {
        return Hierarchy.open(broken(name), StorePrefix.ROOT, null, warnings::add);
    }

    @Test
    void opensArraysAndGroupsOfBothVersions() {
        put("v2/.zgroup", ZGROUP);
        put("v2/.zattrs", "{\"a\": 1}");
        put("v2/x/.zarray", ZARRAY);
        put("v3/zarr.json", V3_GROUP);
        put("v3/x/zarr.json", V3_ARRAY);

        assertThat(open("v2")).isInstanceOf(ZarrGroup.class);
        assertThat(open("v2").metadata().attributes().has("a")).isTrue();
        assertThat(open("v2/x")).isInstanceOf(ZarrArray.class);
        assertThat(open("v2/x").metadata().format()).isEqualTo(ZarrFormat.V2);
        assertThat(open("v3")).isInstanceOf(ZarrGroup.class);
        assertThat(open("v3/x").metadata().format()).isEqualTo(ZarrFormat.V3);
        assertThat(warnings).isEmpty();
    }

    @Test
    void missingNodeIsNamedWithWhatStandsThere() {
        put("a/.zattrs", "{}");
        put("a/0", "x");

        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("/a' holds no Zarr array or group")
                .hasMessageContaining("expected .zarray, .zgroup or zarr.json")
                .hasMessageContaining("2 entries ('.zattrs', '0')");
        assertThatThrownBy(() -> openBroken("plain_file"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("plain_file.zarr")
                .hasMessageContaining("is a file, not a directory");
        assertThatThrownBy(() -> openBroken("missing_metadata"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'.zattrs', '0', '1'");
        assertThatThrownBy(() -> openBroken("empty_dir"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("1 entry ('.gitkeep')");
        assertThatThrownBy(() -> Hierarchy.open(
                        FileStore.open(directory.resolve("typo.zarr")), StorePrefix.ROOT, null, warnings::add))
                .hasMessageContaining("typo.zarr")
                .hasMessageContaining("does not exist");
    }

    @Test
    void consolidatedMetadataAloneMakeNoNode() {
        put("a/.zmetadata", "{\"zarr_consolidated_format\": 1, \"metadata\": {}}");

        assertThatThrownBy(() -> open("a")).isInstanceOf(InvalidMetadataException.class);
    }

    @Test
    void otherVersionThanAskedForIsMissing() {
        put("zarr.json", V3_ARRAY);

        assertThatThrownBy(() -> open("", ZarrFormat.V2))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("expected .zarray or .zgroup (v2 was asked for)");
        assertThat(open("", ZarrFormat.V3)).isInstanceOf(ZarrArray.class);
    }

    @Test
    void arrayAndGroupInOnePlaceContradict() {
        assertThatThrownBy(() -> openBroken("zarray_and_zgroup"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("zarray_and_zgroup.zarr")
                .hasMessageContaining(".zarray")
                .hasMessageContaining(".zgroup");
    }

    @Test
    void sameArrayInBothVersionsIsOpenedAsV3WithAWarning() {
        put("a/.zarray", ZARRAY);
        put("a/.zattrs", "{\"_ARRAY_DIMENSIONS\": [\"x\"]}");
        put("a/zarr.json", V3_ARRAY);

        assertThat(open("a").metadata().format()).isEqualTo(ZarrFormat.V3);
        assertThat(warnings).singleElement().asString().contains(".zarray").contains("v3 is taken");
        assertThat(open("a", ZarrFormat.V2).metadata().format()).isEqualTo(ZarrFormat.V2);
    }

    @Test
    void sameGroupInBothVersionsIsOpenedAsV3WithAWarning() {
        put(".zgroup", ZGROUP);
        put("zarr.json", V3_GROUP);

        assertThat(open("").metadata().format()).isEqualTo(ZarrFormat.V3);
        assertThat(warnings).hasSize(1);
    }

    @Test
    void differingDescriptionsAreAnErrorThatNamesBoth() {
        List<String> differing = List.of(
                V3_ARRAY.replace("\"shape\": [8]", "\"shape\": [9]"),
                V3_ARRAY.replace("int32", "uint32"),
                V3_ARRAY.replace("[4]", "[2]"),
                V3_ARRAY.replace("\"v2\"", "\"default\""),
                V3_ARRAY.replace("\"fill_value\": 0", "\"fill_value\": 1"),
                V3_ARRAY.replace("little", "big"),
                V3_ARRAY.replace("}]", "}, {\"name\": \"crc32c\"}]"),
                V3_ARRAY.replace("\"attributes\": {}", "\"attributes\": {\"a\": 1}"),
                V3_GROUP);
        put("a/.zarray", ZARRAY);
        for (String document : differing) {
            put("a/zarr.json", document);

            assertThatThrownBy(() -> open("a"))
                    .as(document)
                    .isInstanceOf(InvalidMetadataException.class)
                    .hasMessageContaining(".zarray")
                    .hasMessageContaining("zarr.json")
                    .hasMessageContaining("--source-format");
        }
        assertThatThrownBy(() -> openBroken("both_formats")).hasMessageContaining("shape (8) against (6)");
    }

    @Test
    void unknownNodeTypeIsNamed() {
        put("zarr.json", V3_GROUP.replace("group", "tree"));

        assertThatThrownBy(() -> open(""))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("zarr.json")
                .hasMessageContaining("node_type")
                .hasMessageContaining("tree");
    }

    @Test
    void brokenJsonNamesItsDocument() {
        put("a/.zarray", "{\"zarr_format\": 2");

        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("a/.zarray");
    }

    @Test
    void walkGivesParentsFirstAndSiblingsByName() {
        put("zarr.json", V3_GROUP);
        put("b/zarr.json", V3_ARRAY);
        put("b/c/0", "x");
        put("a/zarr.json", V3_GROUP);
        put("a/z/zarr.json", V3_ARRAY);
        put("a/deep/er/zarr.json", V3_ARRAY);
        put("a-b/.zgroup", ZGROUP);
        put("a-b/old/.zarray", ZARRAY);
        put("strays/readme", "x");
        put(".rezarr/zarr.json", V3_ARRAY);

        List<ZarrNode> nodes = Hierarchy.walk(open(""), warnings::add);

        assertThat(pathsOf(nodes)).containsExactly("", "a", "a/deep/er", "a/z", "a-b", "a-b/old", "b");
        assertThat(warnings).isEmpty();
        assertThat(pathsOf(Hierarchy.walk(open("a"), warnings::add))).containsExactly("a", "a/deep/er", "a/z");
        assertThat(pathsOf(Hierarchy.walk(open("b"), warnings::add))).containsExactly("b");
    }

    @Test
    void walkTakesThePreferredVersionWhereBothStand() {
        put("zarr.json", V3_GROUP);
        put("a/zarr.json", V3_ARRAY.replace("int32", "uint32"));
        put("a/.zarray", ZARRAY);
        put("b/zarr.json", V3_ARRAY);

        assertThatThrownBy(() -> Hierarchy.walk(open(""), warnings::add)).isInstanceOf(InvalidMetadataException.class);
        assertThat(Hierarchy.walk(open(""), ZarrFormat.V2, warnings::add))
                .extracting(node -> node.metadata().format())
                .containsExactly(ZarrFormat.V3, ZarrFormat.V2, ZarrFormat.V3);
    }

    @Test
    void linkToAnAncestorIsSkippedWithAWarning() {
        Store looping = broken("symlink_loop");

        List<ZarrNode> nodes =
                Hierarchy.walk(Hierarchy.open(looping, StorePrefix.ROOT, null, warnings::add), warnings::add);

        assertThat(pathsOf(nodes)).containsExactly("", "a");
        assertThat(warnings).singleElement().asString().contains("loop").contains("leads back");
    }

    @Test
    void linkToAGroupElsewhereIsWalked() throws IOException {
        Path root = directory.resolve("root.zarr");
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Files.createDirectories(root);
        Files.writeString(root.resolve("zarr.json"), V3_GROUP);
        Files.writeString(elsewhere.resolve("zarr.json"), V3_ARRAY);
        Files.createSymbolicLink(root.resolve("linked"), elsewhere);
        Files.createSymbolicLink(root.resolve("nowhere"), Path.of("absent"));
        ZarrNode group = Hierarchy.open(FileStore.open(root), StorePrefix.ROOT, null, warnings::add);

        assertThat(pathsOf(Hierarchy.walk(group, warnings::add))).containsExactly("", "linked");
    }

    @Test
    void namesThatAreNoKeysAreLeftOutWithAWarning() throws IOException {
        Path root = directory.resolve("root.zarr");
        Files.createDirectories(root.resolve("back\\slash"));
        Files.writeString(root.resolve("zarr.json"), V3_GROUP);
        ZarrNode group = Hierarchy.open(FileStore.open(root), StorePrefix.ROOT, null, warnings::add);

        assertThat(Hierarchy.walk(group, warnings::add)).hasSize(1);
        assertThat(warnings).singleElement().asString().contains("back\\slash");
    }

    @Test
    void deepDirectoriesDoNotOverflowTheStack() {
        put("zarr.json", V3_GROUP);
        put("d/".repeat(3000) + "zarr.json", V3_ARRAY);

        assertThat(Hierarchy.walk(open(""), warnings::add)).hasSize(2);
    }

    @Test
    void filesWinOverConsolidatedMetadata() {
        Store stale = broken("consolidated_stale_v2");
        ZarrGroup group = (ZarrGroup) Hierarchy.open(stale, StorePrefix.ROOT, null, warnings::add);

        assertThat(pathsOf(Hierarchy.walk(group, warnings::add))).containsExactly("", "real");
        assertThat(Hierarchy.consolidated(group)).isNotNull();
    }

    @Test
    void consolidatedNamesOutsideTheRootAreNeverFollowed() {
        for (String name : List.of("path_traversal_consolidated_v2", "path_traversal_consolidated_v3")) {
            ZarrGroup group = (ZarrGroup) openBroken(name);

            assertThat(Hierarchy.walk(group, warnings::add)).containsExactly(group);
            JsonObject consolidated = Hierarchy.consolidated(group);
            assertThat(consolidated).as(name).isNotNull();
        }
    }

    @Test
    void groupWithoutConsolidatedMetadataHasNone() {
        put("v2/.zgroup", ZGROUP);
        put("v3/zarr.json", V3_GROUP.replace("{}", "{}, \"consolidated_metadata\": null"));

        assertThat(Hierarchy.consolidated((ZarrGroup) open("v2"))).isNull();
        assertThat(Hierarchy.consolidated((ZarrGroup) open("v3"))).isNull();
    }

    @Test
    void vectorStoreIsRecognised() {
        put("plain/zarr.json", V3_GROUP);
        put("vectors/zarr.json", V3_GROUP.replace("{}", "{\"zarr_vectors\": {\"version\": \"0.9\"}}"));

        assertThat(Hierarchy.isVectorStore((ZarrGroup) open("plain"))).isFalse();
        assertThat(Hierarchy.isVectorStore((ZarrGroup) open("vectors"))).isTrue();
    }
}
