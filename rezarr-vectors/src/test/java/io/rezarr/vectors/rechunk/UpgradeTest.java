package io.rezarr.vectors.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Shape;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.StoreEdit;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.layout.VectorWriters;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.validate.Finding;
import io.rezarr.vectors.validate.Severity;
import io.rezarr.vectors.validate.Validation;
import io.rezarr.vectors.write.Storage;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every store of layout 0.7 of the reference implementation, and random ones, in layout 0.9. */
class UpgradeTest {
    private static final int MAX_VALUE_BYTES = 64 << 20;
    private static final int SEEDS = 10;
    private static final CodecSpec ZSTD = CodecSpec.v3(
            "zstd", JsonObject.EMPTY.with("level", JsonNumber.of(1)).with("checksum", JsonLiteral.FALSE));

    @TempDir
    Path scratch;

    static Stream<String> stores() {
        return ZvfStores.all().stream().filter(name -> name.startsWith("07/"));
    }

    static Stream<Object[]> randomStores() {
        List<Object[]> all = new ArrayList<>();
        for (String template : RandomStoresTest.TEMPLATES) {
            for (long seed = 0; template.startsWith("07/") && seed < SEEDS; seed++) {
                all.add(new Object[] {template, seed});
            }
        }
        return all.stream();
    }

    private MemoryStore upgraded(VectorStore source, VectorStore root, StoreGrids grids, Storage storage) {
        MemoryStore to = new MemoryStore();
        NodeStoreWriter.Settings settings = new NodeStoreWriter.Settings(storage, scratch, 1 << 20, note -> {});
        VectorRunOptions options = VectorRunOptions.of(256 << 20, 2).withScratch(scratch);
        try (StoreWriter writer = VectorWriters.upgrade(to, StorePrefix.ROOT, root, "store", grids, settings)) {
            RechunkVectors.run(source, writer, options, VectorRunListener.NONE);
        }
        return to;
    }

    private MemoryStore upgraded(MemoryStore from, Storage storage, double... factors) {
        VectorStore source = ZvfStores.open(from);
        return upgraded(source, source, RechunkVectorsTest.grids(source, factors), storage);
    }

    private static List<VectorDigest.Part> parts(VectorStore store) {
        return VectorDigest.of(store, MAX_VALUE_BYTES).parts().stream()
                .filter(VectorDigest.Part::isContent)
                .toList();
    }

    private static List<String> errors(MemoryStore store) {
        return Validation.run(store, StorePrefix.ROOT, Validation.MAX_LEVEL, MAX_VALUE_BYTES).findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(Finding::toString)
                .toList();
    }

