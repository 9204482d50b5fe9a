package io.rezarr.commit;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.RefusedException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.Document;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a run adds to a node that stands: written below {@code .rezarr/added}, where no reader looks, by the paths that it
 * gets in the node. Once {@code .rezarr/additions.json} stands, all of it is there, and is moved to its place, whoever
 * does it: directories that the node does not have as a whole, those that it has merged, files in the place of those of
 * their name, the node's own document last.
 *
 * @param replaced paths of directories that take the place of what has that path, instead of being merged
 * @param isLast whether nothing else will be added: {@code .rezarr} goes then
 */
record Additions(List<String> replaced, boolean isLast) {
    private static final String DIRECTORY = "added";
    private static final String FILE = "additions.json";
    private static final long FORMAT_VERSION = 1;
    private static final long MAX_BYTES = 16 << 20;

    Additions {
        replaced = List.copyOf(replaced);
    }

    static Path directory(Path node) {
        return Journal.directory(node).resolve(DIRECTORY);
    }

    private static Path file(Path node) {
        return Journal.directory(node).resolve(FILE);
    }

    /** Whether all of them are there, and have not all been moved. */
    static boolean areReady(Path node) {
        return Disk.isFile(file(node));
    }

    /** Whether a run left anything. */
    static boolean areLeft(Path node) {
        return areReady(node) || Disk.exists(directory(node));
    }

    /** From now on they are part of the node, be it that somebody else moves them. */
    void write(Path node, Trees trees) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("formatVersion", JsonNumber.of(FORMAT_VERSION));
        members.put(
                "replaced",
                new JsonArray(replaced.stream().<JsonValue>map(JsonString::new).toList()));
        members.put("last", JsonLiteral.of(isLast));
        trees.writeWhole(file(node), Journal.bytes(Json.write(new JsonObject(members), 2)));
    }

    /** {@code null} if there are none, or not all of them. */
    private static @Nullable Additions read(Path node) {
        Path file = file(node);
        if (!Disk.isFile(file)) {
            return null;
        }
        JsonObject json = Json.parseObject(ByteBuffer.wrap(Disk.read(file, MAX_BYTES)), file.toString());
        if (!JsonNumber.of(FORMAT_VERSION).equals(json.member("formatVersion"))
                || !(json.member("replaced") instanceof JsonArray paths)) {
            throw new InvalidMetadataException("'" + file + "' is not what this version of rezarr writes: expected"
                    + " formatVersion " + FORMAT_VERSION + " and the member 'replaced'. Use the version that began the"
                    + " run, or restore the file.");
        }
        List<String> replaced = new ArrayList<>();
        for (JsonValue path : paths.items()) {
            if (!(path instanceof JsonString text)) {
                throw new InvalidMetadataException("'" + file + "', member 'replaced': expected paths. Restore it.");
            }
            replaced.add(text.value());
        }
        return new Additions(replaced, json.member("last") == JsonLiteral.TRUE);
    }

    /**
     * Moves what is ready, and removes what is not. The caller holds the node's lock. May be stopped at any time and done
     * again.
     *
     * @return what was done, in a sentence; {@code null} if there was nothing
     */
    static @Nullable String settle(Places places, Trees trees, FileOperations files) {
        Path node = places.node();
        Additions additions = read(node);
        if (additions == null) {
            if (!Disk.exists(directory(node))) {
                return null;
            }
            trees.discard(directory(node), places);
            if (Disk.children(Journal.directory(node)).isEmpty()) {
                files.delete(Journal.directory(node));
            }
            return "Rolled back: removed what was to be added to '" + node + "', which is as it was.";
        }
        if (!ZarrDirectory.isNode(node)) {
            throw new RefusedException("'" + node + "' is no Zarr node any more, but a run was adding to it."
                    + " Nothing was changed. Restore the node.");
        }
        additions.move(places, trees, files);
        return "Finished: what was added to '" + node + "' is part of it.";
    }

    private void move(Places places, Trees trees, FileOperations files) {
        Path node = places.node();
        Path added = directory(node);
        if (Disk.exists(added)) {
            Merge merge = new Merge(places, trees, files, new TreeSet<>(replaced));
            merge.directory("", added, node);
            files.delete(added);
        }
        if (isLast) {
            trees.discard(Journal.directory(node), places);
        } else {
            files.delete(file(node));
        }
        files.force(node);
    }

    private record Merge(Places places, Trees trees, FileOperations files, TreeSet<String> replaced) {
        /** Leaves the directory that is merged empty. */
        void directory(String path, Path from, Path to) {
            for (Path child : Disk.children(from)) {
                String name = child.getFileName().toString();
                if (!path.isEmpty() || !name.equals(Document.ZARR_JSON)) {
                    move(path.isEmpty() ? name : path + "/" + name, child, to.resolve(name));
                }
            }
            Path own = from.resolve(Document.ZARR_JSON);
            if (path.isEmpty() && Disk.exists(own)) {
                files.force(to);
                move(Document.ZARR_JSON, own, to.resolve(Document.ZARR_JSON));
            }
            files.force(to);
        }

        private void move(String path, Path from, Path to) {
            if (!Disk.exists(to)) {
                files.rename(from, to);
            } else if (!Disk.isDirectory(from)) {
                // What it replaces may be all that tells of the node: a loss of power must not leave it empty.
                files.force(from);
                files.rename(from, to);
            } else if (replaced.contains(path)) {
                trees.discard(to, places);
                files.rename(from, to);
            } else {
                directory(path, from, to);
                files.delete(from);
            }
        }
    }
}
