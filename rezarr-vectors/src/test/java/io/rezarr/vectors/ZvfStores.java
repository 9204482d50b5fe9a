package io.rezarr.vectors;

import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.model.VectorStore;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Stores written by the reference implementation, with what they hold according to it; {@code interop/zvf} makes them again. Immutable, hence safe
 * for use by many threads.
 */
public final class ZvfStores {
    private static final int MAX_VALUE_BYTES = 64 << 20;

    private static final ZvfStores V07 = load("zvf-07.zip");
    private static final ZvfStores V09 = load("zvf-09.zip");

    /** For each store its packed files. */
    private final Map<String, byte[]> stores;

    private ZvfStores(Map<String, byte[]> stores) {
        this.stores = stores;
    }

    /** The 28 stores of format 0.7.0. */
    public static ZvfStores v07() {
        return V07;
    }

    /** The 38 stores of format 0.9.2. */
    public static ZvfStores v09() {
        return V09;
    }

    /** Every store of both, as {@code 07/NAME} and {@code 09/NAME}. */
    public static List<String> all() {
        List<String> all = new ArrayList<>();
        V07.names().forEach(name -> all.add("07/" + name));
        V09.names().forEach(name -> all.add("09/" + name));
        return all;
    }

    /** A fresh copy of one of {@link #all}. */
    public static MemoryStore copyOf(String path) {
        ZvfStores stores = path.startsWith("07/") ? V07 : V09;
        return stores.copy(path.substring(3));
    }

    public static VectorStore open(Store store) {
        return VectorStores.open(store, StorePrefix.ROOT, MAX_VALUE_BYTES);
    }

    public List<String> names() {
        return List.copyOf(stores.keySet());
    }

    /** A fresh copy of a store, which may be changed. */
    public MemoryStore copy(String name) {
        MemoryStore copy = new MemoryStore();
        String root = name + ".zarrvectors/";
        unpack(name).forEach((path, content) -> {
            if (path.startsWith(root)) {
                StoreKey key = new StoreKey(path.substring(root.length()));
                copy.set(key, ByteBuffer.wrap(content), Store.WriteMode.DIRECT);
            }
        });
        return copy;
    }

    /** What the reference implementation reads. */
    public JsonObject expected(String name) {
        byte[] document = unpack(name).get(name + ".expected.json");
        return Json.parseObject(ByteBuffer.wrap(document), name + ".expected.json");
    }

    private Map<String, byte[]> unpack(String name) {
        byte[] packed = stores.get(name);
        if (packed == null) {
            throw new IllegalArgumentException("no store '" + name + "'; there are " + stores.keySet());
        }
        try {
            return read(new ByteArrayInputStream(packed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ZvfStores load(String archive) {
        try (InputStream resource = ZvfStores.class.getResourceAsStream("/zvf/" + archive)) {
            if (resource == null) {
                throw new FileNotFoundException("test resource zvf/" + archive);
            }
            Map<String, byte[]> stores = new TreeMap<>();
            read(resource).forEach((name, packed) -> stores.put(name.substring(0, name.length() - 4), packed));
            return new ZvfStores(stores);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + archive, e);
        }
    }

    private static Map<String, byte[]> read(InputStream archive) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        ZipInputStream zip = new ZipInputStream(archive);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            files.put(entry.getName(), zip.readAllBytes());
        }
        return files;
    }
}
