package io.rezarr.vectors;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.rezarr.error.RezarrException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.info.VectorInfo;
import io.rezarr.vectors.validate.Validation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stores with a random change to a document or to the bytes of a value. Validation reports, whatever it is given; everything else reads or
 * refuses with an error of rezarr. Memory is bounded by that of the test's JVM.
 */
class HostileStoresTest {
    private static final int MAX_VALUE_BYTES = 16 << 20;
    private static final List<String> STORES = ZvfStores.all();
    private static final List<JsonValue> HOSTILE = List.of(
            new JsonNumber("-1"),
            new JsonNumber("0"),
            new JsonNumber("1"),
            new JsonNumber("3"),
            new JsonNumber("2147483647"),
            new JsonNumber("4294967296"),
            new JsonNumber("9223372036854775807"),
            new JsonNumber("-9223372036854775808"),
            new JsonNumber("1e308"),
            new JsonNumber("1e-320"),
            new JsonNumber("NaN"),
            new JsonString(""),
            new JsonString("../0"),
            new JsonString("0.0.0"),
            new JsonString("float64"),
            JsonLiteral.NULL,
            JsonLiteral.TRUE,
            JsonArray.EMPTY,
            JsonObject.EMPTY);

    static LongStream seeds() {
        return LongStream.range(0, 400);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyChangeIsReportedOrRefused(long seed) {
        Random random = new Random(seed);
        StoreEdit edit = new StoreEdit(ZvfStores.copyOf(STORES.get(random.nextInt(STORES.size()))));
        String change = change(edit, random);
        assertThatCode(() -> Validation.run(edit.store(), StorePrefix.ROOT, Validation.MAX_LEVEL, MAX_VALUE_BYTES))
                .as(change)
                .doesNotThrowAnyException();
        assertThatCode(() -> refusing(() -> VectorDigest.of(ZvfStores.open(edit.store()), MAX_VALUE_BYTES)))
                .as(change)
                .doesNotThrowAnyException();
        assertThatCode(() -> refusing(() -> VectorInfo.of(ZvfStores.open(edit.store()), 64 << 20)))
                .as(change)
                .doesNotThrowAnyException();
    }

    private static void refusing(Runnable reading) {
        try {
            reading.run();
        } catch (RezarrException refused) {
            // says what is wrong
        }
    }

    private static String change(StoreEdit edit, Random random) {
        List<String> keys = edit.keys("");
        String key = keys.get(random.nextInt(keys.size()));
        if (key.endsWith("zarr.json") && random.nextInt(8) > 0) {
            String path = key.equals("zarr.json") ? "" : key.substring(0, key.length() - "/zarr.json".length());
            edit.document(path, document -> (JsonObject) hostile(document, random));
            return key + ": a value in the document";
        }
        byte[] bytes = edit.bytes(key);
        switch (random.nextInt(5)) {
            case 0 -> edit.store().delete(new StoreKey(key));
            case 1 -> edit.put(key, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            case 2 -> edit.put(key, Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(16)));
            case 3 -> edit.put(key, overwritten(bytes, random));
            default -> edit.put(key, flipped(bytes, random));
        }
        return key + ": its bytes";
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        byte[] flipped = bytes.clone();
        for (int i = 0; flipped.length > 0 && i < 3; i++) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** Eight bytes somewhere become a number that is too large, too small, or negative. */
    private static byte[] overwritten(byte[] bytes, Random random) {
        byte[] overwritten = bytes.clone();
        byte fill = new byte[] {0, -1, 0x7f, 1}[random.nextInt(4)];
        int from = overwritten.length == 0 ? 0 : random.nextInt(overwritten.length);
        Arrays.fill(overwritten, from, Math.min(overwritten.length, from + 8), fill);
        return overwritten;
    }

    /** The document with one of its values replaced, or a member left out. */
    private static JsonValue hostile(JsonValue value, Random random) {
        if (value instanceof JsonObject object && !object.isEmpty()) {
            List<String> names = new ArrayList<>(object.members().keySet());
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(10) == 0) {
                return object.without(name);
            }
            Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
            members.computeIfPresent(name, (n, member) -> hostile(member, random));
            return new JsonObject(members);
        }
        if (value instanceof JsonArray array && !array.items().isEmpty()) {
            List<JsonValue> items = new ArrayList<>(array.items());
            int at = random.nextInt(items.size());
            items.set(at, hostile(items.get(at), random));
            return new JsonArray(items);
        }
        return HOSTILE.get(random.nextInt(HOSTILE.size()));
    }
}