    private static void requireSame(MemoryStore upgraded, VectorStore source) {
        VectorStore store = ZvfStores.open(upgraded);
        assertThat(store.metadata().version()).isEqualTo(VectorWriters.NEWEST);
        assertThat(parts(store)).isEqualTo(parts(source));
        assertThat(errors(upgraded)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("stores")
    void upgradedStoreHoldsWhatTheReferenceReadsOfTheSource(String name) {
        MemoryStore source = ZvfStores.copyOf(name);
        MemoryStore upgraded = upgraded(source, Storage.AS_IN_SOURCE, 1);
        requireSame(upgraded, ZvfStores.open(source));
        assertThat(scratch).isEmptyDirectory();
    }

    @ParameterizedTest
    @MethodSource("stores")
    void upgradeMayRechunkShardAndCompressOnTheWay(String name) {
        MemoryStore source = ZvfStores.copyOf(name);
        int rank = ZvfStores.open(source).level(0).metadata().rank();
        Shape shard = Shape.of(LongStream.generate(() -> 3).limit(rank).toArray());
        MemoryStore upgraded = upgraded(source, new Storage(List.of(ZSTD), Storage.Shards.SHAPE, shard), 0.7, 1.3, 2.1);
        requireSame(upgraded, ZvfStores.open(source));
        String codecs = StoreEdit.member(new StoreEdit(upgraded).document("0/vertices"), "codecs")
                .toString();
        assertThat(codecs).contains("sharding_indexed", "zstd");
    }

    /** Links that cross chunks have attributes then, which the reference does not write; a fresh cut of fragments. */
    @ParameterizedTest
    @ValueSource(strings = {"07/graph3", "07/mesh3_tri", "07/skel3", "07/pc3_sharded", "07/stream3"})
    void storeThatRezarrRechunkedIsUpgraded(String name) {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf(name));
        MemoryStore rechunked = new MemoryStore();
        NodeStoreWriter.Settings settings =
                new NodeStoreWriter.Settings(Storage.AS_IN_SOURCE, scratch, 1 << 20, note -> {});
        StoreGrids grids = RechunkVectorsTest.grids(source, 0.5);
        VectorRunOptions options = VectorRunOptions.of(256 << 20, 2).withScratch(scratch);
        try (StoreWriter writer = VectorWriters.create(rechunked, StorePrefix.ROOT, source, grids, settings)) {
            RechunkVectors.run(source, writer, options, VectorRunListener.NONE);
        }
        requireSame(upgraded(rechunked, Storage.AS_IN_SOURCE, 1), source);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("randomStores")
    void randomStoresHoldTheSame(String template, long seed) {
        CollectedStore source = RandomStores.of(template, seed);
        MemoryStore upgraded = upgraded(
                source,
                ZvfStores.open(ZvfStores.copyOf(template)),
                RandomStoresTest.grids(source, seed),
                Storage.AS_IN_SOURCE);
        assertThat(parts(ZvfStores.open(upgraded))).isEqualTo(parts(source));
    }

    /** Where users say more, in the attributes of any group; links between chunks have groups of their own at 0.7. */
    @ParameterizedTest
    @ValueSource(strings = {"07/graph3", "07/stream3", "07/parametric3", "07/pyr_objects3"})
    void whatUsersSayOfGroupsIsKept(String name) {
        StoreEdit source = new StoreEdit(ZvfStores.copyOf(name));
        Map<String, String> expected = new TreeMap<>();
        for (String key : source.keys("")) {
            String path = key.replaceAll("/?zarr.json$", "");
            boolean isGroup = key.endsWith("zarr.json")
                    && new JsonString("group").equals(source.document(path).member("node_type"));
            if (!isGroup) {
                continue;
            }
            source.attributes(path, own -> own.with("said of " + path, new JsonString("user")));
            expected.put("said of " + path, path.replace("cross_chunk_link", "link"));
        }
        StoreEdit upgraded = new StoreEdit(upgraded(source.store(), Storage.AS_IN_SOURCE, 1));
        expected.forEach((attribute, path) ->
                assertThat(upgraded.document(path).toString()).contains(attribute));
    }

    @Test
    void userAttributesThatWouldGetAMeaningOrContradictEachOtherAreRefused() {
        StoreEdit meaning = new StoreEdit(ZvfStores.copyOf("07/graph3"));
        meaning.attributes("0/links/0", own -> own.with("directed", JsonLiteral.TRUE));
        assertThatThrownBy(() -> upgraded(meaning.store(), Storage.AS_IN_SOURCE, 1))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("0/links/0' has the attribute 'directed'")
                .hasMessageContaining("Rename");
        StoreEdit contradiction = new StoreEdit(ZvfStores.copyOf("07/graph3"));
        contradiction.attributes("0/links/0", own -> own.with("note", JsonNumber.of(1)));
        contradiction.attributes("0/cross_chunk_links/0", own -> own.with("note", JsonNumber.of(2)));
        assertThatThrownBy(() -> upgraded(contradiction.store(), Storage.AS_IN_SOURCE, 1))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("cross_chunk_links/0' has the attribute 'note'")
                .hasMessageContaining("become one node");
    }

    /** The greatest uint8 is what usually says that a row is absent. */
    @Test
    void rowsThatHoldTheNumberForAbsenceStayPresent() {
        StoreEdit source = new StoreEdit(ZvfStores.copyOf("07/pc3_objects"));
        byte[] values = {1, 2, 3, (byte) 255, (byte) 254, 6, 7, 8, 9, 10, 11, (byte) 252};
        source.document(
                "0/object_attributes/cls/data",
                document -> document.with("codecs", StoreEdit.array(StoreEdit.codec("bytes"))));
        source.put("0/object_attributes/cls/data/c/0", values);
        VectorStore upgraded = ZvfStores.open(upgraded(source.store(), Storage.AS_IN_SOURCE, 1));
        try (Workspace workspace = new Workspace()) {
            AttributeTable.Rows rows = upgraded.level(0).objectAttribute("cls").read(0, workspace);
            for (int row = 0; row < rows.count(); row++) {
                assertThat(rows.isPresent(row)).as("row " + row).isTrue();
                assertThat(rows.values().get(rows.values().position() + row)).isEqualTo(values[row]);
            }
        }
    }

    /** The reference rounds the scale of a factor that is not whole. */
    @Test
    void scaleThatIsRoundedStaysAsItIs() {
        StoreEdit source = new StoreEdit(ZvfStores.copyOf("07/pyr_pc3"));
        source.dataset(1, of -> {
            List<JsonValue> both = StoreEdit.items(StoreEdit.member(of, "coordinateTransformations"));
            JsonObject rounded = ((JsonObject) both.get(0)).with("scale", StoreEdit.numbers("3.0", "2.0", "2.0"));
            return of.with("coordinateTransformations", StoreEdit.array(rounded, both.get(1)));
        });
        requireSame(upgraded(source.store(), Storage.AS_IN_SOURCE, 1), ZvfStores.open(source.store()));
    }

    /** All links cross chunks then, and the reference stores no values of such. */
    @Test
    void attributeOfLinksWithoutAnyValueKeepsItsType() {
        StoreEdit source = new StoreEdit(ZvfStores.copyOf("07/graph3"));
        JsonObject family = (JsonObject) StoreEdit.member(source.document("0/link_attributes/syn/0"), "attributes");
        source.remove("0/link_attributes/syn/0");
        source.group("0/link_attributes/syn/0");
        source.attributes("0/link_attributes/syn/0", none -> family);
        VectorStore upgraded = ZvfStores.open(upgraded(source.store(), Storage.AS_IN_SOURCE, 1));
        assertThat(upgraded.level(0).links(0).attributes())
                .anySatisfy(attribute -> assertThat(
                                attribute.name() + " " + attribute.type().name())
                        .isEqualTo("syn int16"));
        assertThat(parts(upgraded)).isEqualTo(parts(ZvfStores.open(source.store())));
    }

    @Test
    void linksOfSeveralWidthsAreRefused() {
        StoreEdit source = new StoreEdit(ZvfStores.copyOf("07/graph3"));
        source.attributes("0/cross_chunk_links/0", own -> own.with("link_width", JsonNumber.of(1)));
        assertThatThrownBy(() -> upgraded(source.store(), Storage.AS_IN_SOURCE, 1))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("0/cross_chunk_links/0' holds links of 1 ends, '0/links/0' of 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0/groups/names", "0/object_attributes/mean_fa/histogram", "0/group_attributes/gw/unit"})
    void whatLiesBesideTheValuesOfATableIsRefused(String member) {
        StoreEdit source = new StoreEdit(ZvfStores.copyOf("07/stream3"));
        source.group(member);
        assertThatThrownBy(() -> upgraded(source.store(), Storage.AS_IN_SOURCE, 1))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining(member + "' is unknown, and layout 0.9 has no place for it. Move it out of 0/");
    }
}
