package io.rezarr.execute;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.UnitGrid;
import io.rezarr.array.UnitMemory;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ItemForm;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.plan.ItemSizes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A look at a few units of an array of items of variable size: how large these are. The stored sizes of many chunks are asked for, and the
 * largest one and some others are decoded.
 */
public final class ItemSample {
    private static final int SIZES = 512;
    private static final int DECODED_CHUNKS = 8;
    private static final int DECODED_UNITS_PER_SHARD = 4;

    /** What is stored may be so many times as large when it is decoded, without being suspected to be no such data. */
    private static final long EXPANSION = 32;

    private static final long LEAST_ROOM = 64 << 10;
    /** Codecs that do not say how much they decode to take as much as they may. */
    private static final long MOST_ROOM = 64 << 20;

    private final ZarrArray array;
    private final UnitGrid chunks;
    private final long itemsPerUnit;
    private long units;
    private double bytes;
    private long most;

    private ItemSample(ZarrArray array, CodecChain unit) {
        this.array = array;
        this.chunks = new UnitGrid(array.metadata().shape(), array.metadata().chunkShape());
        this.itemsPerUnit = unit.chunkShape().elements();
    }

    /**
     * Looks at units whose decoding the memory holds.
     *
     * @return {@code null} if elements have a fixed size, or cannot be decoded
     */
    public static @Nullable ItemSizes of(ZarrArray array, long maxBytes) {
        if (array.metadata().dataType().kind() != DataType.Kind.VARIABLE) {
            return null;
        }
        try {
            CodecChain unit = new ChunkReader(array).unitChain();
            return new ItemSample(array, unit).look(maxBytes);
        } catch (UnsupportedFeatureException e) {
            // What is only moved need not be known, and the planner refuses the rest.
            return null;
        }
    }

    private ItemSizes look(long maxBytes) {
        long count = chunks.units();
        long largest = -1;
        long largestBytes = -1;
        for (long probe = 0; probe < Math.min(SIZES, count); probe++) {
            long number = spread(probe, Math.min(SIZES, count), count);
            long size = array.store().size(array.chunkKey(chunks.index(number)));
            if (size > largestBytes) {
                largestBytes = size;
                largest = number;
            }
        }
        if (largest < 0) {
            return ItemSizes.unknown(itemsPerUnit);
        }
        decode(largest, count, maxBytes);
        return units == 0
                ? ItemSizes.unknown(itemsPerUnit)
                : new ItemSizes(bytes / units / Math.max(1, itemsPerUnit), most);
    }

    /** From the first to the last one; without a product that could overflow. */
    private static long spread(long probe, long probes, long count) {
        return probes <= 1 ? 0 : count <= probes ? probe : (count - 1) / (probes - 1) * probe;
    }

    private void decode(long largest, long count, long maxBytes) {
        ChunkReader reader = null;
        long roomOfReader = -1;
        try (Workspace workspace = new Workspace(MemoryBudget.of(maxBytes))) {
            for (long probe = -1; probe < Math.min(DECODED_CHUNKS, count); probe++) {
                long number = probe < 0 ? largest : spread(probe, Math.min(DECODED_CHUNKS, count), count);
                if (probe >= 0 && number == largest) {
                    continue;
                }
                long stored = array.store().size(array.chunkKey(chunks.index(number)));
                long room = roomFor(stored, maxBytes);
                if (reader == null || room > roomOfReader) {
                    reader = new ChunkReader(array, room);
                    roomOfReader = room;
                }
                if (stored >= 0) {
                    look(reader, chunks.index(number), stored, workspace);
                }
            }
        }
    }

    /** What one chunk may have decoded, as far as the memory goes. */
    private long roomFor(long stored, long maxBytes) {
        long expanded = Math.max(4 * stored, Math.min(EXPANSION * stored, MOST_ROOM));
        long room = Math.min(ItemForm.MAX_CHUNK_BYTES, Math.max(LEAST_ROOM, expanded));
        while (room > 1 && takes(room) > maxBytes) {
            room /= 2;
        }
        return room;
    }

    private long takes(long room) {
        UnitMemory memory = UnitMemory.of(CodecChain.of(array.metadata(), room));
        return Arithmetic.plus(memory.readingBytes(), memory.contextBytes());
    }

    private void look(ChunkReader reader, long[] chunk, long stored, Workspace workspace) {
        int mark = workspace.mark();
        try (ChunkReader.@Nullable OpenChunk open = reader.open(chunk, workspace)) {
            if (open == null) {
                return;
            }
            io.rezarr.array.Box inChunk =
                    reader.units().unitsTouching(reader.chunks().box(chunk));
            long[] unit = inChunk.origin().toArray();
            int looked = 0;
            do {
                ByteBuffer decoded = open.read(unit, workspace);
                if (decoded != null) {
                    add(decoded.remaining());
                    looked++;
                }
                workspace.releaseTo(mark);
            } while (looked < DECODED_UNITS_PER_SHARD && UnitGrid.next(unit, inChunk));
        } catch (MalformedDataException | InfeasiblePlanException e) {
            // Damaged, or too large: the run says which, with its key, if it comes to that.
            add(reader.readsInnerChunks() ? 0 : 4 * stored);
        } finally {
            workspace.releaseTo(mark);
        }
    }

    private void add(long unitBytes) {
        units++;
        bytes += unitBytes;
        most = Math.max(most, unitBytes);
    }
}
