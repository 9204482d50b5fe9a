package io.rezarr.vectors.validate;

import io.rezarr.array.VlenBytesReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.VlenBytes;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.metadata.Shape;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.node.NodeTree;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether {@code nonempty_chunks} of an array of layout 0.9 lists exactly the chunks that have a value, and the array has room for them. Holds the keys of
 * one array; decodes only values that are not listed.
 */
final class Directory09 {
    private final NodeTree nodes;
    private final int level;
    private final String path;
    private final Findings findings;
    private final Set<ChunkKey> listed = new HashSet<>();
    private final Workspace workspace;

    Directory09(NodeTree nodes, int level, String path, Findings findings, Workspace workspace) {
        this.nodes = nodes;
        this.level = level;
        this.path = path;
        this.findings = findings;
        this.workspace = workspace;
    }

    /** The keys that are listed, after {@link #check}. */
    Set<ChunkKey> listed() {
        return listed;
    }

    /** @param expectedGrid what the bounds ask for; {@code null} if that cannot be told */
    void check(@Nullable Grid expectedGrid) {
        findings.attempt(Check.ARRAY_METADATA, level, path, null, () -> {
            ZarrArray array = nodes.array(path);
            VlenBytesReader reader = nodes.byteStrings(array);
            JsonPlace attributes = nodes.attributes(path);
            long[] origin = origin(
                    attributes.member("chunk_grid_origin"), reader.units().rank());
            if (expectedGrid != null) {
                expectedGrid.compare(reader.units().arrayShape(), origin, this);
            }
            readList(attributes.member("nonempty_chunks"), reader, origin);
            compareWithStored(array, reader, origin);
        });
    }

    private static long[] origin(JsonPlace place, int rank) {
        long[] origin = new long[rank];
        for (int axis = 0; place.value() instanceof JsonArray array && axis < rank; axis++) {
            if (array.items().size() != rank) {
                throw place.contradiction("the array has " + rank + " axes");
            }
            origin[axis] = place.item(axis).integer(Long.MIN_VALUE, Long.MAX_VALUE);
        }
        return origin;
    }

    void report(Check check, Severity severity, @Nullable ChunkKey key, String found) {
        findings.add(check, severity, level, path, key, found);
    }

    private void readList(JsonPlace list, VlenBytesReader reader, long... origin) {
        if (!(list.value() instanceof JsonArray keys)) {
            report(Check.DIRECTORY, Severity.ERROR, null, "no list nonempty_chunks: readers find no chunk");
            return;
        }
        for (JsonValue item : keys.items()) {
            ChunkKey key = item instanceof JsonString text ? ChunkKey.parse(text.value()) : null;
            if (key == null || key.rank() != origin.length) {
                report(Check.DIRECTORY, Severity.ERROR, null, Json.excerpt(item) + " is listed, which is no chunk key");
            } else if (!listed.add(key)) {
                report(Check.DIRECTORY, Severity.ERROR, key, "listed twice");
            } else if (!reader.units().contains(element(key, origin))) {
                report(
                        Check.GRID,
                        Severity.ERROR,
                        key,
                        "lies outside the array " + reader.units().arrayShape());
            } else {
                checkStored(key, reader, element(key, origin));
            }
        }
    }

    private static long[] element(ChunkKey key, long... origin) {
        long[] element = key.toArray();
        for (int axis = 0; axis < element.length; axis++) {
            element[axis] -= origin[axis];
        }
        return element;
    }

    private void checkStored(ChunkKey key, VlenBytesReader reader, long... element) {
        findings.attempt(Check.DIRECTORY, level, path, key, () -> {
            int mark = workspace.mark();
            long stored = reader.storedBytes(element, workspace);
            workspace.releaseTo(mark);
            if (stored < 0) {
                report(Check.DIRECTORY, Severity.ERROR, key, "listed, but nothing is stored");
            }
        });
    }

    private void compareWithStored(ZarrArray array, VlenBytesReader reader, long... origin) {
        walk(
                array,
                array.prefix(),
                "",
                0,
                chunk -> Elements.ofChunk(reader, chunk, element -> {
                    ChunkKey key = keyOf(element, origin);
                    if (!listed.contains(key)) {
                        checkUnlisted(key, reader, element);
                    }
                }));
    }

    private static ChunkKey keyOf(long[] element, long... origin) {
        long[] coordinates = element.clone();
        for (int axis = 0; axis < coordinates.length; axis++) {
            coordinates[axis] += origin[axis];
        }
        return ChunkKey.of(coordinates);
    }

    private void checkUnlisted(ChunkKey key, VlenBytesReader reader, long... element) {
        findings.attempt(Check.DIRECTORY, level, path, key, () -> {
            int mark = workspace.mark();
            VlenBytes values = reader.read(element, workspace);
            boolean holdsValue = values != null && values.element(0).hasRemaining();
            workspace.releaseTo(mark);
            if (holdsValue) {
                report(Check.DIRECTORY, Severity.ERROR, key, "has a value, but is not listed: readers do not find it");
            }
        });
    }

    /** Finds every chunk (shard) that is stored. */
    private void walk(ZarrArray array, StorePrefix prefix, String relative, int depth, Consumer<long[]> chunks) {
        int rank = array.metadata().shape().rank();
        array.store().list(prefix, entry -> {
            String key = relative + entry.name();
            if (entry.kind() == StoreEntry.Kind.PREFIX) {
                if (depth <= rank) {
                    walk(array, prefix.child(entry.name()), key + "/", depth + 1, chunks);
                }
                return;
            }
            long[] chunk = array.metadata().chunkKeyEncoding().indexOf(key, rank);
            if (chunk != null) {
                chunks.accept(chunk);
            }
        });
    }

    /** The grid that the bounds of a store ask for. */
    record Grid(Shape shape, ChunkKey origin) {
        void compare(Shape found, long[] foundOrigin, Directory09 array) {
            if (!found.equals(shape) || !ChunkKey.of(foundOrigin).equals(origin)) {
                array.report(
                        Check.GRID,
                        Severity.WARNING,
                        null,
                        "has " + found + " elements from chunk " + ChunkKey.of(foundOrigin) + ", the bounds ask for "
                                + shape + " from " + origin);
            }
        }
    }
}
