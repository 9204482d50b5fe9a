package io.rezarr.vectors.layout.v09;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.LinkDeltas;
import io.rezarr.vectors.node.NodeLevel;
import io.rezarr.vectors.node.NodeStore;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A level of a store of layout 0.9. */
final class Level09 extends NodeLevel {
    private static final Set<String> MEMBERS = Set.of(
            "vertices",
            "vertex_fragments",
            "vertex_attributes",
            "fragment_attributes",
            "links",
            "link_fragments",
            "link_attributes",
            "object_index",
            "object_attributes",
            "groups",
            "group_attributes");

    Level09(NodeStore store, LevelMetadata metadata) {
        super(store, metadata, MEMBERS);
    }

    @Override
    public ChunkValues vertices() {
        return array("vertices");
    }

    @Override
    public ChunkValues fragments() {
        return array("vertex_fragments");
    }

    @Override
    public @Nullable ChunkValues linkGroups() {
        return nodes().findArray(path("link_fragments")) == null ? null : array("link_fragments");
    }

    private PerChunkArray array(String member) {
        PerChunkArray array = PerChunkArray.open(nodes(), path(member));
        if (array.chunks().rank() != metadata().rank()) {
            throw new InvalidMetadataException("'" + nodes().name(path(member)) + "' has "
                    + array.chunks().rank() + " axes; expected " + metadata().rank() + " coordinates of a chunk.");
        }
        return array;
    }

    private ChunkAttribute attribute(String family, String name) {
        PerChunkArray array = array(family + "/" + name);
        return new ChunkAttribute(AttributeFormats.of(name, array.attributes()), array);
    }

    @Override
    public ChunkAttribute vertexAttribute(String name) {
        return attribute("vertex_attributes", name);
    }

    @Override
    public List<String> fragmentAttributeNames() {
        return nodes().members(path("fragment_attributes"));
    }

    @Override
    public ChunkAttribute fragmentAttribute(String name) {
        return attribute("fragment_attributes", name);
    }

    @Override
    public List<Integer> linkDeltas() {
        return LinkDeltas.of(nodes().members(path("links")));
    }

    @Override
    public LinkFamily links(int delta) {
        ChunkIndex here = vertices().chunks();
        VectorLevel target = target(delta);
        ChunkIndex there = delta == 0 ? here : chunksOf(target);
        ChunkScales scales = ChunkScales.of(
                store().metadata().chunkShape(),
                metadata().chunkShape(),
                target == null ? metadata().chunkShape() : target.metadata().chunkShape(),
                metadata().rank());
        return LinkFamily09.open(nodes(), path(), delta, here, there, scales);
    }

    @Override
    public @Nullable ObjectIndex objects() {
        boolean stands = nodes().findAttributes(path("object_index")) != null;
        return stands
                ? ObjectIndex09.open(nodes(), path("object_index"), vertices().chunks())
                : null;
    }

    @Override
    public AttributeTable objectAttribute(String name) {
        return DenseTable.open(nodes(), path("object_attributes/" + name), name);
    }

    @Override
    public @Nullable Groups groups() {
        return nodes().findArray(path("groups")) == null ? null : Groups09.open(nodes(), path("groups"));
    }

    @Override
    public AttributeTable groupAttribute(String name) {
        return DenseTable.open(nodes(), path("group_attributes/" + name), name);
    }
}
