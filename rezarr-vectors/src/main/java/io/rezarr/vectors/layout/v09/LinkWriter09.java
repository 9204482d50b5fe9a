package io.rezarr.vectors.layout.v09;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.LinkFormat.StorePolicy;
import io.rezarr.vectors.node.LinkGroups;
import io.rezarr.vectors.write.AttributeColumns;
import io.rezarr.vectors.write.LinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes the links of one delta: into an array for each combination of offsets between the chunks of their ends, each made when the first such link
 * comes. Links within a chunk make one group.
 */
final class LinkWriter09 implements LinkWriter {
    private static final int HEADER_BYTES = 2 * Long.BYTES;

    private final Level level;
    private final LinkFormat format;
    private final List<AttributeColumns> attributes;
    private final ChunkIndex here;
    private final ChunkIndex there;
    private final ChunkScales scales;
    private final int rank;
    private final int width;
    private final boolean isDuplicate;
    private final Map<ChunkKey, Segment> segments = new ConcurrentHashMap<>();
    private final LongAdder links = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final List<LongAdder> valued = new ArrayList<>();

    /** What the level gives its families. */
    interface Level {
        /** An array of the level; the family's template is that of the source's arrays below {@code family}. */
        ChunkArrayWriter array(String path, String family, JsonObject attributes);

        void group(String path, JsonObject attributes);

        /** Those of a group of the source; none if its layout is another. */
        JsonObject sourceAttributes(String path);

        /** The groups of the links within chunks. */
        ChunkArrayWriter linkGroups();

        Grid09 grid();
    }

    /**
     * The array of some offsets, and those of its attributes.
     *
     * @param values by the number of the attribute; made when the first value comes
     */
    private record Segment(LinkSegment name, ChunkArrayWriter array, Map<Integer, ChunkArrayWriter> values) {}

    LinkWriter09(
            Level level,
            LinkFormat format,
            List<AttributeColumns> attributes,
            ChunkIndex here,
            ChunkIndex there,
            ChunkScales scales) {
        this.level = level;
        this.format = format;
        this.attributes = List.copyOf(attributes);
        this.here = here;
        this.there = there;
        this.scales = scales;
        this.rank = here.rank();
        this.width = format.width();
        this.isDuplicate = format.delta() == 0 && format.policy() == StorePolicy.DUPLICATE;
        attributes.forEach(attribute -> valued.add(new LongAdder()));
    }

    /** Makes the array of links within chunks, and of their groups, although nothing may come for them. */
    void openWithinChunks() {
        segment(ChunkKey.of(new long[(width - 1) * rank]));
        level.linkGroups();
    }

    /** Whether all ends are in one level. */
    boolean isOfLevel() {
        return format.delta() == 0;
    }

    /** Whether nothing was written. */
    boolean isEmpty() {
        return segments.isEmpty();
    }

    private boolean isSorted() {
        return format.delta() == 0 && !isDuplicate && !format.directed();
    }

    private boolean hasCode(LinkSegment segment) {
        return format.delta() == 0 && !segment.isZero() && (isDuplicate || !format.directed());
    }

    @Override
    public int filings(int[] chunks, long[] rows, int at, int[] filings) {
        if (!isDuplicate) {
            int first = at;
            for (int end = at + 1; isSorted() && end < at + width; end++) {
                first = chunks[end] < chunks[first] ? end : first;
            }
            filings[0] = chunks[first];
            return 1;
        }
        int count = 0;
        for (int end = at; end < at + width; end++) {
            int place = count;
            while (place > 0 && filings[place - 1] > chunks[end]) {
                place--;
            }
            if (place > 0 && filings[place - 1] == chunks[end]) {
                continue;
            }
            System.arraycopy(filings, place, filings, place + 1, count - place);
            filings[place] = chunks[end];
            count++;
        }
        return count;
    }

    @Override
    public void write(int filedUnder, LinkBatch batch, Workspace workspace) {
        Sorted sorted = new Sorted(filedUnder, batch);
        records.add(batch.size());
        int once = batch.size();
        for (int link = 0; isDuplicate && link < batch.size(); link++) {
            once -= batch.chunk(link, 0) == filedUnder ? 0 : 1;
        }
        links.add(once);
        for (int s = 0; s < sorted.segments.size(); s++) {
            writeRows(sorted, s, workspace);
            for (int a = 0; a < attributes.size(); a++) {
                ByteBuffer values = batch.attribute(a);
                if (values != null) {
                    writeValues(sorted, s, a, values, workspace);
                }
            }
        }
    }

    /** Links of one chunk, with the order in which their ends are stored, by the array that they go to. */
    private final class Sorted {
        private final LinkBatch batch;
        private final int filedUnder;
        /** For each link, the place in the given order of each stored end. */
        private final int[] sigma;

