package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.array.Hierarchy;
import io.rezarr.array.ZarrArray;
import io.rezarr.execute.NaiveArray;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.rechunk.StoreInfo.ConsolidatedState;
import io.rezarr.rechunk.StoreInfo.GroupInfo;
import io.rezarr.store.FileStore;
import io.rezarr.store.StorePrefix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A data set as xarray makes them, small: {@code tas} (time 10, lat 7), the coordinates {@code time} and {@code lat},
 * {@code series} with one point in each chunk, {@code g/deep} in a group of its own; with consolidated metadata.
 */
record DataSet(Path root, ZarrFormat format) {
    private static final Map<String, String> V2_TYPES =
            Map.of("float32", "<f4", "float64", "<f8", "int32", "<i4", "int64", "<i8", "uint8", "|u1");
    static final List<String> ARRAYS = List.of("g/deep", "lat", "series", "tas", "time");

    static DataSet write(Path root, ZarrFormat format) {
        DataSet set = new DataSet(root, format);
        set.group("", "{\"Conventions\": \"CF-1.8\"}");
        set.group("g", "{}");
        set.array("tas", "[10,7]", "[3,4]", "float32", "\"NaN\"", "time", "lat");
        set.array("time", "[10]", "[10]", "int64", "0", "time");
        set.array("lat", "[7]", "[7]", "float64", "0", "lat");
        set.array("series", "[20]", "[1]", "int32", "-1", "point");
        set.array("g/deep", "[5,6]", "[2,2]", "uint8", "0", "x", "y");
        for (String path : ARRAYS) {
            set.fillWithRandomValues(path);
        }
        set.consolidate();
        return set;
    }

    void group(String path, String attributes) {
        if (format == ZarrFormat.V2) {
            text(path, ".zgroup", "{\"zarr_format\": 2}");
            text(path, ".zattrs", attributes);
        } else {
            text(
                    path,
                    "zarr.json",
                    "{\"zarr_format\": 3, \"node_type\": \"group\", \"attributes\": " + attributes + "}");
        }
    }

    void array(String path, String shape, String chunks, String type, String fill, String... dimensions) {
        String names = Arrays.stream(dimensions).map(name -> '"' + name + '"').collect(Collectors.joining(", "));
        if (format == ZarrFormat.V2) {
            text(path, ".zarray", """
                    {"zarr_format": 2, "shape": %s, "chunks": %s, "dtype": "%s", "fill_value": %s, "order": "C",
                     "filters": null, "compressor": {"id": "zlib", "level": 1}}""".formatted(shape, chunks, V2_TYPES.get(type), fill));
            text(path, ".zattrs", "{\"_ARRAY_DIMENSIONS\": [" + names + "], \"units\": \"K\"}");
        } else {
            text(path, "zarr.json", """
                    {"zarr_format": 3, "node_type": "array", "shape": %s, "data_type": "%s", "chunk_grid":
                     {"name": "regular", "configuration": {"chunk_shape": %s}}, "chunk_key_encoding": {"name": "default"},
                     "fill_value": %s, "codecs": [{"name": "bytes", "configuration": {"endian": "little"}},
                     {"name": "gzip", "configuration": {"level": 1}}], "dimension_names": [%s],
                     "attributes": {"units": "K"}}""".formatted(shape, type, chunks, fill, names));
        }
    }

    void text(String path, String file, String text) {
        try {
            Files.writeString(Files.createDirectories(root.resolve(path)).resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fillWithRandomValues(String path) {
        NaiveArray array = NaiveArray.of(open(root.resolve(path)));
        byte[] values = new byte[array.randomValues(new Random(1)).length];
        new Random(path.hashCode()).nextBytes(values);
        array.write(values, new Random(1));
    }

    /** Writes consolidated metadata of what stands there, as plain text put together. */
    void consolidate() {
        List<String> entries = new ArrayList<>();
        for (Path file : files(root)) {
            String name = root.relativize(file).toString();
            if (format == ZarrFormat.V2 && name.matches("(.*/)?\\.z(array|group|attrs)")) {
                entries.add('"' + name + "\": " + readText(file));
            } else if (format == ZarrFormat.V3 && name.endsWith("/zarr.json")) {
                entries.add('"' + name.replace("/zarr.json", "") + "\": " + readText(file));
            }
        }
        String all = String.join(", ", entries);
        if (format == ZarrFormat.V2) {
            text("", ".zmetadata", "{\"zarr_consolidated_format\": 1, \"metadata\": {" + all + "}}");
        } else {
            String own = readText(root.resolve("zarr.json"));
            text(
                    "",
                    "zarr.json",
                    own.substring(0, own.length() - 1)
                            + ", \"consolidated_metadata\": {\"kind\": \"inline\", \"must_understand\": false, \"metadata\": {"
                            + all + "}}}");
        }
    }

    Path path(String path) {
        return root.resolve(path);
    }

    RechunkRequest to(String destination) {
        return RechunkRequest.of(
                        root.toString(), root.resolveSibling(destination).toString())
                .withThreads(2);
    }

    RechunkRequest inPlace(String array) {
        return RechunkRequest.inPlace(root.toString()).withArrays(array).withThreads(2);
    }

    static RechunkReport run(RechunkRequest request) {
        return run(request, RechunkListener.NONE);
    }

    static RechunkReport run(RechunkRequest request, RechunkListener listener) {
        try (Rechunk rechunk = Rechunk.prepare(request)) {
            return rechunk.run(listener);
        }
    }

    static ZarrArray open(Path array) {
        return (ZarrArray) Hierarchy.open(FileStore.open(array), StorePrefix.ROOT, null, note -> {});
    }

    static long[] chunks(Path array) {
        return DestinationMetadata.chunksOf(open(array).metadata()).toArray();
    }

    /** Little-endian, C order. */
    static byte[] values(Path array) {
        return NaiveArray.of(open(array)).read(new ArrayList<>());
    }

    static ConsolidatedState consolidated(Path group) {
        GroupInfo info = (GroupInfo)
                StoreInfo.of(group, StoreInfo.Depth.TREE, null).nodes().get(0);
        assertThat(info.oddities()).isEmpty();
        return info.consolidated();
    }

    static JsonObject json(Path file) {
        return Json.parseObject(ByteBuffer.wrap(readText(file).getBytes(java.nio.charset.StandardCharsets.UTF_8)), "");
    }

    static String readText(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> files(Path directory) {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the files below a directory. */
    static List<String> names(Path directory) {
        return files(directory).stream()
                .map(file -> directory.relativize(file).toString())
                .toList();
    }

    /** What a directory holds itself. */
    static List<String> children(Path directory) {
        try (Stream<Path> list = Files.list(directory)) {
            return list.map(path -> Objects.requireNonNull(path.getFileName()).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Name to file key (inode) and time of change of the files of which the name fits. */
    static Map<String, String> identities(Path directory, Predicate<String> of) {
        Map<String, String> identities = new TreeMap<>();
        for (Path file : files(directory)) {
            String name = directory.relativize(file).toString();
            if (of.test(name)) {
                try {
                    identities.put(
                            name,
                            Files.readAttributes(file, "fileKey,lastModifiedTime,size")
                                    .toString());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return identities;
    }

    /** Copies a tree as it stands. */
    static void copy(Path from, Path to) {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : walk.toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
