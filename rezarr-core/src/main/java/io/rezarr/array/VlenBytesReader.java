package io.rezarr.array;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ShardIndex;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.codec.VlenBytes;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.store.ByteRange;
import io.rezarr.store.StoreKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads arrays of byte strings, a unit at a time: a chunk, or an inner chunk of a shard. Safe for use by many threads, each
 * with its own workspace. The index of the shard that was read last is kept, so units are best read shard by shard.
 *
 * <p>Not a {@link ChunkReader}, which opens one chunk for all its units: single units are asked for in any order, and nothing is held open
 * between two of them.
 *
 * <p>The size of an element is known only when it is there, so the caller says how many bytes are accepted at once.
 */
public final class VlenBytesReader {
    private static final long LEAST_GUESS = 64 << 10;
    private static final long GUESSED_RATIO = 4;

    private final ZarrArray array;
    private final ReadUnits layout;
    /** By the most bytes that they decode to, where that is less than {@link #maxBytes}. */
    private final Map<Long, CodecChain> smaller = new ConcurrentHashMap<>();

    private final int maxBytes;
    private volatile @Nullable OpenShard lastShard;

    /** @param index {@code null} if there is no such shard */
    private record OpenShard(StoreKey key, @Nullable ShardIndex index) {}

    /**
     * Reads nothing.
     *
     * @param maxBytes the most bytes of one unit, stored or decoded, or of one shard's index
     * @throws io.rezarr.error.UnsupportedFeatureException if it has other elements, or codecs that are not supported for them
     * @throws io.rezarr.error.InvalidMetadataException if a codec's configuration is wrong
     */
    public VlenBytesReader(ZarrArray array, int maxBytes) {
        this.array = array;
        this.maxBytes = maxBytes;
        this.layout = ReadUnits.ofByteStrings(array.metadata(), maxBytes);
    }

    public ZarrArray array() {
        return array;
    }

    /** The grid of what is read at once. */
    public UnitGrid units() {
        return layout.units();
    }

    /** Whether units are stored as they are. */
    public boolean isPlain() {
        return layout.chain().bytesToBytes().isEmpty();
    }

    /**
     * The elements of a unit, padding included.
     *
     * @return valid until the workspace is released; {@code null} if the unit is absent: all its elements are empty
     * @throws MalformedDataException if it does not decode; the message names the key, and the inner chunk
     * @throws InfeasiblePlanException if more bytes are stored than are accepted
     */
    public @Nullable VlenBytes read(long[] unitIndex, Workspace workspace) {
        StoreKey key = keyOf(unitIndex);
        ShardingCodec sharding = layout.sharding();
        if (sharding == null) {
            ByteBuffer encoded = whole(key, workspace);
            return encoded == null ? null : decode(encoded, nameOf(key), workspace);
        }
        ShardIndex index = indexOf(key, sharding, workspace);
        int position = sharding.positionOfUnit(unitIndex);
        if (index == null || index.isAbsent(position)) {
            return null;
        }
        String name = nameOf(key) + " inner chunk " + position;
        return decode(readInner(key, index, position, name, workspace), name, workspace);
    }

    private @Nullable ByteBuffer whole(StoreKey key, Workspace workspace) {
        try {
            return array.store().get(key, maxBytes, workspace);
        } catch (MalformedDataException e) {
            requireAccepted("it", array.store().size(key), nameOf(key));
            throw e;
        }
    }

    /** How many bytes of a unit are stored; -1 if it is absent. */
    public long storedBytes(long[] unitIndex, Workspace workspace) {
        StoreKey key = keyOf(unitIndex);
        ShardingCodec sharding = layout.sharding();
        if (sharding == null) {
            return array.store().size(key);
        }
        ShardIndex index = indexOf(key, sharding, workspace);
        return index == null ? -1 : index.length(sharding.positionOfUnit(unitIndex));
    }

