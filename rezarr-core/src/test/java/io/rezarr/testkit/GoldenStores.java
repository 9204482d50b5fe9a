package io.rezarr.testkit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Stores written by the reference implementations, with the values they hold; and broken stores, with what must happen.
 *
 * <p>They lie as archives among the test resources ({@code golden/}); {@code interop/make_fixtures.py} and
 * {@code interop/make_archives.py} make them again. The format of the expected values is described in
 * {@code interop/README.md}.
 *
 * <p>Immutable, hence safe for use by many threads. It does not parse what it holds beyond the index, so that a test
 * never depends on the code it tests. An unknown name is an {@link IllegalArgumentException}, a damaged archive an
 * {@link UncheckedIOException}.
 */
public final class GoldenStores {
    private static final String INDEX = "INDEX.json";

    private final Map<String, byte[]> files;
    private final Map<String, Map<?, ?>> rows;

    private GoldenStores(Map<String, byte[]> files, Map<String, Map<?, ?>> rows) {
        this.files = files;
        this.rows = rows;
    }

    /** The 162 golden stores in Zarr v2. */
    public static GoldenStores v2() {
        return load("dense-v2.zip");
    }

    /** The 142 golden stores in Zarr v3. */
    public static GoldenStores v3() {
        return load("dense-v3.zip");
    }

    /** The 105 broken stores; these have {@link #why} and {@link #must}, but no tags, readers or expected values. */
    public static GoldenStores broken() {
        return load("bad.zip");
    }

    /** The names of the stores, sorted, without {@code .zarr}. */
    public List<String> names() {
        return List.copyOf(rows.keySet());
    }

    /** What a golden store is about, such as {@code shard}, {@code gap-first}, {@code filter}. */
    public List<String> tags(String name) {
        List<String> tags = new ArrayList<>();
        for (Object tag : (List<?>) field(name, "tags")) {
            tags.add((String) tag);
        }
        return tags;
    }

    /**
     * Which independent reader gets the golden values of a store.
     *
     * @return reader ({@code zarr3} = zarr-python 3, {@code ts} = tensorstore, {@code mini} = a decoder on numcodecs) to
     *     {@code ok}, or to a text that begins with {@code FAILS} or {@code WRONG}
     */
    public Map<String, String> readers(String name) {
        Map<String, String> readers = new LinkedHashMap<>();
        ((Map<?, ?>) field(name, "readers")).forEach((reader, result) -> readers.put((String) reader, (String) result));
        return readers;
    }

    /** What is wrong with a broken store. */
    public String why(String name) {
        return (String) field(name, "why");
    }

    /** What must happen with a broken store; {@code error} for most. */
    public String must(String name) {
        return (String) field(name, "must");
    }

    /** The header of the expected values as JSON in UTF-8: nodes, shapes, data types, fill values, places in the bytes. */
    public byte[] expectedHeader(String name) {
        return file(name, ".expected.json");
    }

    /**
     * The expected values of all arrays of a store, one after the other: C order, little-endian, fields packed.
     *
     * @return no bytes for a store whose items all have a variable size; their values are in the header
     */
    public byte[] expectedBytes(String name) {
        return files.containsKey(name + ".expected.bin") ? file(name, ".expected.bin") : new byte[0];
    }

    /**
     * Writes a store into a directory.
     *
     * @param directory exists, and has no entry of the store's name yet
     * @return {@code directory/NAME.zarr}
     */
    public Path unpack(String name, Path directory) {
        Map<?, ?> row = row(name);
        String store = name + ".zarr";
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                if (file.getKey().equals(store) || file.getKey().startsWith(store + "/")) {
                    Path target = directory.resolve(file.getKey());
                    Files.createDirectories(target.resolveSibling("."));
                    Files.write(target, file.getValue());
                }
            }
            if (row.get("links") instanceof Map<?, ?> links) {
                for (Map.Entry<?, ?> link : links.entrySet()) {
                    Path target = Path.of((String) link.getValue());
                    Files.createSymbolicLink(directory.resolve(store).resolve((String) link.getKey()), target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack golden store '" + name + "' into " + directory, e);
        }
        return directory.resolve(store);
    }

    private Map<?, ?> row(String name) {
        Map<?, ?> row = rows.get(name);
        if (row == null) {
            throw new IllegalArgumentException("no golden store '" + name + "'; there are " + rows.keySet());
        }
        return row;
    }

    private Object field(String name, String key) {
        Object value = row(name).get(key);
        if (value == null) {
            throw new IllegalArgumentException("golden store '" + name + "' has no '" + key + "'");
        }
        return value;
    }

    private byte[] file(String name, String suffix) {
        byte[] content = files.get(row(name).get("name") + suffix);
        if (content == null) {
            throw new IllegalArgumentException("golden store '" + name + "' has no " + name + suffix);
        }
        return content.clone();
    }

    private static GoldenStores load(String archive) {
        Map<String, byte[]> files = new TreeMap<>();
        Map<String, Map<?, ?>> rows = new TreeMap<>();
        try (InputStream resource = GoldenStores.class.getResourceAsStream("/golden/" + archive)) {
            if (resource == null) {
                throw new FileNotFoundException("test resource golden/" + archive);
            }
            readArchive(new ZipInputStream(resource, StandardCharsets.UTF_8), files);
            for (Object entry : (List<?>) parse(files.getOrDefault(INDEX, new byte[0]))) {
                Map<?, ?> row = (Map<?, ?>) entry;
                rows.put((String) row.get("name"), row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the golden stores of " + archive, e);
        }
        return new GoldenStores(files, rows);
    }

    private static void readArchive(ZipInputStream archive, Map<String, byte[]> files) throws IOException {
        for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
            files.put(entry.getName(), archive.readAllBytes());
        }
    }

    private static Object parse(byte[] json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(new ByteArrayInputStream(json))) {
            return value(parser, parser.nextToken());
        }
    }

    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.START_ARRAY) {
            List<Object> items = new ArrayList<>();
            for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                items.add(value(parser, next));
            }
            return items;
        }
        if (token == JsonToken.START_OBJECT) {
            Map<String, Object> members = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                members.put(name, value(parser, parser.nextToken()));
            }
            return members;
        }
        return parser.getText();
    }
}
