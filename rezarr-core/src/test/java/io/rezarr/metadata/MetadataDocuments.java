package io.rezarr.metadata;

import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** The documents of golden and of broken stores; make_documents.py, beside the archive, made it. */
final class MetadataDocuments {
    private static final NavigableMap<String, byte[]> FILES = read();

    private MetadataDocuments() {}

    private static NavigableMap<String, byte[]> read() {
        NavigableMap<String, byte[]> files = new TreeMap<>();
        try (InputStream resource =
                        Objects.requireNonNull(MetadataDocuments.class.getResourceAsStream("documents.zip"));
                ZipInputStream zip = new ZipInputStream(resource)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** All files whose name begins so, by name. */
    static Map<String, byte[]> below(String prefix) {
        return FILES.subMap(prefix, true, prefix + Character.MAX_VALUE, true);
    }

    static @Nullable JsonObject object(String name) {
        byte[] bytes = FILES.get(name);
        return bytes == null ? null : Json.parseObject(ByteBuffer.wrap(bytes), name);
    }

    /** The node whose documents lie in a directory. */
    static NodeMetadata node(String directory) {
        JsonObject zarrJson = object(directory + "/zarr.json");
        if (zarrJson != null) {
            boolean group = new JsonString("group").equals(zarrJson.member("node_type"));
            String name = directory + "/zarr.json";
            return group ? V3GroupMetadata.parse(zarrJson, name) : V3ArrayMetadata.parse(zarrJson, name);
        }
        JsonObject zattrs = object(directory + "/.zattrs");
        JsonObject zarray = object(directory + "/.zarray");
        if (zarray != null) {
            return V2ArrayMetadata.parse(zarray, zattrs, directory + "/.zarray");
        }
        JsonObject zgroup = Objects.requireNonNull(object(directory + "/.zgroup"), directory);
        return V2GroupMetadata.parse(zgroup, zattrs, directory + "/.zgroup");
    }
}
