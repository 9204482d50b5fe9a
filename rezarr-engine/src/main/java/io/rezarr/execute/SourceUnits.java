package io.rezarr.execute;

import io.rezarr.array.ChunkReader;
import io.rezarr.codec.CodecChain;
import io.rezarr.codec.DecodedPart;
import io.rezarr.codec.ItemForm;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.plan.Parts;
import io.rezarr.plan.Side;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the units of the source for one region, and counts. A shard's index is read once. Safe for use by many threads.
 */
final class SourceUnits implements AutoCloseable {
    private final ChunkReader reader;
    private final Side side;
    private final PresentChunks present;
    private final Tally tally;
    private final @Nullable ItemSlots items;
    private final boolean isToldOf;
    private final long[] unitsPerChunk;
    private final ConcurrentHashMap<Shape, Shard> shards = new ConcurrentHashMap<>();

    /** Of elements of fixed size. */
    SourceUnits(ChunkReader reader, Side side, PresentChunks present, Tally tally) {
        this(reader, side, present, tally, null, NoElements.SINK);
    }

    /**
     * @param items of variable size; {@code null} if elements have a fixed size
     * @param sink that will be told the elements
     */
    SourceUnits(
            ChunkReader reader,
            Side side,
            PresentChunks present,
            Tally tally,
            @Nullable ItemSlots items,
            ElementSink sink) {
        this.reader = reader;
        this.side = side;
        this.present = present;
        this.tally = tally;
        this.items = items;
        this.isToldOf = sink != NoElements.SINK;
        this.unitsPerChunk = side.unitsPerChunk();
    }

    /** A shard that is opened when the first of its units is asked for. */
    private final class Shard {
        private boolean isOpen;
        private ChunkReader.@Nullable OpenChunk opened;

        synchronized ChunkReader.@Nullable OpenChunk open(long[] chunk, Workspace workspace) {
            if (!isOpen) {
                if (present.mayBe(chunk)) {
                    tally.requests.add(2);
                    opened = reader.open(chunk, workspace);
                    present.asked(opened != null);
                }
                isOpen = true;
            }
            return opened;
        }

        synchronized void close() {
            if (opened != null) {
                opened.close();
                opened = null;
            }
        }
    }

    /**
     * Tells a sink the elements of a unit that lie in the array.
     *
     * @param origin of them in the array
     * @param decoded the whole unit; {@code null} if it is absent
     */
    static void tell(
            ElementSink sink,
            long[] origin,
            long[] extents,
            @Nullable Decoded decoded,
            long[] strides,
            Workspace workspace) {
        if (decoded == null) {
            sink.absent(origin, extents);
        } else {
            ByteBuffer bytes = decoded.told();
            sink.box(origin, extents, bytes.array(), bytes.arrayOffset() + bytes.position(), strides, workspace);
        }
    }

    /** Closes the shards; no thread reads any more. */
    @Override
    public void close() {
        shards.values().forEach(Shard::close);
        shards.clear();
    }

    private ChunkReader.@Nullable OpenChunk chunkOf(long[] unit, Workspace workspace) {
        if (!side.isSharded()) {
            return present.mayBe(unit) ? reader.open(unit, workspace) : null;
        }
        long[] chunk = chunkIndexOf(unit);
        return shards.computeIfAbsent(Shape.of(chunk), key -> new Shard()).open(chunk, workspace);
    }

    /** The stored bytes of a unit; {@code null} if it is absent. */
    @Nullable
    ByteBuffer readEncoded(long[] unit, Workspace workspace) {
        tally.reads.increment();
        ChunkReader.OpenChunk chunk = chunkOf(unit, workspace);
        ByteBuffer encoded = null;
        if (chunk != null) {
            tally.requests.increment();
            try {
                encoded = chunk.readEncoded(unit, workspace);
            } catch (MalformedDataException e) {
                throw tooLarge(unit, e);
            }
            if (!side.isSharded()) {
                present.asked(encoded != null);
            }
        }
        if (encoded == null) {
            tally.absent.increment();
        } else {
            tally.bytesRead.add(encoded.remaining());
        }
        return encoded;
    }

    /**
     * Decoded bytes of a unit.
     *
     * @param bytes elements, or slots of items of variable size
     * @param firstByte of the unit that they begin with
     * @param chunk the items of these slots; {@code null} if elements have a fixed size
     * @param told what a sink is told, in the same layout
     */
    record Decoded(
            ByteBuffer bytes, long firstByte, @Nullable ByteBuffer chunk, ByteBuffer told) {
        Decoded(ByteBuffer bytes, long firstByte) {
            this(bytes, firstByte, null, bytes);
        }
    }

