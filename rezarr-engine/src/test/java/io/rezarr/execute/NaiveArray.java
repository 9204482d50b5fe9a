package io.rezarr.execute;

import io.rezarr.array.Box;
import io.rezarr.array.ChunkReader;
import io.rezarr.array.ChunkWriter;
import io.rezarr.array.UnitGrid;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ElementLayout;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Arrays written and read one element at a time: the slow twin of the engine. Values are little-endian in C order. */
public final class NaiveArray {
    public final ZarrArray array;
    private final ArrayMetadata metadata;
    private final int elementBytes;

    private NaiveArray(ZarrArray array) {
        this.array = array;
        this.metadata = array.metadata();
        this.elementBytes = metadata.dataType().elementBytes();
    }

    public static NaiveArray inMemory(ArrayMetadata metadata) {
        return of(new ZarrArray(new MemoryStore(), StorePrefix.ofPath("a"), metadata));
    }

    public static NaiveArray of(ZarrArray array) {
        return new NaiveArray(array);
    }

    /** Fill values, and random bits in some boxes. */
    public byte[] randomValues(Random random) {
        byte[] values = new byte[Math.toIntExact(metadata.shape().elements() * elementBytes)];
        byte[] fill = metadata.fillValue().elementOf(metadata.dataType());
        for (int i = 0; i < values.length; i++) {
            values[i] = fill[i % elementBytes];
        }
        int runs = random.nextInt(4);
        for (int run = 0; run < runs && values.length > 0; run++) {
            int begin = random.nextInt(values.length);
            int length = random.nextInt(values.length - begin) + 1;
            byte[] bits = new byte[length];
            random.nextBytes(bits);
            System.arraycopy(bits, 0, values, begin, length);
        }
        return values;
    }

    /** Writes all units but some of those that hold fill values only. */
    public void write(byte[] values, Random random) {
        ChunkWriter writer = new ChunkWriter(array, Store.WriteMode.DIRECT);
        ShardingCodec sharding =
                writer.streamsShards() ? CodecChain.of(metadata).sharding() : null;
        try (Workspace workspace = new Workspace()) {
            for (long[] chunk : indices(writer.chunks())) {
                if (sharding == null) {
                    byte[] unit = unitOf(chunk, writer.units(), writer.unitChain(), values, random);
                    if (unit.length > 0) {
                        writer.writeEncoded(chunk, writer.unitChain().encode(ByteBuffer.wrap(unit), workspace));
                    }
                } else {
                    writeShard(chunk, writer, sharding, values, random, workspace);
                }
            }
        }
    }

    private void writeShard(
            long[] chunk,
            ChunkWriter writer,
            ShardingCodec sharding,
            byte[] values,
            Random random,
            Workspace workspace) {
        try (ChunkWriter.ShardWriter shard = writer.openShard(chunk)) {
            for (int position = 0; position < sharding.innerChunksPerShard().elements(); position++) {
                long[] unit = sharding.innerIndex(position);
                for (int axis = 0; axis < unit.length; axis++) {
                    unit[axis] += chunk[axis] * sharding.innerChunksPerShard().extent(axis);
                }
                if (writer.units().contains(unit)) {
                    byte[] decoded = unitOf(unit, writer.units(), writer.unitChain(), values, random);
                    if (decoded.length > 0) {
                        shard.append(position, writer.unitChain().encode(ByteBuffer.wrap(decoded), workspace));
                    }
                }
            }
            shard.commit(workspace);
        }
    }

    /** The decoded unit, padded with the fill value; empty if it is to be absent. */
    private byte[] unitOf(long[] unit, UnitGrid units, CodecChain chain, byte[] values, Random random) {
        byte[] decoded = new byte[(int) chain.decodedBytes()];
        byte[] fill = ElementBytes.fillOf(metadata, chain.layout());
        for (int i = 0; i < decoded.length; i++) {
            decoded[i] = fill[i % elementBytes];
        }
        byte[] allFill = decoded.clone();
        Box box = units.box(unit);
        forEach(box, chain.layout(), units, (at, inUnit) -> {
            byte[] element = Arrays.copyOfRange(values, at, at + elementBytes);
            System.arraycopy(
                    ElementBytes.inByteOrder(element, chain.layout().bigEndian()), 0, decoded, inUnit, elementBytes);
        });
        return Arrays.equals(decoded, allFill) && random.nextInt(10) < 7 ? new byte[0] : decoded;
    }

