package io.rezarr.execute;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ChunkWriter;
import io.rezarr.array.UnitGrid;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.Shape;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Arrays of items of variable size, written and read item by item: the slow twin of the engine. Values are in C order. */
public final class NaiveItems {
    public final ZarrArray array;
    private final ArrayMetadata metadata;
    private final byte[] fill;

    private NaiveItems(ZarrArray array) {
        this.array = array;
        this.metadata = array.metadata();
        this.fill = metadata.fillValue().itemOf(metadata.dataType());
    }

    public static NaiveItems inMemory(ArrayMetadata metadata) {
        return of(new ZarrArray(new MemoryStore(), StorePrefix.ofPath("a"), metadata));
    }

    public static NaiveItems of(ZarrArray array) {
        return new NaiveItems(array);
    }

    /** Fill values, and runs of other items of any size. */
    public List<byte[]> randomValues(Random random, int maxBytes, int multiple) {
        List<byte[]> values = new ArrayList<>();
        int count = (int) metadata.shape().elements();
        boolean isFill = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            isFill = random.nextInt(6) == 0 ? !isFill : isFill;
            int length = random.nextInt(10) == 0 ? random.nextInt(maxBytes + 1) : random.nextInt(20);
            byte[] item = new byte[length / multiple * multiple];
            random.nextBytes(item);
            values.add(isFill ? fill : item);
        }
        return values;
    }

    /** Writes all units but some of those that hold fill values only. */
    public void write(List<byte[]> values, Random random) {
        ChunkWriter writer = new ChunkWriter(array, Store.WriteMode.DIRECT, 1 << 20);
        ShardingCodec sharding =
                writer.streamsShards() ? CodecChain.of(metadata).sharding() : null;
        try (Workspace workspace = new Workspace()) {
            for (int number = 0; number < writer.chunks().units(); number++) {
                long[] chunk = writer.chunks().index(number);
                if (sharding == null) {
                    ByteBuffer encoded = encoded(chunk, writer, values, random, workspace);
                    if (encoded != null) {
                        writer.writeEncoded(chunk, encoded);
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
            List<byte[]> values,
            Random random,
            Workspace workspace) {
        try (ChunkWriter.ShardWriter shard = writer.openShard(chunk)) {
            for (int position = 0; position < sharding.innerChunksPerShard().elements(); position++) {
                long[] unit = sharding.innerIndex(position);
                for (int axis = 0; axis < unit.length; axis++) {
                    unit[axis] += chunk[axis] * sharding.innerChunksPerShard().extent(axis);
                }
                ByteBuffer encoded =
                        writer.units().contains(unit) ? encoded(unit, writer, values, random, workspace) : null;
                if (encoded != null) {
                    shard.append(position, encoded);
                }
            }
            shard.commit(workspace);
        }
    }

    /** Padded with the fill value; {@code null} if it is to be absent. */
    private @Nullable ByteBuffer encoded(
            long[] unit, ChunkWriter writer, List<byte[]> values, Random random, Workspace workspace) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<byte[]> items = new ArrayList<>();
        boolean isAllFill = true;
        for (long[] element : inOrder(unit, writer.units(), writer.unitChain())) {
            byte[] item = isInside(element) ? values.get((int) elements().number(element)) : fill;
            isAllFill &= Arrays.equals(item, fill);
            items.add(item);
        }
        put(bytes, items.size());
        for (byte[] item : items) {
            put(bytes, item.length);
            bytes.writeBytes(item);
        }
        return isAllFill && random.nextInt(10) < 7
                ? null
                : writer.unitChain().encode(ByteBuffer.wrap(bytes.toByteArray()), workspace);
    }

    private static void put(ByteArrayOutputStream bytes, int number) {
        bytes.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array());
    }

    private UnitGrid elements() {
        long[] ones = new long[metadata.shape().rank()];
        Arrays.fill(ones, 1);
        return new UnitGrid(metadata.shape(), Shape.of(ones));
    }

    private boolean isInside(long[] element) {
        for (int axis = 0; axis < element.length; axis++) {
            if (element[axis] >= metadata.shape().extent(axis)) {
                return false;
            }
        }
        return true;
    }

    /** The elements of a unit, padding too, as they stand in it. */
    private static List<long[]> inOrder(long[] unit, UnitGrid units, CodecChain chain) {
        Shape shape = units.unitShape();
        List<Integer> order = chain.layout().axisOrder();
        List<long[]> elements = new ArrayList<>();
        for (long number = 0; number < shape.elements(); number++) {
            long rest = number;
            long[] element = new long[unit.length];
            for (int i = order.size() - 1; i >= 0; i--) {
                int axis = order.get(i);
                element[axis] = unit[axis] * shape.extent(axis) + rest % shape.extent(axis);
                rest /= shape.extent(axis);
            }
            elements.add(element);
        }
        return elements;
    }

    /**
     * What stands there.
     *
     * @param values of all elements
     * @param present how many units there are
     * @param presentAllFill how many of these hold nothing but fill values
     * @param units that the grid has
     */
    public record Found(List<byte[]> values, int present, int presentAllFill, int units) {}

    public Found read() {
        byte[][] values = new byte[(int) metadata.shape().elements()][];
        ChunkReader reader = new ChunkReader(array, 1 << 20);
        int present = 0;
        int presentAllFill = 0;
        try (Workspace workspace = new Workspace()) {
            for (long number = 0; number < reader.units().units(); number++) {
                long[] unit = reader.units().index(number);
                long[] chunk = new long[unit.length];
                for (int axis = 0; axis < chunk.length; axis++) {
                    chunk[axis] = unit[axis]
                            * reader.units().unitShape().extent(axis)
                            / reader.chunks().unitShape().extent(axis);
                }
                ChunkReader.OpenChunk open = reader.open(chunk, workspace);
                ByteBuffer found = open == null ? null : open.read(unit, workspace);
                List<byte[]> items = found == null ? List.of() : itemsOf(found);
                present += found == null ? 0 : 1;
                presentAllFill += found != null && items.stream().allMatch(item -> Arrays.equals(item, fill)) ? 1 : 0;
                int i = 0;
                for (long[] element : inOrder(unit, reader.units(), reader.unitChain())) {
                    byte[] item = found == null ? fill : items.get(i++);
                    if (isInside(element)) {
                        values[(int) elements().number(element)] = item;
                    }
                }
            }
        }
        return new Found(Arrays.asList(values), present, presentAllFill, (int)
                reader.units().units());
    }

    private static List<byte[]> itemsOf(ByteBuffer chunk) {
        ByteBuffer bytes = chunk.slice().order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> items = new ArrayList<>();
        int count = bytes.getInt();
        for (int i = 0; i < count; i++) {
            byte[] item = new byte[bytes.getInt()];
            bytes.get(item);
            items.add(item);
        }
        assertThatNothingIsLeft(bytes);
        return items;
    }

    private static void assertThatNothingIsLeft(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            throw new AssertionError(bytes.remaining() + " bytes behind the items");
        }
    }

    /** Every stored chunk: key and bytes. */
    public Map<String, ByteBuffer> stored() {
        return NaiveArray.of(array).stored();
    }
}
