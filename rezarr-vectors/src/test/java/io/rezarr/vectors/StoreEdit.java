package io.rezarr.vectors;

import io.rezarr.array.VlenBytesReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.VlenBytes;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.Stores;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Changes to a store in memory, as tests need them: of documents, of values, of the bytes in them. */
public final class StoreEdit {
    private static final String DOCUMENT = "zarr.json";

    private final MemoryStore store;

    public StoreEdit(MemoryStore store) {
        this.store = store;
    }

    public MemoryStore store() {
        return store;
    }

    // Keys

    public byte[] bytes(String key) {
        ByteBuffer value = Stores.readWhole(store, new StoreKey(key), Integer.MAX_VALUE);
        byte[] bytes = new byte[Objects.requireNonNull(value, key).remaining()];
        value.get(bytes);
        return bytes;
    }

    public void put(String key, byte[] bytes) {
        store.set(new StoreKey(key), ByteBuffer.wrap(bytes), Store.WriteMode.DIRECT);
    }

    public void remove(String path) {
        store.deleteAll(StorePrefix.ofPath(path));
    }

    /** Every key below a path, sorted. */
    public List<String> keys(String path) {
        List<String> keys = new ArrayList<>();
        collect(StorePrefix.ofPath(path), keys);
        keys.sort(null);
        return keys;
    }

    private void collect(StorePrefix prefix, List<String> keys) {
        store.list(prefix, entry -> {
            if (entry.kind() == StoreEntry.Kind.VALUE) {
                keys.add(prefix.value() + entry.name());
            } else {
                collect(prefix.child(entry.name()), keys);
            }
        });
    }

    /** The keys of values, not documents, below a path. */
    public List<String> values(String path) {
        return keys(path).stream().filter(key -> !key.endsWith(DOCUMENT)).toList();
    }

    /** Moves everything below one path below another. */
    public void move(String from, String to) {
        for (String key : keys(from)) {
            put(to + key.substring(from.length()), bytes(key));
        }
        remove(from);
    }

    // Documents

    public JsonObject document(String path) {
        String key = path.isEmpty() ? DOCUMENT : path + "/" + DOCUMENT;
        return Json.parseObject(ByteBuffer.wrap(bytes(key)), key);
    }

    public void document(String path, UnaryOperator<JsonObject> edit) {
        String key = path.isEmpty() ? DOCUMENT : path + "/" + DOCUMENT;
        ByteBuffer text = Json.write(edit.apply(document(path)), 2);
        byte[] bytes = new byte[text.remaining()];
        text.get(bytes);
        put(key, bytes);
    }

