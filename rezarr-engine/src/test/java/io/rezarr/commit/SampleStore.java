package io.rezarr.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ZarrFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A data set {@code root.zarr} with a group {@code g} in it, both with consolidated metadata, and arrays {@code g/a},
 * {@code g/b}, {@code z}. What an array holds is a word, in its attributes and in its chunks: a reader that finds two
 * words in one array, or in consolidated metadata and the array, has been misled.
 */
record SampleStore(Path root, ZarrFormat format) {
    static final String OLD = "old";
    static final String NEW = "new";

    static SampleStore write(Path directory, ZarrFormat format) {
        SampleStore store = new SampleStore(directory.resolve("root.zarr"), format);
        writeArray(store.root.resolve("g/a"), format, OLD, 3);
        writeArray(store.root.resolve("g/b"), format, "b", 1);
        writeArray(store.root.resolve("z"), format, "z", 1);
        writeGroup(store.root.resolve("g"), format, "a", "b");
        writeGroup(store.root, format, "g", "g/a", "g/b", "z");
        return store;
    }

    Path group() {
        return root.resolve("g");
    }

    Path array() {
        return root.resolve("g/a");
    }

    static void writeArray(Path array, ZarrFormat format, String word, int chunks) {
        for (int i = 0; i < chunks; i++) {
            writeText(array.resolve(format == ZarrFormat.V2 ? "" + i : "c/" + i), word);
        }
        if (format == ZarrFormat.V2) {
            writeText(array.resolve(".zattrs"), "{\"word\": \"" + word + "\", \"big\": 18446744073709551615}");
            writeText(
                    array.resolve(".zarray"), "{\"zarr_format\": 2, \"word\": \"" + word + "\", \"fill_value\": NaN}");
        } else {
            writeText(array.resolve("zarr.json"), arrayV3(word));
        }
    }

    private static String arrayV3(String word) {
        return "{\"zarr_format\": 3, \"node_type\": \"array\", \"attributes\": {\"word\": \"" + word + "\"}}";
    }

    static void writeGroup(Path group, ZarrFormat format, String... below) {
        StringBuilder entries = new StringBuilder();
        for (String path : below) {
            entries.append(entries.isEmpty() ? "" : ", ").append(entry(group, format, path));
        }
        if (format == ZarrFormat.V2) {
            writeText(group.resolve(".zgroup"), "{\"zarr_format\": 2}");
            writeText(
                    group.resolve(".zmetadata"),
                    "{\"zarr_consolidated_format\": 1, \"unknown\": 1e-300, \"metadata\": {\".zgroup\": {\"zarr_format\": 2}, "
                            + entries + "}}");
        } else {
            writeText(
                    group.resolve("zarr.json"),
                    "{\"zarr_format\": 3, \"node_type\": \"group\", \"unknown\": 1e-300, \"consolidated_metadata\": {\"kind\":"
                            + " \"inline\", \"must_understand\": false, \"metadata\": {" + entries + "}}}");
        }
    }

    private static String entry(Path group, ZarrFormat format, String path) {
        Path node = group.resolve(path);
        if (format == ZarrFormat.V3) {
            String document = path.equals("g")
                    ? "{\"zarr_format\": 3, \"node_type\": \"group\", \"unknown\": 1e-300, \"consolidated_metadata\": {\"kind\":"
                            + " \"inline\", \"must_understand\": false, \"metadata\": {}}}"
                    : readText(node.resolve("zarr.json"));
            return "\"" + path + "\": " + document;
        }
        if (path.equals("g")) {
            return "\"g/.zgroup\": {\"zarr_format\": 2}";
        }
        return "\"" + path + "/.zattrs\": " + readText(node.resolve(".zattrs")) + ", \"" + path + "/.zarray\": "
                + readText(node.resolve(".zarray"));
    }

    /** What a reader finds in an array: its word; {@code null} if there is no array. Fails if it finds two. */
    static @Nullable String word(Path array, ZarrFormat format) {
        if (!ZarrDirectory.isNode(array)) {
            return null;
        }
        String text = readText(array.resolve(format == ZarrFormat.V2 ? ".zarray" : "zarr.json"));
        String word = text.replaceAll("(?s).*\"word\": \"(\\w+)\".*", "$1");
        Map<String, String> files = files(array);
        files.forEach((name, content) -> {
            if (name.matches("(c/)?\\d+")) {
                assertThat(content).as(name).isEqualTo(word);
            }
        });
        long chunks = files.keySet().stream()
                .filter(name -> name.matches("(c/)?\\d+"))
                .count();
        assertThat(chunks).isEqualTo(word.equals(NEW) ? 1 : 3);
        return word;
    }

    /** Fails if consolidated metadata of any group describe another array at a path than the one that stands there. */
    void requireConsolidatedTrue(String name) {
        for (Path group : new Path[] {root, group()}) {
            String path = group.equals(root) ? "g/" + name : name;
            entries(group).forEach((key, value) -> {
                if (key.equals(path) || key.startsWith(path + "/")) {
                    assertThat(value).as(group + " " + key).isEqualTo(standing(group, key));
                }
            });
        }
    }

    private @Nullable JsonValue standing(Path group, String key) {
        Path path = group.resolve(key);
        return format == ZarrFormat.V3
                ? ZarrDirectory.document(path, "zarr.json")
                : ZarrDirectory.document(
                        path.resolveSibling(""), path.getFileName().toString());
    }

    /** Whether the consolidated metadata of a group have an entry for an array. */
    boolean isConsolidated(Path group, String path) {
        return entries(group).containsKey(format == ZarrFormat.V3 ? path : path + "/.zarray");
    }

    Map<String, JsonValue> entries(Path group) {
        JsonObject document = ZarrDirectory.document(group, format == ZarrFormat.V3 ? "zarr.json" : ".zmetadata");
        assertThat(member(document, "unknown").toString()).contains("1e-300");
        return object(format == ZarrFormat.V3 ? object(document, "consolidated_metadata") : document, "metadata")
                .members();
    }

    private static JsonObject object(@Nullable JsonObject parent, String name) {
        return (JsonObject) member(parent, name);
    }

    private static JsonValue member(@Nullable JsonObject parent, String name) {
        return Objects.requireNonNull(Objects.requireNonNull(parent).member(name), name);
    }

    /** Every file below a directory: relative name → content. */
    static Map<String, String> files(Path directory) {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .forEach(path -> files.put(directory.relativize(path).toString(), readText(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** The files below a directory, some left out: name → inode and times of change. */
    static Map<String, String> identities(Path directory, Predicate<String> without) {
        Map<String, String> identities = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.toList()) {
                String name = directory.relativize(path).toString();
                if (!Files.isDirectory(path) && !without.test(name)) {
                    identities.put(
                            name,
                            Files.readAttributes(path, "unix:ino,lastModifiedTime,ctime")
                                    .toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return identities;
    }

    static void writeText(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String readText(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a tree by hard links, which is quick, and safe with who never writes into a file that stands. */
    static void copy(Path from, Path to) {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : walk.toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectory(copy);
                } else {
                    Files.createLink(copy, path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
