package io.rezarr.vectors.layout.v09;

import io.rezarr.array.VlenBytesReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.VlenBytes;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonArray;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An array of byte strings with an element for each chunk of the level's grid. Its attribute {@code nonempty_chunks} is the directory: a
 * value that it does not list is found by its key only.
 */
final class PerChunkArray implements ChunkValues {
    /** An element that is stored as it is has the number of elements and its length in front of it. */
    private static final int PLAIN_OVERHEAD_BYTES = 8;

    private final String path;
    private final ZarrArray array;
    private final VlenBytesReader reader;
    private final JsonPlace attributes;
    private final long[] origin;
    private final ChunkIndex chunks;

    private PerChunkArray(
            String path,
            ZarrArray array,
            VlenBytesReader reader,
            JsonPlace attributes,
            ChunkIndex chunks,
            long... origin) {
        this.path = path;
        this.array = array;
        this.reader = reader;
        this.attributes = attributes;
        this.chunks = chunks;
        this.origin = origin;
    }

    static PerChunkArray open(NodeTree nodes, String path) {
        ZarrArray array = nodes.array(path);
        VlenBytesReader reader = nodes.byteStrings(array);
        if (reader.units().unitShape().elements() != 1) {
            throw new UnsupportedFeatureException("'" + nodes.name(path) + "' has chunks of "
                    + reader.units().unitShape() + " elements; expected one element each.");
        }
        JsonPlace attributes = nodes.attributes(path);
        int rank = reader.units().rank();
        ChunkIndex chunks = ChunkIndex.of(rank, listed(attributes.member("nonempty_chunks"), rank));
        return new PerChunkArray(path, array, reader, attributes, chunks, origin(attributes, rank));
    }

    /** The keys that a directory lists, in its order; none if there is none. */
    static List<ChunkKey> listed(JsonPlace directory, int rank) {
        List<ChunkKey> keys = new ArrayList<>();
        int size = directory.isAbsentOrNull() ? 0 : directory.array().items().size();
        for (int i = 0; i < size; i++) {
            JsonPlace item = directory.item(i);
            String expected = "a chunk key of " + rank + " numbers joined by dots";
            ChunkKey key = ChunkKey.parse(item.string(expected));
            if (key == null || key.rank() != rank) {
                throw item.invalid(expected);
            }
            keys.add(key);
        }
        return keys;
    }

    private static long[] origin(JsonPlace attributes, int rank) {
        JsonPlace place = attributes.member("chunk_grid_origin");
        long[] origin = new long[rank];
        if (!(place.value() instanceof JsonArray array)) {
            return origin;
        }
        if (array.items().size() != rank) {
            throw place.contradiction("the array has " + rank + " axes");
        }
        for (int axis = 0; axis < rank; axis++) {
            origin[axis] = place.item(axis).integer(Long.MIN_VALUE, Long.MAX_VALUE);
        }
        return origin;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public ChunkIndex chunks() {
        return chunks;
    }

    @Override
    public List<CodecSpec> codecs() {
        List<CodecSpec> codecs = array.metadata().codecs();
        CodecSpec first = codecs.get(0);
        if (first.name().equals("sharding_indexed")) {
            codecs = CodecSpec.listOf(
                    first.configuration().members().getOrDefault("codecs", JsonArray.EMPTY), path, "/codecs/0");
        }
        return codecs.isEmpty() ? codecs : codecs.subList(1, codecs.size());
    }

    /** All attributes of the array. */
    JsonPlace attributes() {
        return attributes;
    }

    VlenBytesReader reader() {
        return reader;
    }

    /** The coordinates of the chunk that the array's first element stands for. */
    ChunkKey gridOrigin() {
        return ChunkKey.of(origin);
    }

    /** Whether the array has an element for a chunk. */
    boolean isInGrid(ChunkKey key) {
        return key.rank() == origin.length && reader.units().contains(elementOf(key));
    }

    private long[] elementOf(ChunkKey key) {
        long[] element = key.toArray();
        for (int axis = 0; axis < element.length; axis++) {
            element[axis] -= origin[axis];
        }
        return element;
    }

    @Override
    public @Nullable ByteBuffer read(ChunkKey key, Workspace workspace) {
        if (!isInGrid(key)) {
            return null;
        }
        VlenBytes values = reader.read(elementOf(key), workspace);
        ByteBuffer value = values == null ? null : values.element(0);
        return value == null || !value.hasRemaining() ? null : value;
    }

    @Override
    public long bytes(ChunkKey key, Workspace workspace) {
        if (!isInGrid(key)) {
            return -1;
        }
        if (reader.isPlain()) {
            long stored = reader.storedBytes(elementOf(key), workspace);
            return stored <= PLAIN_OVERHEAD_BYTES ? -1 : stored - PLAIN_OVERHEAD_BYTES;
        }
        int mark = workspace.mark();
        ByteBuffer value = read(key, workspace);
        long bytes = value == null ? -1 : value.remaining();
        workspace.releaseTo(mark);
        return bytes;
    }
}
