package io.rezarr.vectors.layout.v09;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.LinkFormat.StorePolicy;
import io.rezarr.vectors.model.Sizes;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The links of one delta: an array for each combination of offsets between the chunks of their ends. A batch is a chunk of such an array. */
final class LinkFamily09 implements LinkFamily {
    private final String path;
    private final LinkFormat format;
    private final List<SegmentArray> segments;
    private final List<Attribute> attributes;
    private final ChunkIndex here;
    private final @Nullable ChunkIndex there;
    /** The number of batches before those of each segment, and behind the last one of all. */
    private final int[] firstBatch;

    /** @param arrays for each segment; {@code null} where the attribute has none */
    private record Attribute(AttributeFormat format, List<@Nullable PerChunkArray> arrays) {}

    private LinkFamily09(
            String path,
            LinkFormat format,
            List<SegmentArray> segments,
            List<Attribute> attributes,
            ChunkIndex here,
            @Nullable ChunkIndex there) {
        this.path = path;
        this.format = format;
        this.segments = segments;
        this.attributes = attributes;
        this.here = here;
        this.there = there;
        this.firstBatch = new int[segments.size() + 1];
        for (int i = 0; i < segments.size(); i++) {
            int batches = segments.get(i).array().chunks().size();
            firstBatch[i + 1] = Sizes.count((long) firstBatch[i] + batches, "batches", path);
        }
    }

    /**
     * @param level the path of the level
     * @param here its chunks
     * @param there those of the level that other ends are in; {@code null} if there is none
     */
    static LinkFamily09 open(
            NodeTree nodes, String level, int delta, ChunkIndex here, @Nullable ChunkIndex there, ChunkScales scales) {
        String path = level + "/links/" + LinkFormat.nameOf(delta);
        JsonPlace metadata = nodes.attributes(path);
        LinkFormat format = format(metadata, delta);
        int rank = (int) metadata.member("sid_ndim").integer(here.rank(), here.rank());
        List<SegmentArray> segments = new ArrayList<>();
        for (String name : nodes.members(path)) {
            LinkSegment segment = LinkSegment.parse(name, rank, format.width());
            if (segment == null) {
                throw new InvalidMetadataException("'" + nodes.name(path) + "/" + name
                        + "' is no name of an array of links of " + format.width() + " ends in chunks of " + rank
                        + " coordinates; expected " + (format.width() - 1) + " offsets such as "
                        + "0.".repeat(rank - 1) + "+1 joined by '_'.");
            }
            segments.add(SegmentArray.open(nodes, path + "/" + name, segment, format, scales));
        }
        return new LinkFamily09(path, format, segments, attributes(nodes, level, format, segments), here, there);
    }

    private static LinkFormat format(JsonPlace metadata, int delta) {
        JsonPlace store = metadata.member("store");
        String policy = store.isAbsentOrNull() ? "canonical" : store.string("canonical or duplicate");
        if (!policy.equals("canonical") && !policy.equals("duplicate")) {
            throw store.invalid("canonical or duplicate");
        }
        return new LinkFormat(
                delta,
                (int) metadata.member("link_width").integer(1, 64),
                metadata.member("directed").value() == JsonLiteral.TRUE,
                policy.equals("duplicate") ? StorePolicy.DUPLICATE : StorePolicy.CANONICAL,
                AttributeFormats.countOrMinusOne(metadata.member("num_links")),
                AttributeFormats.countOrMinusOne(metadata.member("num_physical_records")),
                metadata.object());
    }

    private static List<Attribute> attributes(
            NodeTree nodes, String level, LinkFormat format, List<SegmentArray> segments) {
        List<Attribute> attributes = new ArrayList<>();
        for (String name : nodes.members(level + "/link_attributes")) {
            String path = level + "/link_attributes/" + name + "/" + LinkFormat.nameOf(format.delta());
            List<String> stored = nodes.members(path);
            if (stored.isEmpty()) {
                continue;
            }
            List<@Nullable PerChunkArray> arrays = new ArrayList<>();
            for (SegmentArray segment : segments) {
                String array = segment.segment().name();
                arrays.add(stored.contains(array) ? PerChunkArray.open(nodes, path + "/" + array) : null);
            }
            // Type and columns stand on the arrays, which have the same.
            JsonPlace first = nodes.attributes(path + "/" + stored.get(0));
            attributes.add(new Attribute(AttributeFormats.of(name, first), arrays));
        }
        return attributes;
    }

    @Override
    public LinkFormat format() {
        return format;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public List<AttributeFormat> attributes() {
        return attributes.stream().map(Attribute::format).toList();
    }

    @Override
    public List<CodecSpec> codecs() {
        return segments.isEmpty() ? List.of() : segments.get(0).array().codecs();
    }

    @Override
    public int batches() {
        return firstBatch[segments.size()];
    }

    @Override
    public boolean isCrossing(int batch) {
        return !segments.get(segmentOf(batch)).segment().isZero();
    }

    private int segmentOf(int batch) {
        java.util.Objects.checkIndex(batch, batches());
        int number = Arrays.binarySearch(firstBatch, batch);
        number = number < 0 ? -2 - number : number;
        while (firstBatch[number + 1] == batch) {
            number++; // segments without chunks
        }
        return number;
    }

    @Override
    public LinkBatch read(int batch, Workspace workspace) {
        int number = segmentOf(batch);
        SegmentArray segment = segments.get(number);
        ChunkKey key = segment.array().chunks().key(batch - firstBatch[number]);
        String place = segment.array().path() + " chunk " + key;
        LinkBatch.Builder links = new LinkBatch.Builder(place, format.width(), here, there, 16);
        try {
            segment.read(key, links, workspace);
            int copiesUnder = format.policy() == StorePolicy.DUPLICATE ? here.find(key) : -1;
            return links.build(copiesUnder, values(number, key, workspace));
        } catch (MalformedDataException e) {
            throw e.in(place);
        }
    }

    private List<@Nullable ByteBuffer> values(int segment, ChunkKey key, Workspace workspace) {
        List<@Nullable ByteBuffer> values = new ArrayList<>(attributes.size());
        for (Attribute attribute : attributes) {
            PerChunkArray array = attribute.arrays.get(segment);
            values.add(array == null ? null : array.read(key, workspace));
        }
        return values;
    }
}