        private final long[] anchor;
        private final List<Segment> segments = new ArrayList<>();
        /** The links of the first segment, in their order, then those of the next one. */
        private final int[] links;

        private final int[] begins;

        Sorted(int filedUnder, LinkBatch batch) {
            this.batch = batch;
            this.filedUnder = filedUnder;
            this.sigma = new int[Math.multiplyExact(batch.size(), width)];
            this.anchor = scales.anchor(here.key(filedUnder));
            int[] segmentOf = new int[batch.size()];
            Map<ChunkKey, Integer> numbers = new HashMap<>();
            for (int link = 0; link < batch.size(); link++) {
                order(link);
                segmentOf[link] = link > 0 && hasChunksOf(link, link - 1)
                        ? segmentOf[link - 1]
                        : numbers.computeIfAbsent(offsets(link), this::add);
            }
            this.begins = new int[segments.size() + 1];
            for (int segment : segmentOf) {
                begins[segment + 1]++;
            }
            for (int segment = 0; segment < segments.size(); segment++) {
                begins[segment + 1] += begins[segment];
            }
            this.links = new int[batch.size()];
            int[] next = begins.clone();
            for (int link = 0; link < links.length; link++) {
                links[next[segmentOf[link]]++] = link;
            }
        }

        private int add(ChunkKey offsets) {
            segments.add(segment(offsets));
            return segments.size() - 1;
        }

        int size(int segment) {
            return begins[segment + 1] - begins[segment];
        }

        private boolean hasChunksOf(int link, int other) {
            for (int end = 0; end < width; end++) {
                if (chunk(link, end) != chunk(other, end)) {
                    return false;
                }
            }
            return true;
        }

        int chunk(int link, int storedEnd) {
            return batch.chunk(link, sigma[link * width + storedEnd]);
        }

        long row(int link, int storedEnd) {
            return batch.row(link, sigma[link * width + storedEnd]);
        }

        private void order(int link) {
            int at = link * width;
            for (int end = 0; end < width; end++) {
                sigma[at + end] = end;
            }
            if (format.delta() != 0 || batch.staysInChunk(link)) {
                return;
            }
            if (isDuplicate) {
                lead(link, at);
            } else if (isSorted()) {
                sort(link, at);
            }
        }

        /** Of the ends in the chunk that the copy is filed under, the one with the least row comes first. */
        private void lead(int link, int at) {
            int leading = -1;
            for (int end = 0; end < width; end++) {
                boolean isHere = batch.chunk(link, end) == filedUnder;
                if (isHere && (leading < 0 || batch.row(link, end) < batch.row(link, leading))) {
                    leading = end;
                }
            }
            requireFiled(link, leading >= 0);
            System.arraycopy(sigma, at, sigma, at + 1, leading);
            sigma[at] = leading;
        }

        private void sort(int link, int at) {
            for (int i = 1; i < width; i++) {
                int end = sigma[at + i];
                int to = i;
                while (to > 0 && isBefore(link, end, sigma[at + to - 1])) {
                    sigma[at + to] = sigma[at + to - 1];
                    to--;
                }
                sigma[at + to] = end;
            }
        }

        private boolean isBefore(int link, int end, int other) {
            int order = Integer.compare(batch.chunk(link, end), batch.chunk(link, other));
            return (order != 0 ? order : Long.compare(batch.row(link, end), batch.row(link, other))) < 0;
        }

        private void requireFiled(int link, boolean isRight) {
            if (!isRight) {
                throw new IllegalArgumentException(
                        "link " + batch.describe(link) + " is filed under chunk " + here.key(filedUnder));
            }
        }

        /** The offsets of all stored ends but the first, one behind the other. */
        ChunkKey offsets(int link) {
            requireFiled(link, chunk(link, 0) == filedUnder);
            long[] offsets = new long[(width - 1) * rank];
            for (int end = 1; end < width; end++) {
                int chunk = chunk(link, end);
                for (int axis = 0; axis < rank; axis++) {
                    offsets[(end - 1) * rank + axis] = there.coordinate(chunk, axis) - anchor[axis];
                }
            }
            return ChunkKey.of(offsets);
        }
    }

    private Segment segment(ChunkKey offsets) {
        return segments.computeIfAbsent(offsets, key -> {
            LinkSegment name = LinkSegment.of(key, rank);
            String path = family() + "/" + name.name();
            return new Segment(name, level.array(path, family(), attributesOf(name)), new ConcurrentHashMap<>());
        });
    }

    private String family() {
        return "links/" + LinkFormat.nameOf(format.delta());
    }

    private JsonObject attributesOf(LinkSegment segment) {
        return JsonObject.EMPTY
                .with("zv_array", new JsonString("links"))
                .with("dtype", new JsonString("int64"))
                .with("offsets", json(segment))
                .with("has_perm", JsonLiteral.of(hasCode(segment)))
                .with("link_width", JsonNumber.of(width))
                .with("level_delta", JsonNumber.of(format.delta()));
    }

