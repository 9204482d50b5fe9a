package io.rezarr.vectors.layout.v07;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.store.ByteRange;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are stored as a one-dimensional array of uint8 in one chunk. A missing chunk is bytes of zero.
 *
 * @param size in bytes
 */
record Blob(NodeTree nodes, String path, ZarrArray array, long size) {
    private static final long[] ONLY_CHUNK = {0};

    /** {@code null} if nothing stands there. */
    static @Nullable Blob find(NodeTree nodes, String path) {
        ZarrArray array = nodes.findArray(path);
        if (array == null) {
            return null;
        }
        ArrayMetadata metadata = array.metadata();
        boolean bytes =
                metadata.dataType().name().equals("uint8") && metadata.shape().rank() == 1;
        if (!bytes || metadata.shape().extent(0) > metadata.chunkShape().extent(0)) {
            throw new UnsupportedFeatureException("'" + nodes.name(path) + "' is an array of "
                    + metadata.dataType().name() + " of shape " + metadata.shape() + " in chunks of "
                    + metadata.chunkShape() + "; expected uint8, one axis, one chunk.");
        }
        return new Blob(nodes, path, array, metadata.shape().extent(0));
    }

    /** Whether its parts can be read without the rest. */
    boolean isPlain() {
        ArrayMetadata metadata = array.metadata();
        return metadata.codecs().size() == 1 && metadata.codecs().get(0).name().equals("bytes");
    }

    /**
     * The bytes→bytes codecs.
     *
     * @throws UnsupportedFeatureException if it cannot be read with them, by its name
     */
    List<CodecSpec> codecs() {
        List<CodecSpec> codecs = nodes.units(array).array().metadata().codecs();
        return codecs.isEmpty() || !codecs.get(0).name().equals("bytes") ? List.of() : codecs.subList(1, codecs.size());
    }

    /** All of it, little-endian. */
    ByteBuffer read(Workspace workspace) {
        requireAccepted(size);
        if (size == 0) {
            return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
        }
        ChunkReader reader = nodes.units(array);
        ChunkReader.OpenChunk chunk = reader.open(ONLY_CHUNK, workspace);
        ByteBuffer decoded = chunk == null ? null : chunk.read(ONLY_CHUNK, workspace);
        if (decoded == null) {
            return zeros((int) size, workspace);
        }
        return decoded.slice(decoded.position(), (int) size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A part of it, little-endian; read alone if the blob {@link #isPlain}. */
    ByteBuffer read(long offset, int length, Workspace workspace) {
        if (offset < 0 || offset > size - length) {
            throw new MalformedDataException(
                            "bytes", offset, "expected " + length + " bytes there, the array has " + size)
                    .in(nodes.name(path));
        }
        if (!isPlain()) {
            return read(workspace).slice((int) offset, length).order(ByteOrder.LITTLE_ENDIAN);
        }
        requireAccepted(length);
        ByteBuffer part = nodes.store().get(array.chunkKey(ONLY_CHUNK), new ByteRange(offset, length), workspace);
        return part == null ? zeros(length, workspace) : part.order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer zeros(int bytes, Workspace workspace) {
        ByteBuffer zeros = workspace.borrowBuffer(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(zeros.array(), zeros.arrayOffset(), zeros.arrayOffset() + bytes, (byte) 0);
        return zeros;
    }

    private void requireAccepted(long bytes) {
        if (bytes > nodes.maxBytes()) {
            throw new InfeasiblePlanException("'" + nodes.name(path) + "' cannot be read: it has " + bytes
                    + " bytes, more than the " + nodes.maxBytes()
                    + " that are taken at once, which is a part of the memory. Give more memory (-m).");
        }
    }
}
