package io.rezarr.commit;

import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.metadata.Document;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Tells what a directory is in terms of Zarr, by its metadata documents. */
final class ZarrDirectory {
    /** A document above this size is refused, not read: that of a hierarchy of 100,000 arrays has about 100 MB. */
    static final long MAX_DOCUMENT_BYTES = 512L << 20;

    /** All documents of a node; whoever takes them away in this order never leaves an array without its attributes. */
    static final List<String> DOCUMENTS =
            List.of(Document.ZMETADATA, Document.ZARR_JSON, Document.ZARRAY, Document.ZGROUP, Document.ZATTRS);

    private ZarrDirectory() {}

    /** Whether an array or a group stands there. */
    static boolean isNode(Path directory) {
        return Disk.isFile(directory.resolve(Document.ZARR_JSON))
                || Disk.isFile(directory.resolve(Document.ZARRAY))
                || Disk.isFile(directory.resolve(Document.ZGROUP));
    }

    static boolean isArray(Path directory) {
        return Disk.isFile(directory.resolve(Document.ZARRAY)) || "array".equals(nodeType(directory));
    }

    static boolean isGroup(Path directory) {
        return Disk.isFile(directory.resolve(Document.ZGROUP)) || "group".equals(nodeType(directory));
    }

    private static @Nullable String nodeType(Path directory) {
        JsonObject document = document(directory, Document.ZARR_JSON);
        return document != null && document.member("node_type") instanceof JsonString type ? type.value() : null;
    }

    /** One metadata document, or {@code null} if the directory has none of that name. */
    static @Nullable JsonObject document(Path directory, String name) {
        Path file = directory.resolve(name);
        if (!Disk.isFile(file)) {
            return null;
        }
        return Json.parseObject(ByteBuffer.wrap(Disk.read(file, MAX_DOCUMENT_BYTES)), file.toString());
    }

    /**
     * Visits the node at a directory and, if it is a group, every node below it, parents first, siblings by name.
     *
     * @param visitor takes the path relative to the first node ({@code ""} for itself) and the directory
     */
    static void walk(Path node, BiConsumer<String, Path> visitor) {
        walk("", node, visitor);
    }

    private static void walk(String path, Path directory, BiConsumer<String, Path> visitor) {
        boolean node = isNode(directory);
        if (node) {
            visitor.accept(path, directory);
        }
        // Within a group, a directory without documents may still lead to nodes; within an array there are chunks only.
        if (node && isArray(directory)) {
            return;
        }
        for (Path child : Disk.children(directory)) {
            if (Disk.isDirectory(child) && !child.getFileName().toString().equals(Journal.DIRECTORY)) {
                String name = child.getFileName().toString();
                walk(path.isEmpty() ? name : path + "/" + name, child, visitor);
            }
        }
    }
}