    private static JsonArray json(LinkSegment segment) {
        return new JsonArray(segment.offsets().stream()
                .<JsonValue>map(offset -> JsonArray.ofLongs(offset.toArray()))
                .toList());
    }

    private void writeRows(Sorted sorted, int number, Workspace workspace) {
        Segment segment = sorted.segments.get(number);
        boolean isWithinChunk = format.delta() == 0 && segment.name.isZero();
        boolean hasCode = hasCode(segment.name);
        int rowBytes = (width + (hasCode ? 1 : 0)) * Long.BYTES;
        long bytes = (isWithinChunk ? 0 : HEADER_BYTES) + (long) rowBytes * sorted.size(number);
        int mark = workspace.mark();
        ByteBuffer rows = workspace.borrowBuffer(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        int start = rows.position();
        if (!isWithinChunk) {
            rows.putLong(1).putLong(0);
        }
        for (int i = sorted.begins[number]; i < sorted.begins[number + 1]; i++) {
            int link = sorted.links[i];
            if (hasCode) {
                rows.putLong(Permutations.encode(sorted.sigma, link * width, width));
            }
            for (int end = 0; end < width; end++) {
                rows.putLong(sorted.row(link, end));
            }
        }
        segment.array.write(sorted.filedUnder, rows.position(start), workspace);
        workspace.releaseTo(mark);
        if (isWithinChunk) {
            level.linkGroups().write(sorted.filedUnder, LinkGroups.one(sorted.size(number)), workspace);
        }
    }

    private void writeValues(Sorted sorted, int number, int attribute, ByteBuffer values, Workspace workspace) {
        Segment segment = sorted.segments.get(number);
        ChunkArrayWriter array = segment.values.computeIfAbsent(attribute, key -> values(segment.name, attribute));
        int rowBytes = Math.toIntExact(attributes.get(attribute).rowBytes());
        int mark = workspace.mark();
        ByteBuffer rows = workspace.borrowBuffer(Math.multiplyExact(rowBytes, sorted.size(number)));
        int to = rows.position();
        for (int i = sorted.begins[number]; i < sorted.begins[number + 1]; i++) {
            rows.put(to, values, values.position() + sorted.links[i] * rowBytes, rowBytes);
            to += rowBytes;
        }
        array.write(sorted.filedUnder, rows, workspace);
        workspace.releaseTo(mark);
        valued.get(attribute).add(sorted.size(number));
    }

    private ChunkArrayWriter values(LinkSegment segment, int attribute) {
        AttributeColumns columns = attributes.get(attribute);
        String family = "link_attributes/" + columns.format().name() + "/" + LinkFormat.nameOf(format.delta());
        JsonObject described = Attributes09.of(columns, "link_attribute")
                .with("offsets", json(segment))
                .with("level_delta", JsonNumber.of(format.delta()));
        return level.array(family + "/" + segment.name(), family, described);
    }

    /** Writes the documents. */
    void finish() {
        new TreeMap<>(segments).forEach((offsets, segment) -> {
            segment.array.finish();
            segment.values.values().forEach(ChunkArrayWriter::finish);
        });
        level.group(family(), familyAttributes());
        for (int a = 0; a < attributes.size(); a++) {
            finishAttribute(attributes.get(a).format(), valued.get(a).sum());
        }
    }

    private JsonObject familyAttributes() {
        JsonObject attributes = format.attributes().has("link_width")
                ? format.attributes()
                : JsonObject.EMPTY
                        .with("zv_array", new JsonString("links_family"))
                        .with("level_delta", JsonNumber.of(format.delta()));
        attributes = attributes
                .with("link_width", JsonNumber.of(width))
                .with("directed", JsonLiteral.of(format.directed()))
                .with("store", new JsonString(isDuplicate ? "duplicate" : "canonical"))
                .with("sid_ndim", JsonNumber.of(rank))
                .with("num_links", JsonNumber.of(links.sum()))
                .with("num_physical_records", JsonNumber.of(records.sum()));
        return attributes;
    }

    private void finishAttribute(AttributeFormat attribute, long rows) {
        String path = "link_attributes/" + attribute.name();
        level.group("link_attributes", JsonObject.EMPTY);
        level.group(path, JsonObject.EMPTY);
        String family = path + "/" + LinkFormat.nameOf(format.delta());
        level.group(
                family,
                level.sourceAttributes(family)
                        .with("zv_array", new JsonString("link_attribute_family"))
                        .with("name", new JsonString(attribute.name()))
                        .with("level_delta", JsonNumber.of(format.delta()))
                        .with("num_links", JsonNumber.of(isDuplicate && rows > 0 ? links.sum() : rows)));
    }
}
