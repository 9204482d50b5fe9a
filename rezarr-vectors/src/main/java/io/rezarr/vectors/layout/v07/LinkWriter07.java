package io.rezarr.vectors.layout.v07;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.shuffle.Spool;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.node.LinkGroups;
import io.rezarr.vectors.write.AttributeColumns;
import io.rezarr.vectors.write.LinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the links of one delta: those within a chunk (or, between levels, from a chunk to that of the same key) with their chunk; all others go to a spool,
 * and from there, in the order of the chunks that they are filed under, into arrays of the level.
 */
final class LinkWriter07 implements LinkWriter {
    private static final short HALF_NAN = 0x7e00;

    private final Level level;
    private final LinkFormat format;
    private final List<AttributeColumns> attributes;
    private final ChunkIndex here;
    private final ChunkIndex there;
    private final int width;
    private final int rank;
    private final BlobFamily within;
    private final Supplier<Spool> spool;
    /** For each attribute its values of links within chunks. */
    private final List<BlobFamily> valuesWithin = new ArrayList<>();
    /** By the chunk that they are filed under. */
    private final Map<Integer, Crossing> crossing = new ConcurrentSkipListMap<>();

    /** What the level gives its families. */
    interface Level {
        BlobFamily family(String member);

        /** The groups of the links within chunks. */
        BlobFamily linkGroups();

        void group(String member, JsonObject attributes);

        /** Writes an array of the level from pieces. */
        void whole(String member, List<BlobWriter.Piece> pieces, long bytes, Workspace workspace);

        boolean wasInSource(String member);
    }

    /**
     * The links of one chunk that lead out of it.
     *
     * @param values for each attribute, by its number
     */
    private record Crossing(int count, BlobWriter.Piece records, Map<Integer, BlobWriter.Piece> values) {}

    LinkWriter07(
            Level level,
            LinkFormat format,
            List<AttributeColumns> attributes,
            ChunkIndex here,
            ChunkIndex there,
            Supplier<Spool> spool) {
        this.level = level;
        this.format = format;
        this.attributes = List.copyOf(attributes);
        this.here = here;
        this.there = there;
        this.spool = spool;
        this.width = format.width();
        this.rank = here.rank();
        this.within = level.family("links/" + delta());
        for (AttributeColumns attribute : attributes) {
            valuesWithin.add(
                    level.family("link_attributes/" + attribute.format().name() + "/" + delta()));
        }
    }

    private String delta() {
        return LinkFormat.nameOf(format.delta());
    }

    @Override
    public int filings(int[] chunks, long[] rows, int at, int[] filings) {
        filings[0] = chunks[at];
        return 1;
    }

    @Override
    public void write(int filedUnder, LinkBatch batch, Workspace workspace) {
        int[] links = new int[batch.size()];
        int inside = 0;
        for (int link = 0; link < links.length; link++) {
            if (batch.chunk(link, 0) != filedUnder) {
                throw new IllegalArgumentException(
                        "link " + batch.describe(link) + " is filed under chunk " + here.key(filedUnder));
            }
            inside += staysInside(batch, link) ? 1 : 0;
        }
        int outside = inside;
        int next = 0;
        for (int link = 0; link < links.length; link++) {
            links[staysInside(batch, link) ? next++ : outside++] = link;
        }
        if (inside > 0) {
            writeWithin(filedUnder, batch, links, inside, workspace);
        }
        if (inside < links.length) {
            writeCrossing(filedUnder, batch, links, inside, workspace);
        }
    }

    private boolean staysInside(LinkBatch batch, int link) {
        int first = batch.chunk(link, 0);
        for (int end = 1; end < width; end++) {
            int chunk = batch.chunk(link, end);
            if (format.delta() == 0 ? chunk != first : !isSameKey(first, chunk)) {
                return false;
            }
        }
        return true;
    }

    private boolean isSameKey(int chunk, int other) {
        for (int axis = 0; axis < rank; axis++) {
            if (here.coordinate(chunk, axis) != there.coordinate(other, axis)) {
                return false;
            }
        }
        return true;
    }

