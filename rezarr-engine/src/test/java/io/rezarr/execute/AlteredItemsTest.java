package io.rezarr.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.error.RezarrException;
import io.rezarr.json.Json;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Hints;
import io.rezarr.plan.PlanRequest;
import io.rezarr.plan.Planner;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks of items with bits turned over, cut off or made longer: an error that names the chunk, or what stands there now. */
class AlteredItemsTest {
    private static final int ALTERATIONS = 400;
    private static final long MEMORY = 1 << 23;

    private static ArrayMetadata metadata(String chunks, String compressor) {
        String json =
                "{\"zarr_format\":2,\"shape\":[12,5],\"chunks\":%s,\"dtype\":\"|O\",\"fill_value\":\"ab\",\"order\":\"C\",\"filters\":[{\"id\":\"vlen-utf8\"}],\"compressor\":%s}"
                        .formatted(chunks, compressor);
        return V2ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), null, "test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{\"id\":\"zlib\",\"level\":1}",
                "{\"id\":\"zstd\",\"level\":1}",
                "{\"id\":\"blosc\",\"cname\":\"lz4\",\"clevel\":5,\"shuffle\":1}"
            })
    void alteredChunksAreErrorsOrWhatStandsThere(String compressor) {
        Random random = new Random(compressor.hashCode());
        NaiveItems whole = NaiveItems.inMemory(metadata("[4,3]", compressor));
        whole.write(whole.randomValues(random, 200, 1), random);
        Map<String, ByteBuffer> stored = whole.stored();
        List<String> keys = List.copyOf(stored.keySet());
        int errors = 0;
        for (int i = 0; i < ALTERATIONS; i++) {
            NaiveItems source = NaiveItems.inMemory(metadata("[4,3]", compressor));
            String alteredKey = keys.get(random.nextInt(keys.size()));
            stored.forEach((key, value) -> source.array
                    .store()
                    .set(
                            new StoreKey(key),
                            key.equals(alteredKey) ? altered(value, random) : value.duplicate(),
                            Store.WriteMode.DIRECT));
            NaiveItems destination = NaiveItems.inMemory(metadata("[5,5]", "null"));
            try {
                rechunk(source, destination);
            } catch (RezarrException e) {
                assertThat(e.getMessage()).contains(alteredKey);
                errors++;
                continue;
            }
            List<byte[]> expected = source.read().values();
            List<byte[]> found = destination.read().values();
            for (int item = 0; item < expected.size(); item++) {
                assertThat(found.get(item)).as(alteredKey + " " + item).isEqualTo(expected.get(item));
            }
        }
        assertThat(errors).isGreaterThan(ALTERATIONS / 10);
    }

    private static void rechunk(NaiveItems source, NaiveItems destination) {
        PlanRequest request = new PlanRequest(
                source.array.metadata(),
                destination.array.metadata(),
                MEMORY,
                2,
                EmptyChunks.KEEP,
                false,
                null,
                PlanRequest.Scratch.FILES,
                new Hints(0, -1, ItemSample.of(source.array, MEMORY)));
        LocalRunner.run(
                Planner.plan(request),
                source.array,
                destination.array,
                RunOptions.of(Store.WriteMode.DIRECT),
                RunListener.NONE);
    }

    private static ByteBuffer altered(ByteBuffer value, Random random) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        switch (random.nextInt(6)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(9));
            case 2 -> {
                int at = random.nextInt(Math.max(1, bytes.length - 4));
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) (random.nextBoolean() ? 0xFF : 0x7F));
            }
            default -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return ByteBuffer.wrap(bytes);
    }
}
