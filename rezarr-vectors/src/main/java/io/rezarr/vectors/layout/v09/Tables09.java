package io.rezarr.vectors.layout.v09;

import io.rezarr.array.ChunkWriter;
import io.rezarr.array.VlenBytesWriter;
import io.rezarr.array.ZarrArray;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.node.ArrayDocuments;
import io.rezarr.vectors.node.NodeWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes from its values what refers to no chunk, as the reference implementation would: attributes of objects and groups, groups, parametric objects.
 * Rows and groups are read a batch at a time; a chunk of what is written, at most {@code maxChunkBytes}, is in memory.
 */
record Tables09(NodeWriter nodes, long maxChunkBytes) {
    /** What the reference implementation takes for attributes of objects, however few there are. */
    private static final int OBJECT_ROWS = 1 << 16;

    /** All of a type of one byte. */
    private static final int ABSENT_CANDIDATES = 1 << 8;

    private static final int STRINGS_PER_CHUNK = 1 << 14;

    /**
     * Rows whose absence an element says.
     *
     * @param others what else the array is to say
     * @throws UnsupportedFeatureException if rows are absent and no element of the type says so
     */
    void objectAttribute(String path, AttributeTable table, JsonObject others, Workspace workspace) {
        boolean hasAbsence = table.format().type().kind() != DataType.Kind.BOOL;
        JsonObject attributes = UserAttributes.added(described(table, "object_attribute"), others);
        write(
                path,
                table,
                OBJECT_ROWS,
                hasAbsence ? absent(table, workspace) : new Absent(JsonLiteral.FALSE, null, new byte[1]),
                hasAbsence ? attributes.with("fill_sentinel_meaning", new JsonString("absent")) : attributes,
                workspace);
    }

    /**
     * The element that says that a row is absent: the conventional one, or the nearest that no row with a value consists of. Of floats always NaN.
     */
    private static Absent absent(AttributeTable table, Workspace workspace) {
        DataType type = table.format().type();
        if (type.kind() == DataType.Kind.FLOAT) {
            return Absent.of(type, 0);
        }
        boolean[] isTaken = new boolean[ABSENT_CANDIDATES];
        boolean hasAbsentRows = false;
        for (int batch = 0; batch < table.batches(); batch++) {
            int mark = workspace.mark();
            AttributeTable.Rows rows = table.read(batch, workspace);
            for (int row = 0; row < rows.count(); row++) {
                hasAbsentRows |= !rows.isPresent(row);
                int candidate = rows.isPresent(row) ? candidate(type, rows.values(), row, (int) table.rowBytes()) : -1;
                if (candidate >= 0) {
                    isTaken[candidate] = true;
                }
            }
            workspace.releaseTo(mark);
        }
        int free = 0;
        while (free < ABSENT_CANDIDATES && isTaken[free]) {
            free++;
        }
        if (free == ABSENT_CANDIDATES && hasAbsentRows) {
            throw new UnsupportedFeatureException("'" + table.path() + "' has rows without a value and uses all of "
                    + type.name() + ", so that layout 0.9 has none left to say so. Store it as a larger type.");
        }
        return Absent.of(type, free % ABSENT_CANDIDATES);
    }

    /** Which candidate all elements of a row are; -1 if none. */
    private static int candidate(DataType type, ByteBuffer values, int row, int rowBytes) {
        int elementBytes = type.elementBytes();
        int at = values.position() + row * rowBytes;
        long least = 1L << (8 * elementBytes - 1);
        for (int i = 0; i < rowBytes; i++) {
            if (values.get(at + i) != values.get(at + i % elementBytes)) {
                return -1;
            }
        }
        long bits = 0;
        for (int i = 0; rowBytes > 0 && i < elementBytes; i++) {
            bits |= (values.get(at + i) & 0xffL) << (8 * i);
        }
        long mask = -1L >>> (Long.SIZE - 8 * elementBytes);
        long distance = (type.kind() == DataType.Kind.INT ? bits - least : mask - bits) & mask;
        return rowBytes > 0 && Long.compareUnsigned(distance, ABSENT_CANDIDATES) < 0 ? (int) distance : -1;
    }

    /** Rows that are all there. */
    void groupAttribute(String path, AttributeTable table, JsonObject others, Workspace workspace) {
        full(path, table, UserAttributes.added(described(table, "groupings_attribute"), others), workspace);
    }

    /**
     * Rows that are all there.
     *
     * @param attributes of the array
     */
    void full(String path, AttributeTable table, JsonObject attributes, Workspace workspace) {
        DataType type = table.format().type();
        JsonValue zero = type.kind() == DataType.Kind.BOOL
                ? JsonLiteral.FALSE
                : type.kind() == DataType.Kind.FLOAT ? new JsonNumber("0.0") : JsonNumber.of(0);
        write(
                path,
                table,
                Long.MAX_VALUE,
                new Absent(zero, null, new byte[type.elementBytes()]),
                attributes,
                workspace);
    }

