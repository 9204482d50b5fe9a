package io.rezarr.rechunk;

import io.rezarr.array.UnitGrid;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ShardIndex;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.ChunkKeyEncoding;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.Shape;
import io.rezarr.store.ByteRange;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists the keys below one array, sorts them into chunks and strays, and reads the shards' indexes. To be used once. */
final class StoredChunksScan {
    private static final Set<String> DOCUMENTS =
            Set.of(Document.ZARRAY, Document.ZATTRS, Document.ZGROUP, Document.ZMETADATA, Document.ZARR_JSON);

    private final ZarrArray array;
    private final ArrayMetadata metadata;
    private final int rank;
    private final ChunkKeyEncoding encoding;
    private final ChunkKeyEncoding otherSeparator;
    private final Shape chunksPerAxis;
    private final List<String> oddities = new ArrayList<>();
    private final Examples strays = new Examples();
    private final Examples wrongSeparator = new Examples();
    private final Examples directories = new Examples();
    private final Examples brokenShards = new Examples();
    private long objects;
    private long bytes;
    private long storedInnerChunks;

    StoredChunksScan(ZarrArray array) {
        this.array = array;
        this.metadata = array.metadata();
        this.rank = metadata.shape().rank();
        this.encoding = metadata.chunkKeyEncoding();
        this.otherSeparator = new ChunkKeyEncoding(encoding.kind(), encoding.separator() == '/' ? '.' : '/');
        this.chunksPerAxis = new UnitGrid(metadata.shape(), metadata.chunkShape()).unitsPerAxis();
    }

    /** @throws io.rezarr.error.StoreException if the store cannot be listed or read */
    StoredChunks run() {
        ShardingCodec sharding = readableSharding();
        if (!array.store().canList()) {
            return new StoredChunks(chunksPerAxis.elements(), -1, -1, -1, -1);
        }
        try (Workspace workspace = new Workspace()) {
            list(array.prefix(), "", 0, sharding, workspace);
        }
        report();
        Shape inner = metadata.innerChunkShape();
        long chunks = chunksPerAxis.elements();
        if (sharding == null || inner == null) {
            return new StoredChunks(chunks, objects, bytes, -1, -1);
        }
        return new StoredChunks(
                chunks, objects, bytes, new UnitGrid(metadata.shape(), inner).units(), storedInnerChunks);
    }

    /** What is odd; complete after {@link #run}. */
    List<String> oddities() {
        return oddities;
    }

    /** The sharding codec, if the array is sharded and the index of a shard can be read by itself. */
    private @Nullable ShardingCodec readableSharding() {
        try {
            CodecChain chain = CodecChain.of(metadata);
            return chain.hasReadableInnerChunks() ? chain.sharding() : null;
        } catch (UnsupportedFeatureException | InvalidMetadataException e) {
            oddities.add("its chunks cannot be decoded: " + e.getMessage());
            return null;
        }
    }

    private void list(
            StorePrefix prefix, String relative, int level, @Nullable ShardingCodec sharding, Workspace workspace) {
        array.store().list(prefix, entry -> {
            String key = relative + entry.name();
            if (entry.kind() == StoreEntry.Kind.VALUE) {
                value(key, entry, sharding, workspace);
            } else if (isChunk(encoding, key)) {
                directories.add(key);
            } else if (level <= rank && ChunkKeyEncoding.isPartOfKey(entry.name())) {
                list(prefix.child(entry.name()), key + "/", level + 1, sharding, workspace);
            } else {
                strays.add(key + "/");
            }
        });
    }

    private void value(String key, StoreEntry entry, @Nullable ShardingCodec sharding, Workspace workspace) {
        if (DOCUMENTS.contains(key)) {
            return;
        }
        if (isChunk(encoding, key)) {
            StoreKey chunk = array.prefix().key(key);
            long size =
                    entry.sizeBytes() >= 0 ? entry.sizeBytes() : array.store().size(chunk);
            objects++;
            bytes += size;
            if (sharding != null) {
                readIndex(sharding, chunk, size, workspace);
            }
        } else if (isChunk(otherSeparator, key)) {
            wrongSeparator.add(key);
        } else {
            strays.add(key);
        }
    }

    private boolean isChunk(ChunkKeyEncoding keys, String key) {
        long[] index = keys.indexOf(key, rank);
        if (index == null) {
            return false;
        }
        for (int axis = 0; axis < rank; axis++) {
            if (index[axis] >= chunksPerAxis.extent(axis)) {
                return false;
            }
        }
        return true;
    }

    private void readIndex(ShardingCodec sharding, StoreKey key, long shardBytes, Workspace workspace) {
        int mark = workspace.mark();
        try {
            int indexBytes = sharding.indexBytes();
            ByteRange range = sharding.indexLocation() == ShardingCodec.IndexLocation.START
                    ? new ByteRange(0, indexBytes)
                    : ByteRange.suffix(indexBytes);
            ByteBuffer encoded = array.store().get(key, range, workspace);
            if (encoded != null) {
                storedInnerChunks += storedIn(sharding.decodeIndex(encoded, shardBytes, workspace));
            }
        } catch (MalformedDataException e) {
            brokenShards.add(key + " (" + shardBytes + " bytes: " + e.getMessage() + ")");
        } finally {
            workspace.releaseTo(mark);
        }
    }

    private static long storedIn(ShardIndex index) {
        long stored = 0;
        for (int position = 0; position < index.innerChunks(); position++) {
            stored += index.isAbsent(position) ? 0 : 1;
        }
        return stored;
    }

    private void report() {
        brokenShards.report("truncated or damaged shards", ", the index cannot be read", oddities);
        wrongSeparator.report(
                "chunks stored with '" + otherSeparator.separator() + "' in their keys",
                ", but the metadata say '" + encoding.separator() + "', so that they read as absent",
                oddities);
        directories.report("directories where a chunk is expected", ", reading it fails", oddities);
        strays.report("stray files or directories", ", which are not part of the array", oddities);
    }

    /** How many there are of something odd, and the first few. */
    private static final class Examples {
        private static final int SHOWN = 3;

        private final List<String> first = new ArrayList<>();
        private long count;

        void add(String example) {
            count++;
            if (first.size() < SHOWN) {
                first.add(example);
            }
        }

        void report(String what, String consequence, List<String> target) {
            if (count > 0) {
                String more = count > SHOWN ? ", ..." : "";
                target.add(what + ": " + count + " (" + String.join(", ", first) + more + ")" + consequence);
            }
        }
    }
}
