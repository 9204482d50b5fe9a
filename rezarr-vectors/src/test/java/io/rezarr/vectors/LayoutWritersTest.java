package io.rezarr.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Shape;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.validate.Finding;
import io.rezarr.vectors.validate.Validation;
import io.rezarr.vectors.write.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the writers of both layouts write is read again as the store that it was copied from. */
class LayoutWritersTest {
    private static final int MAX_VALUE_BYTES = 64 << 20;
    private static final CodecSpec ZSTD = CodecSpec.v3(
            "zstd", JsonObject.EMPTY.with("level", JsonNumber.of(1)).with("checksum", JsonLiteral.FALSE));

    @TempDir
    private Path scratch;

    private final List<String> notes = new ArrayList<>();

    static Stream<String> all() {
        return ZvfStores.all().stream();
    }

    private MemoryStore copy(String name, Storage storage) {
        return PlainCopy.of(ZvfStores.open(ZvfStores.copyOf(name)), storage, scratch, 1 << 20, notes);
    }

    private static String digest(MemoryStore store) {
        return VectorDigest.of(ZvfStores.open(store), MAX_VALUE_BYTES).hex();
    }

    private static List<String> findings(MemoryStore store) {
        return Validation.run(store, StorePrefix.ROOT, Validation.MAX_LEVEL, MAX_VALUE_BYTES).findings().stream()
                .map(LayoutWritersTest::text)
                .sorted()
                .toList();
    }

    private static String text(Finding finding) {
        return finding.severity() + " " + finding.check() + " " + finding.array() + " " + finding.found();
    }

    @ParameterizedTest
    @MethodSource("all")
    void copyHoldsWhatTheReferenceReadsOfTheOriginal(String name) {
        MemoryStore copy = copy(name, Storage.AS_IN_SOURCE);
        ZvfStoresTest.compareWithExpected(ZvfStores.open(copy), name);
        assertThat(digest(copy)).isEqualTo(digest(ZvfStores.copyOf(name)));
        assertThat(findings(copy)).isSubsetOf(findings(ZvfStores.copyOf(name)));
        assertThat(scratch).isEmptyDirectory();
        assertThat(notes).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void storageThatIsAskedForChangesNothingOfTheContent(String name) {
        boolean is09 = name.startsWith("09/");
        int rank = ZvfStores.open(ZvfStores.copyOf(name)).level(0).metadata().rank();
        Shape shard = Shape.of(
                java.util.stream.LongStream.generate(() -> 3).limit(rank).toArray());
        Storage storage = is09
                ? new Storage(List.of(ZSTD), Storage.Shards.SHAPE, shard)
                : new Storage(List.of(ZSTD), Storage.Shards.NONE, null);
        MemoryStore copy = copy(name, storage);
        assertThat(digest(copy)).isEqualTo(digest(ZvfStores.copyOf(name)));
        assertThat(findings(copy)).isSubsetOf(findings(ZvfStores.copyOf(name)));
        JsonValue codecs = StoreEdit.member(firstArray(new StoreEdit(copy), is09), "codecs");
        assertThat(codecs.toString()).contains("zstd");
        assertThat(codecs.toString().contains("sharding_indexed")).isEqualTo(is09);
    }

    private static JsonObject firstArray(StoreEdit edit, boolean is09) {
        if (is09) {
            return edit.document("0/vertices");
        }
        List<String> names = new ArrayList<>();
        edit.store().list(StorePrefix.ofPath("0/vertices"), child -> {
            if (child.kind() == StoreEntry.Kind.PREFIX) {
                names.add(child.name());
            }
        });
        // A fresh store has no chunks.
        return names.isEmpty()
                ? JsonObject.EMPTY.with("codecs", new JsonArray(List.of(new JsonString("zstd"))))
                : edit.document("0/vertices/" + names.get(0));
    }

    @Test
    void familiesKeepTheirOwnShards() {
        StoreEdit of09 = new StoreEdit(copy("09/graph_sharded", Storage.AS_IN_SOURCE));
        assertThat(StoreEdit.member(of09.document("0/vertices"), "codecs").toString())
                .contains("sharding_indexed");
        List<String> names = new ArrayList<>();
        copy("07/pc3_sharded", Storage.AS_IN_SOURCE)
                .list(StorePrefix.ofPath("0/vertices"), child -> names.add(child.name()));
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "zarr.json", "__shard_000000", "__shard_000001", "__shard_000002", "__shard_000003");
    }

    @Test
    void privateShardsBeyondTheLimitBecomeArraysOfTheirChunks() {
        MemoryStore copy = PlainCopy.of(
                ZvfStores.open(ZvfStores.copyOf("07/pc3_sharded")), Storage.AS_IN_SOURCE, scratch, 600, notes);
        List<String> names = new ArrayList<>();
        copy.list(StorePrefix.ofPath("0/vertices"), child -> names.add(child.name()));
        assertThat(names).contains("0.0.0").doesNotContain("__shard_000000");
        assertThat(digest(copy)).isEqualTo(digest(ZvfStores.copyOf("07/pc3_sharded")));
    }

    @Test
    void wholeLevelArrayThatIsTooLargeToCompressIsStoredAsItIsAndSaid() {
        MemoryStore copy = PlainCopy.of(
                ZvfStores.open(ZvfStores.copyOf("07/stream3_blosc")), Storage.AS_IN_SOURCE, scratch, 600, notes);
        assertThat(notes)
                .singleElement()
                .asString()
                .contains("0/cross_chunk_links/0/data", "more than the 600", "without compression");
        assertThat(digest(copy)).isEqualTo(digest(ZvfStores.copyOf("07/stream3_blosc")));
    }

    @Test
    void manifestsLieInChunksThatKeepToTheLimit() {
        MemoryStore copy = PlainCopy.of(
                ZvfStores.open(ZvfStores.copyOf("09/streamlines")), Storage.AS_IN_SOURCE, scratch, 300, notes);
        JsonObject document = new StoreEdit(copy).document("0/object_index/manifests");
        assertThat(document.member("chunk_grid")).isNotEqualTo(document.member("shape"));
        assertThat(ZvfStores.open(copy).level(0).objects().batches()).isGreaterThan(1);
        ZvfStoresTest.compareWithExpected(ZvfStores.open(copy), "09/streamlines");
    }
}
