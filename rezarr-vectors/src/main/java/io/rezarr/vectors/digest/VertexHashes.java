package io.rezarr.vectors.digest;

import io.rezarr.error.MalformedDataException;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.LevelMetadata.ChunkedBy;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VertexFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of the vertices of a level, a chunk at a time: of a vertex's position and attributes, and of the attribute that chunks are made by. Where it is
 * stored has no part in it.
 */
final class VertexHashes {
    private final VectorLevel level;
    private final ChunkIndex chunks;
    private final ChunkValues vertices;
    private final ChunkValues fragments;
    private final VertexFormat format;
    private final List<ChunkAttribute> attributes = new ArrayList<>();
    private final List<Long> seeds = new ArrayList<>();

    VertexHashes(VectorLevel level) {
        this.level = level;
        this.vertices = level.vertices();
        this.fragments = level.fragments();
        this.chunks = vertices.chunks();
        this.format = level.vertexFormat();
        for (String name : level.vertexAttributeNames()) {
            attributes.add(level.vertexAttribute(name));
            seeds.add(Hash64.text(name));
        }
    }

    ChunkIndex chunks() {
        return chunks;
    }

    VectorLevel level() {
        return level;
    }

    List<ChunkAttribute> attributes() {
        return attributes;
    }

    /**
     * The hash of each row of a chunk.
     *
     * @throws MalformedDataException if attributes are not parallel to positions
     */
    long[] ofChunk(int chunk, Workspace workspace) {
        ChunkKey key = chunks.key(chunk);
        ByteBuffer positions = require(vertices, key, workspace);
        int rowBytes = format.rowBytes();
        requireRows(positions.remaining() % rowBytes == 0, vertices, key, positions);
        long[] hashes = new long[positions.remaining() / rowBytes];
        for (int row = 0; row < hashes.length; row++) {
            hashes[row] = Hash64.bytes(0, positions, positions.position() + row * rowBytes, rowBytes);
        }
        for (int a = 0; a < attributes.size() && hashes.length > 0; a++) {
            int mark = workspace.mark();
            addAttribute(attributes.get(a), seeds.get(a), key, hashes, workspace);
            workspace.releaseTo(mark);
        }
        addChunkValue(key, hashes);
        return hashes;
    }

    private static void addAttribute(
            ChunkAttribute attribute, long seed, ChunkKey key, long[] hashes, Workspace workspace) {
        ByteBuffer values = require(attribute.values(), key, workspace);
        requireRows(values.remaining() % hashes.length == 0, attribute.values(), key, values);
        int rowBytes = values.remaining() / hashes.length;
        for (int row = 0; row < hashes.length; row++) {
            hashes[row] =
                    Hash64.bytes(Hash64.mix(hashes[row], seed), values, values.position() + row * rowBytes, rowBytes);
        }
    }

    private void addChunkValue(ChunkKey key, long... hashes) {
        if (key.rank() == format.dimensions()) {
            return;
        }
        long coordinate = key.coordinate(0);
        JsonValue value = chunkValue(coordinate);
        long hash = value == null ? coordinate : Hash64.text(CanonicalJson.text(value));
        for (int row = 0; row < hashes.length; row++) {
            hashes[row] = Hash64.mix(hashes[row], hash);
        }
    }

    private @Nullable JsonValue chunkValue(long coordinate) {
        ChunkedBy by = level.metadata().chunkedBy();
        boolean isNamed =
                by != null && coordinate >= 0 && coordinate < by.values().size();
        return by == null || !isNamed ? null : by.values().get((int) coordinate);
    }

    /** The fragments of a chunk, all of whose rows exist. */
    FragmentIndex fragments(int chunk, int rows, Workspace workspace) {
        ChunkKey key = chunks.key(chunk);
        int mark = workspace.mark();
        ByteBuffer encoded = require(fragments, key, workspace);
        FragmentIndex index;
        try {
            index = FragmentIndex.decode(encoded);
        } catch (MalformedDataException e) {
            throw e.in(fragments.path() + " chunk " + key);
        }
        workspace.releaseTo(mark);
        int beyond = index.firstFragmentBeyond(rows);
        if (beyond >= 0) {
            throw new MalformedDataException(
                            "fragment index", 0, "fragment " + beyond + " names a row beyond the " + rows + " vertices")
                    .in(fragments.path() + " chunk " + key);
        }
        return index;
    }

    private static ByteBuffer require(ChunkValues family, ChunkKey key, Workspace workspace) {
        ByteBuffer value = family.read(key, workspace);
        if (value == null) {
            throw new MalformedDataException("chunk", 0, "nothing is stored").in(family.path() + " chunk " + key);
        }
        return value;
    }

    private static void requireRows(boolean holds, ChunkValues family, ChunkKey key, ByteBuffer value) {
        if (!holds) {
            throw new MalformedDataException("rows", 0, value.remaining() + " bytes are no whole number of rows")
                    .in(family.path() + " chunk " + key);
        }
    }

    /** The columns of each attribute as the first chunk with vertices has them; 0 where no chunk tells. */
    List<Long> columns(@Nullable Integer chunk, int rows, Workspace workspace) {
        List<Long> columns = new ArrayList<>();
        for (ChunkAttribute attribute : attributes) {
            int mark = workspace.mark();
            columns.add(
                    chunk == null
                            ? 0
                            : attribute
                                    .format()
                                    .columns(
                                            require(attribute.values(), chunks.key(chunk), workspace)
                                                    .remaining(),
                                            rows));
            workspace.releaseTo(mark);
        }
        return columns;
    }
}