    public void group(String path) {
        put(
                path + "/" + DOCUMENT,
                "{\"zarr_format\": 3, \"node_type\": \"group\", \"attributes\": {}}"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    public void attributes(String path, UnaryOperator<JsonObject> edit) {
        document(
                path, document -> document.with("attributes", edit.apply((JsonObject) member(document, "attributes"))));
    }

    /** Edits the members that the format defines at the root. */
    public void root(UnaryOperator<JsonObject> edit) {
        attributes("", all -> all.with("zarr_vectors", edit.apply((JsonObject) member(all, "zarr_vectors"))));
    }

    /** Likewise of a level. */
    public void level(int number, UnaryOperator<JsonObject> edit) {
        String name = "zarr_vectors_level";
        attributes(Integer.toString(number), all -> all.with(name, edit.apply((JsonObject) member(all, name))));
    }

    /** Edits what the root says of the scale and translation of a level. */
    public void dataset(int number, UnaryOperator<JsonObject> edit) {
        attributes("", all -> {
            JsonObject entry = (JsonObject) items(member(all, "multiscales")).get(0);
            List<JsonValue> datasets = new ArrayList<>(items(member(entry, "datasets")));
            datasets.set(number, edit.apply((JsonObject) datasets.get(number)));
            return all.with("multiscales", array(entry.with("datasets", new JsonArray(datasets))));
        });
    }

    public static JsonValue member(JsonObject object, String name) {
        return Objects.requireNonNull(object.member(name), name);
    }

    public static List<JsonValue> items(JsonValue array) {
        return ((JsonArray) array).items();
    }

    public static JsonArray array(JsonValue... items) {
        return new JsonArray(List.of(items));
    }

    public static JsonArray numbers(String... numbers) {
        return new JsonArray(
                Arrays.stream(numbers).<JsonValue>map(JsonNumber::new).toList());
    }

    /** A whole number that is one more. */
    public static JsonNumber more(JsonObject object, String name) {
        return JsonNumber.of(1 + Long.parseLong(((JsonNumber) member(object, name)).text()));
    }

    /** A list without its first item. */
    public static JsonArray withoutFirst(JsonValue array) {
        List<JsonValue> items = items(array);
        return new JsonArray(items.subList(1, items.size()));
    }

    // Values

    /** Edits the bytes of a value in place, little-endian. */
    public void edit(String key, Consumer<ByteBuffer> edit) {
        byte[] bytes = bytes(key);
        edit.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        put(key, bytes);
    }

    /** Replaces the payload of a plain chunk of one byte string (0.9). */
    public void payload(String key, UnaryOperator<byte[]> edit) {
        byte[] bytes = bytes(key);
        byte[] payload = edit.apply(Arrays.copyOfRange(bytes, 8, bytes.length));
        ByteBuffer chunk = ByteBuffer.allocate(8 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        chunk.putInt(1).putInt(payload.length).put(payload);
        put(key, chunk.array());
    }

    /** Replaces a plain byte array (0.7), which may get another length. */
    public void blob(String path, UnaryOperator<byte[]> edit) {
        byte[] bytes = edit.apply(bytes(path + "/c/0"));
        put(path + "/c/0", bytes);
        resize(path, Math.max(bytes.length, 0), Math.max(bytes.length, 1));
    }

    /** Sets the length of a one-dimensional array in one chunk. */
    public void resize(String path, long length, long chunk) {
        document(
                path,
                document -> document.with("shape", JsonArray.ofLongs(length)).with("chunk_grid", grid(chunk)));
    }

    private static JsonObject grid(long... chunk) {
        return JsonObject.EMPTY
                .with("name", new JsonString("regular"))
                .with("configuration", JsonObject.EMPTY.with("chunk_shape", JsonArray.ofLongs(chunk)));
    }

    /** Stores an array of byte strings without compression, in one chunk, after an edit of its elements. */
    public void elements(String path, UnaryOperator<List<byte[]>> edit) {
        ArrayMetadata metadata = V3ArrayMetadata.parse(document(path), path);
        List<byte[]> elements = new ArrayList<>();
        try (Workspace workspace = new Workspace()) {
            ZarrArray array = new ZarrArray(store, StorePrefix.ofPath(path), metadata);
            VlenBytesReader reader = new VlenBytesReader(array, 1 << 24);
            for (long unit = 0; unit < reader.units().units(); unit++) {
                VlenBytes values = Objects.requireNonNull(reader.read(new long[] {unit}, workspace));
                for (int i = 0; i < values.count(); i++) {
                    byte[] element = new byte[values.element(i).remaining()];
                    values.element(i).get(element);
                    elements.add(element);
                }
            }
        }
        List<byte[]> edited = edit.apply(elements);
        resize(path, edited.size(), Math.max(1, edited.size()));
        document(path, document -> document.with("codecs", array(codec("vlen-bytes"))));
        put(path + "/c/0", vlen(edited));
    }

    private static byte[] vlen(List<byte[]> elements) {
        int size = 4 + elements.stream().mapToInt(element -> 4 + element.length).sum();
        ByteBuffer chunk =
                ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(elements.size());
        elements.forEach(element -> chunk.putInt(element.length).put(element));
        return chunk.array();
    }

    /** Stores a one-dimensional array of int64 without compression. */
    public void longs(String path, long... values) {
        resize(path, values.length, values.length);
        JsonObject endian = JsonObject.EMPTY.with("endian", new JsonString("little"));
        document(path, document -> document.with("codecs", array(codec("bytes").with("configuration", endian))));
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        put(path + "/c/0", bytes.array());
    }

    public static JsonObject codec(String name) {
        return JsonObject.EMPTY.with("name", new JsonString(name));
    }

    /** A fragment index of ranges, each given by its first row and its length. */
    public static byte[] ranges(long... startsAndCounts) {
        int fragments = startsAndCounts.length / 2;
        int bitmap = fragments == 0 ? 0 : (fragments + 63) / 64 * 8;
        int size = 16 + (fragments == 0 ? 0 : bitmap + 16 * fragments + 4);
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0x5A564647)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(fragments)
                .putInt(fragments);
        for (int f = 0; f < fragments; f++) {
            int at = 16 + (f >> 3);
            bytes.put(at, (byte) (bytes.get(at) | 1 << (f & 7)));
        }
        if (fragments > 0) {
            bytes.position(16 + bitmap);
            for (long number : startsAndCounts) {
                bytes.putLong(number);
            }
        }
        return bytes.array();
    }

    public static JsonLiteral no() {
        return JsonLiteral.FALSE;
    }

    public static JsonString text(String text) {
        return new JsonString(text);
    }
}
