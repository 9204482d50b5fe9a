package io.rezarr.vectors.node;

import io.rezarr.array.VlenBytesWriter;
import io.rezarr.array.ZarrArray;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.shuffle.Spool;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.vectors.model.ChunkIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The manifests of a level's objects, as both layouts encode them, on their way into an array of byte strings. They go to a spool, since how many
 * of them a chunk of the array takes is known when all are there: the greatest power of two, at most {@value #MAX_PER_CHUNK}, that keeps each chunk within
 * a limit. Memory: about 1 MiB, or one manifest. For one thread at a time.
 */
public final class ManifestArray {
    private static final int MAX_PER_CHUNK = 1 << 14;
    /** One for each power of two up to that. */
    private static final int POWERS = Integer.numberOfTrailingZeros(MAX_PER_CHUNK) + 1;

    private static final int FLUSH_BYTES = 1 << 20;
    private static final byte ONE_FRAGMENT = 0;

    private final ChunkIndex chunks;
    private final Spool spool;
    private final long maxChunkBytes;
    /** Manifests that are not spooled yet, each behind its length. */
    private ByteBuffer buffer = ByteBuffer.allocate(FLUSH_BYTES / 4).order(ByteOrder.LITTLE_ENDIAN);

    private int manifestAt;
    private int blocks;
    private long objects;
    private long present;
    /** For each piece of the spool where it lies, and its length. */
    private final List<long[]> pieces = new ArrayList<>();
    /** For each power of two the bytes of the chunk that is being filled, and those of the largest one. */
    private final long[] filling = new long[POWERS];

    private final long[] largest = new long[POWERS];

    /**
     * @param chunks that fragments are in
     */
    public ManifestArray(ChunkIndex chunks, Spool spool, long maxChunkBytes) {
        this.chunks = chunks;
        this.spool = spool;
        this.maxChunkBytes = maxChunkBytes;
    }

    /**
     * Of an object index without manifests.
     *
     * @param objects what it says of the number of objects
     * @throws io.rezarr.error.InvalidMetadataException if there should be some: an object without fragments has a manifest, too, so they have been lost
     */
    public static void requireNoObjects(JsonPlace objects) {
        if (AttributeFormats.countOrMinusOne(objects) > 0) {
            throw objects.contradiction("the array manifests, which has one for each object, is not there");
        }
    }

    public void begin() {
        manifestAt = buffer.position();
        blocks = 0;
        room(2 * Integer.BYTES);
        buffer.putInt(0).putInt(0);
    }

    /** Adds a fragment to the manifest. */
    public void fragment(int chunk, long fragment) {
        room((chunks.rank() + 1) * Long.BYTES + 1);
        for (int axis = 0; axis < chunks.rank(); axis++) {
            buffer.putLong(chunks.coordinate(chunk, axis));
        }
        buffer.put(ONE_FRAGMENT).putLong(fragment);
        blocks++;
    }

    private void room(int bytes) {
        if (buffer.remaining() >= bytes) {
            return;
        }
        long more = Math.max(2L * buffer.capacity(), (long) buffer.position() + bytes);
        if (more > Workspace.MAX_ARRAY_BYTES) {
            throw new UnsupportedFeatureException(
                    "An object of more than " + blocks
                            + " fragments has a manifest of 2 GiB, which no array of byte strings can hold. Use larger chunks.");
        }
        ByteBuffer grown = ByteBuffer.allocate((int) more).order(ByteOrder.LITTLE_ENDIAN);
        buffer = grown.put(buffer.flip());
    }

    public void end(Workspace workspace) {
        int bytes = buffer.position() - manifestAt - Integer.BYTES;
        buffer.putInt(manifestAt, bytes).putInt(manifestAt + Integer.BYTES, blocks);
        present += blocks > 0 ? 1 : 0;
        for (int power = 0; power < POWERS; power++) {
            filling[power] = (objects & ((1L << power) - 1)) == 0 ? 0 : filling[power];
            filling[power] += bytes + Integer.BYTES;
            largest[power] = Math.max(largest[power], filling[power]);
        }
        objects++;
        if (buffer.position() >= FLUSH_BYTES) {
            flush(workspace);
        }
    }

    private void flush(Workspace workspace) {
        if (buffer.position() > 0) {
            int bytes = buffer.position();
            pieces.add(new long[] {spool.append(buffer.flip(), workspace), bytes});
            buffer.clear();
        }
    }

    /** How many objects were ended. */
    public long objects() {
        return objects;
    }

    /** How many of them have a fragment. */
    public long present() {
        return present;
    }

    /**
     * Writes the array; none if there are no objects.
     *
     * @param template the source's array; {@code null} if it has none
     */
    public void finish(NodeWriter nodes, String path, @Nullable ZarrArray template, Workspace workspace) {
        flush(workspace);
        if (objects == 0) {
            return;
        }
        int perChunk = perChunk();
        JsonObject document = document(template, perChunk);
        ZarrArray array = new ZarrArray(nodes.store(), nodes.prefix(path), V3ArrayMetadata.parse(document, path));
        writeChunks(new VlenBytesWriter(array, WriteMode.DIRECT), perChunk, workspace);
        nodes.document(path, document);
    }

    private int perChunk() {
        int power = POWERS - 1;
        while (power > 0 && largest[power] > maxChunkBytes) {
            power--;
        }
        return (int) Math.min(objects, 1L << power);
    }

    private JsonObject document(@Nullable ZarrArray template, int perChunk) {
        JsonObject document =
                template != null && template.metadata() instanceof V3ArrayMetadata v3 && v3.innerChunkShape() == null
                        ? v3.document()
                        : ArrayDocuments.byteStrings();
        return ArrayDocuments.sized(document, new long[] {objects}, new long[] {perChunk});
    }

    private void writeChunks(VlenBytesWriter writer, int perChunk, Workspace workspace) {
        ByteBuffer chunk = ByteBuffer.allocate(Math.max(FLUSH_BYTES / 4, 64)).order(ByteOrder.LITTLE_ENDIAN);
        chunk.putInt(perChunk);
        long number = 0;
        int inChunk = 0;
        for (long[] piece : pieces) {
            int mark = workspace.mark();
            ByteBuffer manifests =
                    spool.read(piece[0], (int) piece[1], workspace).order(ByteOrder.LITTLE_ENDIAN);
            while (manifests.hasRemaining()) {
                int bytes = Integer.BYTES + manifests.getInt(manifests.position());
                chunk = grown(chunk, bytes);
                chunk.put(manifests.slice(manifests.position(), bytes));
                manifests.position(manifests.position() + bytes);
                if (++inChunk == perChunk) {
                    write(writer, number++, chunk, workspace);
                    chunk.clear().putInt(perChunk);
                    inChunk = 0;
                }
            }
            workspace.releaseTo(mark);
        }
        if (inChunk > 0) {
            chunk = grown(chunk, (perChunk - inChunk) * Integer.BYTES);
            for (int padding = inChunk; padding < perChunk; padding++) {
                chunk.putInt(0);
            }
            write(writer, number, chunk, workspace);
        }
    }

    private static ByteBuffer grown(ByteBuffer chunk, int bytes) {
        if (chunk.remaining() >= bytes) {
            return chunk;
        }
        long more =
                Math.min(Workspace.MAX_ARRAY_BYTES, Math.max(2L * chunk.capacity(), (long) chunk.position() + bytes));
        return ByteBuffer.allocate((int) more)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(chunk.duplicate().flip());
    }

    private static void write(VlenBytesWriter writer, long number, ByteBuffer chunk, Workspace workspace) {
        int mark = workspace.mark();
        writer.writeEncoded(new long[] {number}, writer.encode(chunk.duplicate().flip(), workspace));
        workspace.releaseTo(mark);
    }
}