    private void writeWithin(int chunk, LinkBatch batch, int[] links, int count, Workspace workspace) {
        int mark = workspace.mark();
        int header = format.delta() == 0 ? 0 : 2 * Long.BYTES;
        long bytes = header + (long) count * width * Long.BYTES;
        ByteBuffer rows = workspace.borrowBuffer(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        int start = rows.position();
        if (header > 0) {
            rows.putLong(1).putLong(0);
        }
        for (int i = 0; i < count; i++) {
            for (int end = 0; end < width; end++) {
                rows.putLong(batch.row(links[i], end));
            }
        }
        within.write(chunk, rows.position(start), workspace);
        workspace.releaseTo(mark);
        if (format.delta() == 0) {
            level.linkGroups().write(chunk, LinkGroups.one(count), workspace);
        }
        for (int a = 0; a < attributes.size(); a++) {
            ByteBuffer values = values(batch, a, links, 0, count, workspace);
            if (values != null) {
                valuesWithin.get(a).write(chunk, values, workspace);
            }
            workspace.releaseTo(mark);
        }
    }

    /** The values of some of the links; {@code null} if the batch has none. */
    private @Nullable ByteBuffer values(
            LinkBatch batch, int attribute, int[] links, int from, int to, Workspace workspace) {
        ByteBuffer values = batch.attribute(attribute);
        if (values == null) {
            return null;
        }
        int rowBytes = Math.toIntExact(attributes.get(attribute).rowBytes());
        ByteBuffer selected = workspace.borrowBuffer(Math.multiplyExact(rowBytes, to - from));
        for (int i = from; i < to; i++) {
            selected.put(
                    selected.position() + (i - from) * rowBytes,
                    values,
                    values.position() + links[i] * rowBytes,
                    rowBytes);
        }
        return selected;
    }

    private void writeCrossing(int chunk, LinkBatch batch, int[] links, int from, Workspace workspace) {
        int count = links.length - from;
        int mark = workspace.mark();
        long bytes = (long) count * width * (rank + 1) * Long.BYTES;
        ByteBuffer records = workspace.borrowBuffer(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        int start = records.position();
        for (int i = from; i < links.length; i++) {
            for (int end = 0; end < width; end++) {
                ChunkIndex chunks = end == 0 ? here : there;
                for (int axis = 0; axis < rank; axis++) {
                    records.putLong(chunks.coordinate(batch.chunk(links[i], end), axis));
                }
                records.putLong(batch.row(links[i], end));
            }
        }
        BlobWriter.Piece stored = putAside(records.position(start), workspace);
        workspace.releaseTo(mark);
        Map<Integer, BlobWriter.Piece> values = new ConcurrentHashMap<>();
        for (int a = 0; a < attributes.size(); a++) {
            ByteBuffer rows = values(batch, a, links, from, links.length, workspace);
            if (rows != null && !isAbsent(attributes.get(a), rows)) {
                values.put(a, putAside(rows, workspace));
            }
            workspace.releaseTo(mark);
        }
        crossing.put(chunk, new Crossing(count, stored, values));
    }

    private BlobWriter.Piece putAside(ByteBuffer value, Workspace workspace) {
        return new BlobWriter.Piece(spool.get().append(value, workspace), value.remaining());
    }

    boolean isWithinLevel() {
        return format.delta() == 0;
    }

    /** Whether the level has a family of links that leave chunks, with or without links in it. */
    boolean hasCrossingFamily() {
        return !crossing.isEmpty() || level.wasInSource("cross_chunk_links/" + delta());
    }

    /** Whether there are links that leave chunks, and have other than two ends. */
    boolean hasWideCrossings() {
        return !crossing.isEmpty() && width != 2;
    }

    /** Writes the arrays of the level, and the documents of their groups. */
    void finish(Workspace workspace) {
        long count = crossing.values().stream().mapToLong(Crossing::count).sum();
        String ofLinks = "links/" + delta();
        if (!within.isEmpty() || level.wasInSource(ofLinks)) {
            level.group("links", JsonObject.EMPTY);
            level.group(ofLinks, linkAttributes("links", !within.isEmpty()).with("dtype", new JsonString("int64")));
        }
        String ofCrossing = "cross_chunk_links/" + delta();
        if (hasCrossingFamily()) {
            finishCrossing(ofCrossing, count, workspace);
        }
        for (int a = 0; a < attributes.size(); a++) {
            finishAttribute(a, count, workspace);
        }
    }

    private JsonObject linkAttributes(String kind, boolean hasLinks) {
        JsonObject known =
                format.attributes().member(kind) instanceof JsonObject attributes ? attributes : JsonObject.EMPTY;
        JsonObject attributes = known.has("zv_array")
                ? known
                : JsonObject.EMPTY
                        .with("zv_array", new JsonString(kind))
                        .with("level_delta", JsonNumber.of(format.delta()));
        return hasLinks || !attributes.has("link_width")
                ? attributes.with("link_width", JsonNumber.of(width))
                : attributes;
    }

    private void finishCrossing(String member, long count, Workspace workspace) {
        JsonObject attributes = linkAttributes("cross_chunk_links", count > 0);
        if (count == 0) {
            attributes = attributes.without("num_links").without("sid_ndim");
        } else {
            attributes = attributes.with("num_links", JsonNumber.of(count)).with("sid_ndim", JsonNumber.of(rank));
            long bytes = count * width * (rank + 1) * Long.BYTES;
            List<BlobWriter.Piece> pieces =
                    crossing.values().stream().map(Crossing::records).toList();
            level.whole(member + "/data", pieces, bytes, workspace);
        }
        level.group(member, attributes);
    }

    private void finishAttribute(int number, long count, Workspace workspace) {
        AttributeColumns attribute = attributes.get(number);
        String name = attribute.format().name();
        String ofLinks = "link_attributes/" + name;
        if (!valuesWithin.get(number).isEmpty() || level.wasInSource(ofLinks + "/" + delta())) {
            level.group("link_attributes", JsonObject.EMPTY);
            level.group(ofLinks, JsonObject.EMPTY);
            level.group(ofLinks + "/" + delta(), described(attribute, "link_attribute"));
        }
        String ofCrossing = "cross_chunk_link_attributes/" + name;
        boolean hasCrossing = crossing.values().stream().anyMatch(chunk -> chunk.values.containsKey(number));
        if (count == 0 || (!hasCrossing && !level.wasInSource(ofCrossing + "/" + delta()))) {
            return;
        }
        level.whole(
                ofCrossing + "/" + delta() + "/data",
                crossingValues(number, attribute, workspace),
                count * attribute.rowBytes(),
                workspace);
        JsonArray shape =
                attribute.columns() == 1 ? JsonArray.ofLongs(count) : JsonArray.ofLongs(count, attribute.columns());
        level.group("cross_chunk_link_attributes", JsonObject.EMPTY);
        level.group(ofCrossing, JsonObject.EMPTY);
        level.group(
                ofCrossing + "/" + delta(),
                described(attribute, "cross_chunk_link_attribute")
                        .with("num_links", JsonNumber.of(count))
                        .with("shape", shape));
    }

    /** A row for each link that crosses chunks; for those that have no value, what says that there is none. */
    private List<BlobWriter.Piece> crossingValues(int number, AttributeColumns attribute, Workspace workspace) {
        List<BlobWriter.Piece> pieces = new ArrayList<>();
        for (Crossing chunk : crossing.values()) {
            BlobWriter.Piece piece = chunk.values.get(number);
            if (piece == null) {
                int mark = workspace.mark();
                piece = putAside(absent(attribute, chunk.count, workspace), workspace);
                workspace.releaseTo(mark);
            }
            pieces.add(piece);
        }
        return pieces;
    }

    /** What says that there is no value: NaN, or zero. */
    private static ByteBuffer absent(AttributeColumns attribute, int rows, Workspace workspace) {
        DataType type = attribute.format().type();
        int bytes = Math.toIntExact(attribute.rowBytes() * rows);
        ByteBuffer values = workspace.borrowBuffer(bytes).order(ByteOrder.LITTLE_ENDIAN);
        byte[] none = none(type);
        for (int at = values.position(); at < values.limit(); at += none.length) {
            values.put(at, none);
        }
        return values;
    }

    private static byte[] none(DataType type) {
        ByteBuffer element = ByteBuffer.allocate(type.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (type.kind() == DataType.Kind.FLOAT) {
            switch (type.elementBytes()) {
                case 2 -> element.putShort(HALF_NAN);
                case 4 -> element.putInt(Float.floatToRawIntBits(Float.NaN));
                default -> element.putLong(Double.doubleToRawLongBits(Double.NaN));
            }
        }
        return element.array();
    }

    /** Whether these values would be written as well if there were none. */
    private static boolean isAbsent(AttributeColumns attribute, ByteBuffer values) {
        byte[] none = none(attribute.format().type());
        for (int i = 0; i < values.remaining(); i++) {
            if (values.get(values.position() + i) != none[i % none.length]) {
                return false;
            }
        }
        return true;
    }

    private JsonObject described(AttributeColumns attribute, String kind) {
        JsonObject known = attribute.format().attributes();
        JsonObject described = JsonObject.EMPTY;
        for (Map.Entry<String, JsonValue> member : known.members().entrySet()) {
            if (!member.getKey().equals("num_links") && !member.getKey().equals("shape")) {
                described = described.with(member.getKey(), member.getValue());
            }
        }
        return described
                .with("zv_array", new JsonString(kind))
                .with("name", new JsonString(attribute.format().name()))
                .with("dtype", new JsonString(attribute.format().type().name()))
                .with("level_delta", JsonNumber.of(format.delta()));
    }
}
