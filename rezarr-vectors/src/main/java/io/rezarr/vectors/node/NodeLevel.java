package io.rezarr.vectors.node;

import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VertexFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A level of either layout: what both have alike. */
public abstract class NodeLevel implements VectorLevel {
    private final NodeStore store;
    private final LevelMetadata metadata;
    private final Set<String> known;

    /** @param known the names of the members that the layout defines */
    protected NodeLevel(NodeStore store, LevelMetadata metadata, Set<String> known) {
        this.store = store;
        this.metadata = metadata;
        this.known = known;
    }

    protected final NodeStore store() {
        return store;
    }

    protected final NodeTree nodes() {
        return store.nodes();
    }

    /** The path of the level below the store. */
    protected final String path() {
        return Integer.toString(metadata.number());
    }

    /** The path of a member below the store. */
    protected final String path(String member) {
        return path() + "/" + member;
    }

    @Override
    public final LevelMetadata metadata() {
        return metadata;
    }

    @Override
    public final VertexFormat vertexFormat() {
        JsonPlace attributes = nodes().attributes(path("vertices"));
        JsonPlace encoding = attributes.member("encoding");
        if (!encoding.isAbsentOrNull() && !encoding.string("raw or draco").equals("raw")) {
            throw encoding.unsupported("positions encoded as " + encoding.string(""), "Supported is raw.");
        }
        return new VertexFormat(
                AttributeFormats.typeOr(attributes.member("dtype"), "float32"),
                store.metadata().dimensions());
    }

    /** The level that links of a delta lead to; {@code null} if there is none. */
    protected final @Nullable VectorLevel target(int delta) {
        return delta == 0 ? this : store.findLevel(metadata.number() + delta);
    }

    /** The chunks of such a level. */
    protected static @Nullable ChunkIndex chunksOf(@Nullable VectorLevel level) {
        return level == null ? null : level.vertices().chunks();
    }

    @Override
    public final List<String> vertexAttributeNames() {
        return nodes().members(path("vertex_attributes"));
    }

    @Override
    public final List<String> objectAttributeNames() {
        return nodes().members(path("object_attributes"));
    }

    @Override
    public final List<String> groupAttributeNames() {
        return nodes().members(path("group_attributes"));
    }

    @Override
    public final List<String> unknownMembers() {
        List<String> unknown = new ArrayList<>(nodes().members(path()));
        unknown.removeAll(known);
        return unknown;
    }
}
