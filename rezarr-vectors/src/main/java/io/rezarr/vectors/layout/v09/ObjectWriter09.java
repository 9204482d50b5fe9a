package io.rezarr.vectors.layout.v09;

import io.rezarr.array.ChunkWriter;
import io.rezarr.array.ZarrArray;
import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.vectors.node.ArrayDocuments;
import io.rezarr.vectors.node.ManifestArray;
import io.rezarr.vectors.node.NodeWriter;
import io.rezarr.vectors.write.ObjectIndexWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects the objects of a level: manifests, and 8 bytes of memory for the id of each. */
final class ObjectWriter09 implements ObjectIndexWriter {
    private static final int MAX_IDS_PER_CHUNK = 1 << 20;
    private static final int FIRST_IDS = 1 << 12;

    private final ManifestArray manifests;
    private final long expected;
    private long[] ids;
    private int size;
    private boolean isSorted = true;

    ObjectWriter09(ManifestArray manifests, long expected) {
        this.manifests = manifests;
        this.expected = expected;
        this.ids = new long[(int) Math.min(expected, FIRST_IDS)];
    }

    ManifestArray manifests() {
        return manifests;
    }

    boolean isSorted() {
        return isSorted;
    }

    @Override
    public void begin(long id) {
        if (size == expected) {
            throw new IllegalStateException("more objects than the " + expected + " that were announced");
        }
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, (int) Math.min(expected, 2L * size));
        }
        isSorted &= size == 0 || ids[size - 1] < id;
        ids[size++] = id;
        manifests.begin();
    }

    @Override
    public void fragment(int chunk, long fragment) {
        manifests.fragment(chunk, fragment);
    }

    @Override
    public void end(Workspace workspace) {
        manifests.end(workspace);
    }

    /** Writes the array of ids; none if there are no objects. */
    void writeIds(NodeWriter nodes, String path, @Nullable ZarrArray template, Workspace workspace) {
        if (size == 0) {
            return;
        }
        ids = Arrays.copyOf(ids, size);
        int perChunk = Math.min(size, MAX_IDS_PER_CHUNK);
        JsonObject base = template != null
                        && template.metadata() instanceof V3ArrayMetadata v3
                        && v3.innerChunkShape() == null
                        && v3.dataType().name().equals("int64")
                ? v3.document()
                : ArrayDocuments.longs();
        JsonObject document = ArrayDocuments.sized(base, new long[] {size}, new long[] {perChunk});
        ZarrArray array = new ZarrArray(nodes.store(), nodes.prefix(path), V3ArrayMetadata.parse(document, path));
        ChunkWriter writer = new ChunkWriter(array, WriteMode.DIRECT);
        for (int first = 0; first < size; first += perChunk) {
            int mark = workspace.mark();
            ByteBuffer chunk = workspace
                    .borrowBuffer(Math.multiplyExact(perChunk, Long.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
            int count = Math.min(perChunk, size - first);
            chunk.slice()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer()
                    .put(ids, first, count)
                    .put(new long[perChunk - count]);
            writer.writeEncoded(
                    new long[] {first / perChunk}, writer.unitChain().encode(chunk, workspace));
            workspace.releaseTo(mark);
        }
        nodes.document(path, document);
    }
}
