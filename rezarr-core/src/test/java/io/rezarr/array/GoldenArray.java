package io.rezarr.array;

import io.rezarr.codec.ElementLayout;
import io.rezarr.json.Json;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.Shape;
import io.rezarr.store.FileStore;
import io.rezarr.store.StorePrefix;
import io.rezarr.testkit.GoldenStores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** The array at the root of a golden store, and its values: C order, little-endian. */
final class GoldenArray {
    private final ZarrArray array;
    private final byte[] values;

    private GoldenArray(ZarrArray array, byte[] values) {
        this.array = array;
        this.values = values;
    }

    ZarrArray array() {
        return array;
    }

    byte[] values() {
        return values;
    }

    /** Whether an array whose values are bytes stands at the root of the store. */
    static boolean isArray(GoldenStores stores, String name) {
        JsonObject nodes = member(Json.parseObject(ByteBuffer.wrap(stores.expectedHeader(name)), name), "nodes");
        return nodes.member("") instanceof JsonObject node && node.has("offset");
    }

    static GoldenArray open(GoldenStores stores, String name, Path directory) {
        FileStore store = FileStore.open(stores.unpack(name, directory));
        ZarrArray array = (ZarrArray) Hierarchy.open(store, StorePrefix.ROOT, null, warning -> {});
        JsonObject nodes = member(Json.parseObject(ByteBuffer.wrap(stores.expectedHeader(name)), name), "nodes");
        JsonObject node = member(nodes, "");
        byte[] all = stores.expectedBytes(name);
        int offset = intMember(node, "offset");
        return new GoldenArray(array, Arrays.copyOfRange(all, offset, offset + intMember(node, "nbytes")));
    }

    private static JsonObject member(JsonObject object, String name) {
        return (JsonObject) Objects.requireNonNull(object.member(name), name);
    }

    private static int intMember(JsonObject object, String name) {
        return Integer.parseInt(((JsonNumber) Objects.requireNonNull(object.member(name), name)).text());
    }

    /** All values as the reader gives them, element by element: slow and simple on purpose. */
    static byte[] readAll(ZarrArray array, Workspace workspace) {
        ChunkReader reader = new ChunkReader(array);
        UnitGrid elements = new UnitGrid(
                array.metadata().shape(), ones(array.metadata().shape().rank()));
        int elementBytes = array.metadata().dataType().elementBytes();
        byte[] all = new byte[Math.toIntExact(array.metadata().shape().elements() * elementBytes)];
        byte[] fill = array.metadata().fillValue().elementOf(array.metadata().dataType());
        for (long number = 0; number < reader.chunks().units(); number++) {
            long[] chunk = reader.chunks().index(number);
            ChunkReader.OpenChunk open = reader.open(chunk, workspace);
            Box units = reader.units().unitsTouching(reader.chunks().box(chunk));
            long[] unit = units.origin().toArray();
            do {
                int mark = workspace.mark();
                ByteBuffer decoded = open == null ? null : open.read(unit, workspace);
                Box box = reader.units().box(unit);
                long[] element = box.origin().toArray();
                do {
                    byte[] value = decoded == null ? fill : elementOf(reader, decoded, unit, element);
                    long at = elements.number(element);
                    System.arraycopy(value, 0, all, (int) at * elementBytes, elementBytes);
                } while (UnitGrid.next(element, box));
                workspace.releaseTo(mark);
            } while (UnitGrid.next(unit, units));
        }
        return all;
    }

    private static Shape ones(int rank) {
        long[] extents = new long[rank];
        Arrays.fill(extents, 1);
        return Shape.of(extents);
    }

    private static byte[] elementOf(ChunkReader reader, ByteBuffer decoded, long[] unit, long[] element) {
        ElementLayout layout = reader.unitChain().layout();
        Shape unitShape = reader.units().unitShape();
        long[] strides = layout.strides(unitShape);
        long at = decoded.position();
        for (int axis = 0; axis < element.length; axis++) {
            at += (element[axis] - unit[axis] * unitShape.extent(axis)) * strides[axis];
        }
        byte[] value = new byte[layout.elementBytes()];
        decoded.get((int) at, value);
        for (ByteRun run : layout.bigEndian()) {
            for (int i = 0; i < run.count(); i++) {
                reverse(value, run.offset() + i * run.width(), run.width());
            }
        }
        return value;
    }

    private static void reverse(byte[] bytes, int from, int width) {
        for (int i = 0; i < width / 2; i++) {
            byte low = bytes[from + i];
            bytes[from + i] = bytes[from + width - 1 - i];
            bytes[from + width - 1 - i] = low;
        }
    }
}