    /** The whole unit in the layout of the source; {@code null} if it is absent. */
    @Nullable
    Decoded read(long[] unit, Workspace workspace) {
        ByteBuffer encoded = readEncoded(unit, workspace);
        if (encoded == null) {
            return null;
        }
        ByteBuffer decoded = decode(unit, encoded, workspace);
        return items == null ? new Decoded(decoded, 0) : itemsOf(items, decoded, workspace);
    }

    private Decoded itemsOf(ItemSlots ofItems, ByteBuffer chunk, Workspace workspace) {
        int count = (int) (side.unitBytes() / ItemForm.SLOT_BYTES);
        ByteBuffer slots = ofItems.of(chunk, count, workspace);
        return new Decoded(slots, 0, chunk, isToldOf ? ofItems.words(chunk, count, workspace) : slots);
    }

    /** At least the elements from {@code from} to {@code to} along the axis of the parts, exclusive; {@code null} if the unit is absent. */
    @Nullable
    Decoded readRows(long[] unit, Parts parts, long from, long to, Workspace workspace) {
        if (parts.isWhole(from, to)) {
            return read(unit, workspace);
        }
        tally.reads.increment();
        ChunkReader.OpenChunk chunk = chunkOf(unit, workspace);
        DecodedPart part = null;
        if (chunk != null) {
            tally.requests.increment();
            part = chunk.readPart(unit, from * parts.rowBytes(), to * parts.rowBytes(), workspace);
            if (!side.isSharded()) {
                present.asked(part != null);
            }
        }
        if (part == null) {
            tally.absent.increment();
            return null;
        }
        tally.bytesRead.add(part.storedBytes());
        tally.decodes.increment();
        tally.bytesDecoded.add(part.decodedBytes());
        return new Decoded(part.bytes(), part.firstByte());
    }

    /** Decodes what was read of a unit. */
    ByteBuffer decode(long[] unit, ByteBuffer encoded, Workspace workspace) {
        try {
            ByteBuffer decoded = reader.unitChain().decode(encoded, workspace);
            tally.decodes.increment();
            tally.bytesDecoded.add(decoded.remaining());
            return decoded;
        } catch (MalformedDataException e) {
            RuntimeException failure = tooLarge(unit, e);
            throw failure == e ? e.at(nameOf(unit)) : failure;
        }
    }

    /** How large items of variable size are, only those know that were looked at: the same failure, or that the unit has no room. */
    private RuntimeException tooLarge(long[] unit, MalformedDataException cause) {
        CodecChain chain = reader.unitChain();
        String message = String.valueOf(cause.getMessage());
        boolean isAboutRoom = chain.items() != null
                && (message.contains("" + chain.maxItemBytes()) || message.contains("" + chain.maxStoredBytes()));
        if (!isAboutRoom) {
            return cause;
        }
        boolean isMost = chain.maxItemBytes() == ItemForm.MAX_CHUNK_BYTES;
        return new InfeasiblePlanException(
                "'%s' is larger than was to be expected from what was looked at: of the items of one chunk, lengths included, %d bytes are accepted%s (%s)"
                        .formatted(
                                nameOf(unit),
                                chain.maxItemBytes(),
                                isMost
                                        ? ", the most that rezarr decodes at once."
                                        : " with this memory. Give more (-m), or use fewer threads (-j).",
                                message),
                cause);
    }

    /** Checks what can be seen of a unit without decoding it. */
    void check(long[] unit, ByteBuffer encoded, Workspace workspace) {
        try {
            reader.unitChain().check(encoded, workspace);
        } catch (MalformedDataException e) {
            throw e.at(nameOf(unit));
        }
    }

    private String nameOf(long[] unit) {
        io.rezarr.array.ZarrArray array = reader.array();
        String key = array.store().location() + "/" + array.chunkKey(chunkIndexOf(unit));
        return side.isSharded() ? key + " inner chunk " + Arrays.toString(unit) : key;
    }

    private long[] chunkIndexOf(long[] unit) {
        long[] chunk = new long[unit.length];
        for (int axis = 0; axis < chunk.length; axis++) {
            chunk[axis] = unit[axis] / unitsPerChunk[axis];
        }
        return chunk;
    }
}
