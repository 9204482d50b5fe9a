package io.rezarr.vectors.layout.v07;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.LinkFormat.StorePolicy;
import io.rezarr.vectors.model.Sizes;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The links of one delta: those within a chunk (or, between levels, from a chunk to that of the same key) in a group of arrays, all others in one
 * array of the level. A batch is a chunk of the former, or a range of the latter.
 */
final class LinkFamily07 implements LinkFamily {
    private final String path;
    private final LinkFormat format;
    private final List<Attribute> attributes;
    private final ChunkLinks inChunks;
    private final @Nullable CrossingLinks crossing;
    private final ChunkIndex here;
    private final @Nullable ChunkIndex there;

    /**
     * @param inChunks values of links within chunks; {@code null} if there are none
     * @param crossing values of the others; {@code null} if there are none
     */
    private record Attribute(
            AttributeFormat format,
            @Nullable ArrayGroup inChunks,
            @Nullable Blob crossing) {}

    private LinkFamily07(
            String path,
            LinkFormat format,
            List<Attribute> attributes,
            ChunkLinks inChunks,
            @Nullable CrossingLinks crossing,
            ChunkIndex here,
            @Nullable ChunkIndex there) {
        this.path = path;
        this.format = format;
        this.attributes = attributes;
        this.inChunks = inChunks;
        this.crossing = crossing;
        this.here = here;
        this.there = there;
    }

    static LinkFamily07 open(NodeTree nodes, String level, int delta, ChunkIndex here, @Nullable ChunkIndex there) {
        String name = LinkFormat.nameOf(delta);
        String path = level + "/links/" + name;
        JsonPlace ofChunks = nodes.attributes(path);
        JsonPlace ofCrossing = nodes.attributes(level + "/cross_chunk_links/" + name);
        int width = width(ofChunks.member("link_width"), ofCrossing.member("link_width"));
        int crossingWidth = width(ofCrossing.member("link_width"), ofChunks.member("link_width"));
        ChunkLinks inChunks = ChunkLinks.open(nodes, path, delta, width, here.rank());
        CrossingLinks crossing =
                CrossingLinks.find(nodes, level + "/cross_chunk_links/" + name + "/data", crossingWidth, here.rank());
        requireOneWidth(nodes, level, name, inChunks, crossing);
        boolean onlyCrossing = inChunks.values().chunks().size() == 0 && crossing != null && crossing.size() > 0;
        LinkFormat format = new LinkFormat(
                delta,
                onlyCrossing ? crossingWidth : width,
                delta != 0,
                StorePolicy.CANONICAL,
                -1,
                -1,
                JsonObject.EMPTY.with("links", ofChunks.object()).with("cross_chunk_links", ofCrossing.object()));
        List<Attribute> attributes = attributes(nodes, level, name, here.rank());
        return new LinkFamily07(path, format, attributes, inChunks, crossing, here, there);
    }

    /** A width may be declared where there are no links. */
    private static void requireOneWidth(
            NodeTree nodes, String level, String delta, ChunkLinks inChunks, @Nullable CrossingLinks crossing) {
        if (crossing == null || crossing.size() == 0) {
            return;
        }
        String place = "'" + nodes.name(level + "/cross_chunk_links/" + delta) + "' holds links of " + crossing.width();
        if (inChunks.values().chunks().size() > 0 && inChunks.width() != crossing.width()) {
            throw new UnsupportedFeatureException(place + " ends, '" + level + "/links/" + delta + "' of "
                    + inChunks.width() + "; rezarr supports one width. Remove one of them.");
        }
        if (crossing.width() == 1 && !delta.equals("0")) {
            throw new UnsupportedFeatureException(
                    place + " end, which say what they lead to, but not from where; rezarr does not support this."
                            + " Remove them, or store both ends.");
        }
    }

    private static int width(JsonPlace place, JsonPlace otherwise) {
        if (!place.isAbsentOrNull()) {
            return (int) place.integer(1, 64);
        }
        return otherwise.isAbsentOrNull() ? 2 : (int) otherwise.integer(1, 64);
    }

    private static List<Attribute> attributes(NodeTree nodes, String level, String delta, int rank) {
        String inChunks = level + "/link_attributes/";
        String crossing = level + "/cross_chunk_link_attributes/";
        TreeSet<String> names = new TreeSet<>(nodes.members(inChunks.substring(0, inChunks.length() - 1)));
        names.addAll(nodes.members(crossing.substring(0, crossing.length() - 1)));
        List<Attribute> attributes = new ArrayList<>();
        for (String name : names) {
            JsonPlace ofChunks = nodes.findAttributes(inChunks + name + "/" + delta);
            JsonPlace ofCrossing = nodes.findAttributes(crossing + name + "/" + delta);
            JsonPlace metadata = ofChunks == null ? ofCrossing : ofChunks;
            if (metadata != null) {
                attributes.add(new Attribute(
                        AttributeFormats.of(name, metadata),
                        ofChunks == null ? null : ArrayGroup.open(nodes, inChunks + name + "/" + delta, rank),
                        Blob.find(nodes, crossing + name + "/" + delta + "/data")));
            }
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
        return crossing == null || inChunks.values().chunks().size() > 0
                ? inChunks.values().codecs()
                : crossing.blob().codecs();
    }

    @Override
    public int batches() {
        int ofCrossing = crossing == null ? 0 : crossing.ranges().batches();
        return Sizes.count((long) inChunks.values().chunks().size() + ofCrossing, "batches", path);
    }

    @Override
    public boolean isCrossing(int batch) {
        return batch >= inChunks.values().chunks().size();
    }

    @Override
    public LinkBatch read(int batch, Workspace workspace) {
        java.util.Objects.checkIndex(batch, batches());
        int chunks = inChunks.values().chunks().size();
        return isCrossing(batch) ? readCrossing(batch - chunks, workspace) : readChunk(batch, workspace);
    }

    private LinkBatch readChunk(int chunk, Workspace workspace) {
        var key = inChunks.values().chunks().key(chunk);
        String place = path + " chunk " + key;
        LinkBatch.Builder links = new LinkBatch.Builder(place, format.width(), here, there, 16);
        try {
            inChunks.read(key, links, workspace);
        } catch (MalformedDataException e) {
            throw e.in(place);
        }
        List<@Nullable ByteBuffer> values = new ArrayList<>(attributes.size());
        for (Attribute attribute : attributes) {
            values.add(attribute.inChunks == null ? null : attribute.inChunks.read(key, workspace));
        }
        return links.build(-1, values);
    }

    private LinkBatch readCrossing(int batch, Workspace workspace) {
        CrossingLinks links = java.util.Objects.requireNonNull(crossing, "crossing links");
        LinkBatch.Builder builder = links.read(batch, here, there, workspace);
        List<@Nullable ByteBuffer> values = new ArrayList<>(attributes.size());
        for (Attribute attribute : attributes) {
            values.add(attribute.crossing == null ? null : links.values(attribute.crossing, batch, workspace));
        }
        return builder.build(-1, values);
    }
}