    /**
     * Some codecs do not say how much there will be, and take a buffer of the most that is accepted, which is a large part of the memory. So less is
     * accepted at first, and more if that does not do.
     */
    private VlenBytes decode(ByteBuffer encoded, String name, Workspace workspace) {
        if (!isPlain()) {
            long most = Math.max(LEAST_GUESS, Long.highestOneBit(encoded.remaining()) * GUESSED_RATIO);
            for (; most < maxBytes; most *= GUESSED_RATIO) {
                int mark = workspace.mark();
                try {
                    return VlenBytes.of(ChunkReader.decode(chainOf(most), encoded, workspace, name));
                } catch (MalformedDataException moreOrDamaged) {
                    workspace.releaseTo(mark);
                }
            }
        }
        return VlenBytes.of(ChunkReader.decode(layout.chain(), encoded, workspace, name));
    }

    private CodecChain chainOf(long most) {
        return smaller.computeIfAbsent(
                most, bytes -> ReadUnits.ofByteStrings(array.metadata(), bytes).chain());
    }

    private ByteBuffer readInner(StoreKey key, ShardIndex index, int position, String name, Workspace workspace) {
        long length = index.length(position);
        requireAccepted("an inner chunk", length, name);
        ByteBuffer encoded = array.store().get(key, new ByteRange(index.offset(position), (int) length), workspace);
        if (encoded == null) {
            throw StoreException.vanished(nameOf(key));
        }
        return encoded;
    }

    private @Nullable ShardIndex indexOf(StoreKey key, ShardingCodec sharding, Workspace workspace) {
        OpenShard last = lastShard;
        if (last == null || !last.key.equals(key)) {
            last = new OpenShard(key, readIndex(key, sharding, workspace));
            lastShard = last;
        }
        return last.index;
    }

    private @Nullable ShardIndex readIndex(StoreKey key, ShardingCodec sharding, Workspace workspace) {
        long shardBytes = array.store().size(key);
        if (shardBytes < 0) {
            return null;
        }
        int indexBytes = sharding.indexBytes();
        requireAccepted("a shard's index", indexBytes, nameOf(key));
        if (shardBytes < indexBytes) {
            throw new MalformedDataException(
                            "shard index", 0, "expected at least " + indexBytes + " bytes, found " + shardBytes)
                    .at(nameOf(key));
        }
        int mark = workspace.mark();
        try {
            boolean first = sharding.indexLocation() == ShardingCodec.IndexLocation.START;
            ByteRange range = new ByteRange(first ? 0 : shardBytes - indexBytes, indexBytes);
            ByteBuffer encoded = array.store().get(key, range, workspace);
            if (encoded == null) {
                throw StoreException.vanished(nameOf(key));
            }
            return sharding.decodeIndex(encoded, shardBytes, workspace);
        } catch (MalformedDataException e) {
            throw e.at(nameOf(key));
        } finally {
            workspace.releaseTo(mark);
        }
    }

    private void requireAccepted(String what, long bytes, String name) {
        if (bytes > maxBytes) {
            throw new InfeasiblePlanException("'" + name + "' cannot be read: " + what + " has " + bytes
                    + " bytes, more than the " + maxBytes
                    + " that are taken at once, which is a part of the memory. Give more memory (-m).");
        }
    }

    private StoreKey keyOf(long[] unitIndex) {
        if (!units().contains(unitIndex)) {
            throw new IndexOutOfBoundsException(
                    "unit " + Arrays.toString(unitIndex) + " of a grid of " + units().unitsPerAxis());
        }
        Shape perShard = layout.unitsPerShard();
        long[] chunk = unitIndex.clone();
        for (int axis = 0; perShard != null && axis < chunk.length; axis++) {
            chunk[axis] /= perShard.extent(axis);
        }
        return array.chunkKey(chunk);
    }

    private String nameOf(StoreKey key) {
        return ChunkReader.nameOf(array.store(), key);
    }
}
