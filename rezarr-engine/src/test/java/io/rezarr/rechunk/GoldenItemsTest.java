package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.array.ZarrArray;
import io.rezarr.error.RefusedException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.execute.NaiveItems;
import io.rezarr.execute.RunListener;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.testkit.GoldenStores;
import io.rezarr.verify.ContentDigest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden stores of strings, byte strings and ragged arrays, as they are and rechunked, hold the golden items. */
class GoldenItemsTest {
    @TempDir
    private Path directory;

    private record Golden(GoldenStores stores, String name, JsonObject root) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Golden> golden() {
        List<Golden> found = Stream.of(GoldenStores.v2(), GoldenStores.v3())
                .flatMap(stores -> stores.names().stream().map(name -> goldenOf(stores, name)))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
        assertThat(found).hasSizeGreaterThanOrEqualTo(11);
        return found.stream();
    }

    private static @Nullable Golden goldenOf(GoldenStores stores, String name) {
        JsonObject nodes =
                (JsonObject) Objects.requireNonNull(Json.parseObject(ByteBuffer.wrap(stores.expectedHeader(name)), name)
                        .member("nodes"));
        if (!(nodes.member("") instanceof JsonObject root)
                || !(root.member("dtype") instanceof JsonString type)
                || !type.value().matches("string|bytes|vlen:.*")
                || stores.tags(name).contains("categorize")) {
            return null;
        }
        return new Golden(stores, name, root);
    }

    private static List<byte[]> itemsOf(Golden golden) {
        List<byte[]> items = new ArrayList<>();
        for (JsonValue value : ((JsonArray) Objects.requireNonNull(golden.root.member("values"))).items()) {
            items.add(itemOf(value));
        }
        return items;
    }

    private static byte[] itemOf(JsonValue value) {
        if (value instanceof JsonString text) {
            return text.value().getBytes(StandardCharsets.UTF_8);
        }
        JsonObject item = (JsonObject) value;
        return item.member("b64") instanceof JsonString base64
                ? Base64.getDecoder().decode(base64.value())
                : HexFormat.of().parseHex(((JsonString) Objects.requireNonNull(item.member("hex"))).value());
    }

    private static void requireItems(Path store, List<byte[]> items, String what) {
        List<byte[]> found = NaiveItems.of(DataSet.open(store)).read().values();
        assertThat(found.stream().map(HexFormat.of()::formatHex).toList())
                .as(what)
                .isEqualTo(items.stream().map(HexFormat.of()::formatHex).toList());
    }

    @ParameterizedTest
    @MethodSource("golden")
    void rechunkedStoresHoldTheGoldenItems(Golden golden) {
        Path source = golden.stores.unpack(golden.name, directory);
        List<byte[]> items = itemsOf(golden);
        requireItems(source, items, golden.name);
        ZarrArray array = DataSet.open(source);
        ContentDigest digest = ContentDigest.of(array, 1 << 26, 2, RunListener.NONE);
        Random random = new Random(golden.name.hashCode());
        for (ZarrFormat format : ZarrFormat.values()) {
            for (boolean isSharded : new boolean[] {false, true}) {
                boolean hasCounterpart = format == ZarrFormat.V2
                        || !array.metadata().dataType().name().startsWith("vlen-array");
                if (hasCounterpart && !(isSharded && format == ZarrFormat.V2)) {
                    Path out = directory.resolve("out-" + format + isSharded);
                    DataSet.run(request(source, out, array, format, isSharded, random));
                    requireItems(out, items, golden.name + " " + format + isSharded);
                    assertThat(ContentDigest.of(DataSet.open(out), 1 << 26, 2, RunListener.NONE))
                            .isEqualTo(digest);
                }
            }
        }
    }

    private static RechunkRequest request(
            Path source, Path out, ZarrArray array, ZarrFormat format, boolean isSharded, Random random) {
        RechunkRequest request = RechunkRequest.of(source.toString(), out.toString())
                .withThreads(2)
                .withFormat(format)
                .withVerify(random.nextBoolean() ? RechunkRequest.Verify.FULL : RechunkRequest.Verify.WRITTEN);
        if (array.metadata().shape().rank() == 0) {
            return request;
        }
        String chunks = Arrays.stream(array.metadata().shape().toArray())
                .mapToObj(extent -> Long.toString(1 + random.nextLong(extent)))
                .collect(Collectors.joining(","));
        return request.withChunks(chunks).withShards(isSharded ? "x" + (1 + random.nextInt(3)) : "none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2_object_json2", "v2_object_msgpack2", "v2_categorize"})
    void objectsOfOtherCodecsAreMovedOrRefusedByName(String name) {
        Path source = GoldenStores.v2().unpack(name, directory);
        String out = directory.resolve("out").toString();
        assertThatThrownBy(() ->
                        DataSet.run(RechunkRequest.of(source.toString(), out).withChunks("3,3")))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("object[" + name.replaceAll("v2_(object_)?", "") + "]")
                .hasMessageContaining("'vlen-utf8'");
        DataSet.run(RechunkRequest.of(source.toString(), out));
        assertThat(DataSet.files(directory.resolve("out"))).hasSameSizeAs(DataSet.files(source));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3,3"})
    void pickledObjectsAreNeitherReadNorPassedOn(String chunks) {
        Path source = GoldenStores.v2().unpack("v2_object_pickle", directory);
        RechunkRequest request =
                RechunkRequest.of(source.toString(), directory.resolve("out").toString());
        assertThatThrownBy(() -> DataSet.run(chunks.isEmpty() ? request : request.withChunks(chunks)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'pickle' stores as programs");
        assertThat(directory.resolve("out")).doesNotExist();
    }
}
