package io.rezarr.vectors.layout.v07;

import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.LinkDeltas;
import io.rezarr.vectors.node.NodeLevel;
import io.rezarr.vectors.node.NodeStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A level of a store of layout 0.7. */
final class Level07 extends NodeLevel {
    private static final Set<String> MEMBERS = Set.of(
            "vertices",
            "vertex_fragments",
            "vertex_attributes",
            "links",
            "link_fragments",
            "link_attributes",
            "cross_chunk_links",
            "cross_chunk_link_attributes",
            "object_index",
            "object_attributes",
            "groups",
            "group_attributes");

    Level07(NodeStore store, LevelMetadata metadata) {
        super(store, metadata, MEMBERS);
    }

    @Override
    public ChunkValues vertices() {
        return family("vertices");
    }

    @Override
    public ChunkValues fragments() {
        return family("vertex_fragments");
    }

    @Override
    public @Nullable ChunkValues linkGroups() {
        return nodes().exists(path("link_fragments")) ? family("link_fragments") : null;
    }

    private ArrayGroup family(String member) {
        return ArrayGroup.open(nodes(), path(member), metadata().rank());
    }

    @Override
    public ChunkAttribute vertexAttribute(String name) {
        String member = "vertex_attributes/" + name;
        return new ChunkAttribute(AttributeFormats.of(name, nodes().attributes(path(member))), family(member));
    }

    /** This layout has none. */
    @Override
    public List<String> fragmentAttributeNames() {
        return List.of();
    }

    @Override
    public ChunkAttribute fragmentAttribute(String name) {
        throw new IllegalArgumentException("no fragment attribute '" + name + "': layout 0.7 has none");
    }

    @Override
    public List<Integer> linkDeltas() {
        List<String> names = new ArrayList<>(nodes().members(path("links")));
        names.addAll(nodes().members(path("cross_chunk_links")));
        return LinkDeltas.of(names);
    }

    @Override
    public LinkFamily links(int delta) {
        ChunkIndex here = vertices().chunks();
        ChunkIndex there = delta == 0 ? here : chunksOf(target(delta));
        return LinkFamily07.open(nodes(), path(), delta, here, there);
    }

    @Override
    public @Nullable ObjectIndex objects() {
        return ObjectIndex07.find(nodes(), path("object_index"), vertices().chunks());
    }

    @Override
    public AttributeTable objectAttribute(String name) {
        return BlobTable.open(nodes(), path("object_attributes/" + name), name);
    }

    @Override
    public @Nullable Groups groups() {
        return Groups07.find(nodes(), path("groups"));
    }

    @Override
    public AttributeTable groupAttribute(String name) {
        return BlobTable.open(nodes(), path("group_attributes/" + name), name);
    }
}