    /** A unit as it is stored. */
    public record StoredUnit(long number, boolean isPresent, boolean isAllFill, boolean isPaddedWithFill) {}

    /** Reads all values; tells of each unit. */
    public byte[] read(List<StoredUnit> stored) {
        byte[] values = new byte[Math.toIntExact(metadata.shape().elements() * elementBytes)];
        ChunkReader reader = new ChunkReader(array);
        ElementLayout layout = reader.unitChain().layout();
        byte[] fill = ElementBytes.fillOf(metadata, layout);
        try (Workspace workspace = new Workspace()) {
            for (long[] unit : indices(reader.units())) {
                long[] chunk = new long[unit.length];
                for (int axis = 0; axis < chunk.length; axis++) {
                    chunk[axis] = unit[axis]
                            * reader.units().unitShape().extent(axis)
                            / reader.chunks().unitShape().extent(axis);
                }
                ChunkReader.OpenChunk open = reader.open(chunk, workspace);
                ByteBuffer found = open == null ? null : open.read(unit, workspace);
                byte[] decoded = new byte[(int) reader.unitChain().decodedBytes()];
                for (int i = 0; i < decoded.length; i++) {
                    decoded[i] = fill[i % elementBytes];
                }
                byte[] allFill = decoded.clone();
                if (found != null) {
                    found.duplicate().get(decoded);
                }
                byte[] padding = decoded.clone();
                forEach(reader.units().box(unit), layout, reader.units(), (at, inUnit) -> {
                    byte[] element = Arrays.copyOfRange(decoded, inUnit, inUnit + elementBytes);
                    System.arraycopy(
                            ElementBytes.inByteOrder(element, layout.bigEndian()), 0, values, at, elementBytes);
                    System.arraycopy(fill, 0, padding, inUnit, elementBytes);
                });
                stored.add(new StoredUnit(
                        reader.units().number(unit),
                        found != null,
                        Arrays.equals(decoded, allFill),
                        Arrays.equals(padding, allFill)));
            }
        }
        return values;
    }

    /** Every stored chunk: key and bytes. */
    public Map<String, ByteBuffer> stored() {
        Map<String, ByteBuffer> stored = new TreeMap<>();
        try (Workspace workspace = new Workspace()) {
            for (long[] chunk : indices(new UnitGrid(metadata.shape(), metadata.chunkShape()))) {
                ByteBuffer value = array.store().get(array.chunkKey(chunk), Integer.MAX_VALUE, workspace);
                if (value != null) {
                    stored.put(
                            array.chunkKey(chunk).value(),
                            ByteBuffer.allocate(value.remaining()).put(value).flip());
                }
            }
        }
        return stored;
    }

    public static List<long[]> indices(UnitGrid grid) {
        List<long[]> indices = new ArrayList<>();
        for (long i = 0; i < grid.units(); i++) {
            indices.add(grid.index(i));
        }
        return indices;
    }

    private interface Step {
        void at(int inValues, int inUnit);
    }

    private void forEach(Box box, ElementLayout layout, UnitGrid units, Step step) {
        long[] strides = layout.strides(units.unitShape());
        long elements = box.shape().elements();
        int rank = box.shape().rank();
        for (long i = 0; i < elements; i++) {
            long rest = i;
            long at = 0;
            long inUnit = 0;
            long stride = elementBytes;
            for (int axis = rank - 1; axis >= 0; axis--) {
                long inside = rest % box.shape().extent(axis);
                rest /= box.shape().extent(axis);
                at += (box.origin().extent(axis) + inside) * stride;
                inUnit += inside * strides[axis];
                stride *= metadata.shape().extent(axis);
            }
            step.at((int) at, (int) inUnit);
        }
    }
}