    private static JsonObject described(AttributeTable table, String kind) {
        return JsonObject.EMPTY
                .with("zv_array", new JsonString(kind))
                .with("name", new JsonString(table.format().name()))
                .with("dtype", new JsonString(table.format().type().name()))
                .with("shape", JsonArray.ofLongs(shape(table)));
    }

    /** The number of rows, and the columns as the source has them: one axis more, or several. */
    static long[] shape(AttributeTable table) {
        long columns = table.rowBytes() / table.format().type().elementBytes();
        List<Long> shape = new ArrayList<>(List.of(table.rows()));
        if (table.format().attributes().member("shape") instanceof JsonArray declared
                && declared.items().size() > 1) {
            long product = 1;
            for (JsonValue extent : declared.items().subList(1, declared.items().size())) {
                long along = extent instanceof JsonNumber number ? Long.parseLong(number.text()) : 0;
                shape.add(along);
                product *= along;
            }
            if (product == columns) {
                return shape.stream().mapToLong(Long::longValue).toArray();
            }
        }
        return columns == 1 ? new long[] {table.rows()} : new long[] {table.rows(), columns};
    }

    /**
     * What stands for rows that are absent, and for chunks that are.
     *
     * @param document as {@code fill_value}
     * @param element little-endian; {@code null} if no element says that a row is absent
     * @param fill the element of absent chunks
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Absent(JsonValue document, byte @Nullable [] element, byte[] fill) {
        /**
         * The canonical NaN, the least signed, the greatest unsigned number.
         *
         * @param candidate so many numbers further
         */
        static Absent of(DataType type, int candidate) {
            int bytes = type.elementBytes();
            long bits = switch (type.kind()) {
                case FLOAT -> bytes == 2 ? 0x7e00L : bytes == 4 ? 0x7fc00000L : 0x7ff8000000000000L;
                case INT -> (-1L << (8 * bytes - 1)) + candidate;
                default -> -1L - candidate;
            };
            byte[] element = new byte[bytes];
            for (int i = 0; i < bytes; i++) {
                element[i] = (byte) (bits >> (8 * i));
            }
            JsonValue document = switch (type.kind()) {
                case FLOAT -> new JsonString("NaN");
                case INT -> JsonNumber.of(bits);
                default -> new JsonNumber(Long.toUnsignedString(bits & -1L >>> (Long.SIZE - 8 * bytes)));
            };
            return new Absent(document, element, element);
        }
    }

    private void write(
            String path,
            AttributeTable table,
            long mostRows,
            Absent absent,
            JsonObject attributes,
            Workspace workspace) {
        long[] shape = shape(table);
        long rowBytes = table.rowBytes();
        long perChunk = mostRows < Long.MAX_VALUE ? mostRows : Math.max(1, table.rows());
        while (perChunk > 1 && perChunk > maxChunkBytes / Math.max(1, rowBytes)) {
            perChunk = (perChunk + 1) / 2;
        }
        long[] chunk = shape.clone();
        for (int axis = 0; axis < chunk.length; axis++) {
            chunk[axis] = axis == 0 ? perChunk : Math.max(1, chunk[axis]);
        }
        JsonObject document = ArrayDocuments.sized(
                        ArrayDocuments.numbers(table.format().type().name(), absent.document), shape, chunk)
                .with("attributes", attributes);
        ZarrArray array = new ZarrArray(nodes.store(), nodes.prefix(path), V3ArrayMetadata.parse(document, path));
        writeRows(new ChunkWriter(array, WriteMode.DIRECT), table, perChunk, shape.length, absent, workspace);
        nodes.document(path, document);
    }

    private static void writeRows(
            ChunkWriter writer, AttributeTable table, long perChunk, int rank, Absent absent, Workspace workspace) {
        int rowBytes = Math.toIntExact(table.rowBytes());
        int mark = workspace.mark();
        ByteBuffer chunk = workspace.borrowBuffer(Math.toIntExact(Math.multiplyExact(perChunk, rowBytes)));
        long number = 0;
        long inChunk = 0;
        fill(chunk, absent.fill);
        for (int batch = 0; batch < table.batches(); batch++) {
            int inner = workspace.mark();
            AttributeTable.Rows rows = table.read(batch, workspace);
            for (int row = 0; row < rows.count(); row++) {
                put(table, rows, row, chunk, (int) inChunk * rowBytes, absent);
                if (++inChunk == perChunk) {
                    writeChunk(writer, chunk, number++, rank, absent, workspace);
                    fill(chunk, absent.fill);
                    inChunk = 0;
                }
            }
            workspace.releaseTo(inner);
        }
        if (inChunk > 0) {
            writeChunk(writer, chunk, number, rank, absent, workspace);
        }
        workspace.releaseTo(mark);
    }

    private static void put(
            AttributeTable table, AttributeTable.Rows rows, int row, ByteBuffer chunk, int at, Absent absent) {
        int rowBytes = (int) table.rowBytes();
        if (rows.isPresent(row)) {
            chunk.put(chunk.position() + at, rows.values(), rows.values().position() + row * rowBytes, rowBytes);
        } else if (absent.element == null) {
            throw new UnsupportedFeatureException("'" + table.path() + "' has no value for row " + (rows.first() + row)
                    + ", which layout 0.9 cannot say of "
                    + table.format().type().name()
                    + " here. Give the row a value, or keep the attribute as int8.");
        }
    }

    private static void fill(ByteBuffer chunk, byte[] element) {
        for (int at = 0; at < chunk.remaining(); at += element.length) {
            chunk.put(chunk.position() + at, element);
        }
    }

    /** Nothing stands for a chunk of fill values. */
    private static void writeChunk(
            ChunkWriter writer, ByteBuffer chunk, long number, int rank, Absent absent, Workspace workspace) {
        boolean isFilled = true;
        for (int at = 0; isFilled && at < chunk.remaining(); at++) {
            isFilled = chunk.get(chunk.position() + at) == absent.fill[at % absent.fill.length];
        }
        if (isFilled) {
            return;
        }
        int mark = workspace.mark();
        long[] index = new long[rank];
        index[0] = number;
        writer.writeEncoded(index, writer.unitChain().encode(chunk.duplicate(), workspace));
        workspace.releaseTo(mark);
    }

    /** Groups as lists of ids; ranges stay ranges. */
    void groups(String path, Groups groups, JsonObject others, Workspace workspace) {
        JsonObject ranges = JsonObject.EMPTY;
        for (int group = 0; group < groups.groups(); group++) {
            int mark = workspace.mark();
            if (groups.members(group, workspace) instanceof Groups.Range range) {
                ranges = ranges.with(Integer.toString(group), JsonArray.ofLongs(range.start(), range.stop()));
            }
            workspace.releaseTo(mark);
        }
        JsonObject attributes = JsonObject.EMPTY
                .with("zv_array", new JsonString("groups"))
                .with("num_groups", JsonNumber.of(groups.groups()));
        strings(
                path,
                groups.groups(),
                group -> groups.members(group, workspace) instanceof Groups.Ids ids
                        ? ids.encoded()
                        : ByteBuffer.allocate(0),
                UserAttributes.added(ranges.isEmpty() ? attributes : attributes.with("group_ranges", ranges), others),
                workspace);
    }

    /** Texts, in UTF-8. */
    void texts(String path, List<String> texts, JsonObject attributes, Workspace workspace) {
        strings(
                path,
                texts.size(),
                i -> ByteBuffer.wrap(texts.get(i).getBytes(StandardCharsets.UTF_8)),
                attributes,
                workspace);
    }

    /** An array of byte strings, in chunks that keep to the limit if a string does. */
    private void strings(
            String path, int count, IntFunction<ByteBuffer> string, JsonObject attributes, Workspace workspace) {
        long[] bytes = new long[count];
        for (int i = 0; i < count; i++) {
            int mark = workspace.mark();
            bytes[i] = Integer.BYTES + (long) string.apply(i).remaining();
            workspace.releaseTo(mark);
        }
        int perChunk = Math.max(1, Math.min(count, STRINGS_PER_CHUNK));
        while (perChunk > 1 && largest(bytes, perChunk) > maxChunkBytes) {
            perChunk = (perChunk + 1) / 2;
        }
        JsonObject document =
                ArrayDocuments.sized(ArrayDocuments.byteStrings(), new long[] {count}, new long[] {perChunk});
        VlenBytesWriter writer = new VlenBytesWriter(
                new ZarrArray(nodes.store(), nodes.prefix(path), V3ArrayMetadata.parse(document, path)),
                WriteMode.DIRECT);
        for (int first = 0; first < count; first += perChunk) {
            int mark = workspace.mark();
            long size = Integer.BYTES + chunkBytes(bytes, first, perChunk);
            if (size > Workspace.MAX_ARRAY_BYTES) {
                throw new UnsupportedFeatureException("'" + path + "' would have a value of " + size
                        + " bytes, more than the 2 GiB that an array of byte strings can hold.");
            }
            ByteBuffer chunk = workspace.borrowBuffer((int) size).order(ByteOrder.LITTLE_ENDIAN);
            int start = chunk.position();
            chunk.putInt(perChunk);
            for (int i = first; i < first + perChunk; i++) {
                int inner = workspace.mark();
                ByteBuffer value = i < count ? string.apply(i) : ByteBuffer.allocate(0);
                chunk.putInt(value.remaining()).put(value.duplicate());
                workspace.releaseTo(inner);
            }
            writer.writeEncoded(
                    new long[] {first / perChunk},
                    writer.encode(chunk.limit(chunk.position()).position(start), workspace));
            workspace.releaseTo(mark);
        }
        nodes.document(path, document.with("attributes", attributes));
    }

    private static long largest(long[] bytes, int perChunk) {
        long largest = 0;
        for (int first = 0; first < bytes.length; first += perChunk) {
            largest = Math.max(largest, chunkBytes(bytes, first, perChunk));
        }
        return largest;
    }

    /** Padding strings included. */
    private static long chunkBytes(long[] bytes, int first, int perChunk) {
        long sum = 0;
        for (int i = first; i < first + perChunk; i++) {
            sum += i < bytes.length ? bytes[i] : Integer.BYTES;
        }
        return sum;
    }
}
