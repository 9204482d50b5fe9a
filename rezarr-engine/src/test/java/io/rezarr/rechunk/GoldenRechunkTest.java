package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.array.ZarrArray;
import io.rezarr.error.RezarrException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.Shape;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.testkit.GoldenStores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrays of the reference implementations, rechunked to random chunks, shards and formats, are read as their golden values. */
class GoldenRechunkTest {
    private static final Map<ZarrFormat, GoldenStores> STORES =
            Map.of(ZarrFormat.V2, GoldenStores.v2(), ZarrFormat.V3, GoldenStores.v3());

    /** What has one of these must be refused, by name. */
    private static final Set<String> OUTSIDE = Set.of("pickle", "rectilinear");

    private static final Map<String, Integer> OUTCOMES = new TreeMap<>();

    @TempDir
    private Path directory;

    /** A golden store. */
    record Golden(ZarrFormat format, String name) {
        GoldenStores stores() {
            return Objects.requireNonNull(STORES.get(format));
        }

        boolean isOutside() {
            return stores().tags(name).stream().anyMatch(OUTSIDE::contains);
        }

        JsonObject nodes() {
            JsonObject header = Json.parseObject(ByteBuffer.wrap(stores().expectedHeader(name)), name);
            return (JsonObject) Objects.requireNonNull(header.member("nodes"));
        }

        boolean hasFixedSize() {
            return nodes().members().values().stream()
                    .allMatch(node -> !((JsonObject) node).has("shape") || ((JsonObject) node).has("offset"));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Golden> golden() {
        return Stream.of(ZarrFormat.values())
                .flatMap(format -> Objects.requireNonNull(STORES.get(format)).names().stream()
                        .map(name -> new Golden(format, name)))
                .filter(Golden::hasFixedSize);
    }

    @AfterAll
    static void mostWereCompared() {
        assertThat(OUTCOMES.getOrDefault("equal", 0)).as(OUTCOMES.toString()).isGreaterThan(200);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void rechunkedStoreHoldsTheGoldenValues(Golden golden) {
        Path source = golden.stores().unpack(golden.name(), directory);
        Random random = new Random(golden.name().hashCode());
        RechunkRequest request = RechunkRequest.of(
                        source.toString(), directory.resolve("out").toString())
                .withThreads(2);
        try {
            try (Rechunk whole = Rechunk.prepare(request)) {
                request = withRandomGrid(request, whole, random);
            }
            DataSet.run(request);
        } catch (RezarrException e) {
            assertThat(golden.isOutside()).as(golden + ": " + e).isTrue();
            OUTCOMES.merge("refused", 1, Integer::sum);
            assertThat(directory.resolve("out")).doesNotExist();
            return;
        }
        requireGolden(golden, directory.resolve("out"));
        OUTCOMES.merge("equal", 1, Integer::sum);
    }

    private static RechunkRequest withRandomGrid(RechunkRequest request, Rechunk whole, Random random) {
        List<String> chunks = new java.util.ArrayList<>();
        List<String> shards = new java.util.ArrayList<>();
        boolean isSharded = false;
        for (ArrayRechunk array : whole.arrays()) {
            Shape shape = array.source().metadata().shape();
            if (shape.rank() > 0) {
                String glob = array.path().isEmpty() ? "" : array.path() + ":";
                chunks.add(glob
                        + Arrays.toString(Arrays.stream(shape.toArray())
                                        .map(extent -> 1 + random.nextLong(Math.max(1, extent)))
                                        .toArray())
                                .replaceAll("[\\[\\] ]", ""));
                shards.add(glob + "x" + (1 + random.nextInt(3)));
                isSharded |= array.destination().innerChunkShape() != null;
            }
        }
        RechunkRequest gridded = request.withChunks(chunks.toArray(String[]::new));
        boolean isV3 =
                whole.arrays().stream().allMatch(array -> array.destination().format() == ZarrFormat.V3);
        if (isV3 && random.nextBoolean()) {
            return gridded.withShards(shards.toArray(String[]::new));
        }
        return isSharded ? gridded.withShards("none") : gridded;
    }

    private static void requireGolden(Golden golden, Path out) {
        byte[] all = golden.stores().expectedBytes(golden.name());
        golden.nodes().members().forEach((path, value) -> {
            JsonObject node = (JsonObject) value;
            if (node.has("offset")) {
                int offset = intOf(node.member("offset"));
                ZarrArray array = DataSet.open(out.resolve(path));
                assertThat(DataSet.values(out.resolve(path)))
                        .as("%s %s, chunks %s", golden, path, array.metadata().chunkShape())
                        .isEqualTo(Arrays.copyOfRange(all, offset, offset + intOf(node.member("nbytes"))));
            }
        });
    }

    private static int intOf(@Nullable JsonValue number) {
        return Integer.parseInt(((JsonNumber) Objects.requireNonNull(number)).text());
    }
}
