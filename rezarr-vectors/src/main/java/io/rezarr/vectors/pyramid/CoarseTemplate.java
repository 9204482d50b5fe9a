package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VertexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The level below as the template of the one that is made of it: stored alike, with its objects and their attributes, and without what a coarse level does not have.
 *
 * @param metadata with the number of the level below, in whose place its families stand, and the attributes of the new one
 */
record CoarseTemplate(VectorLevel fine, LevelMetadata metadata) implements VectorLevel {
    @Override
    public VertexFormat vertexFormat() {
        return fine.vertexFormat();
    }

    @Override
    public ChunkValues vertices() {
        return fine.vertices();
    }

    @Override
    public ChunkValues fragments() {
        return fine.fragments();
    }

    @Override
    public List<String> vertexAttributeNames() {
        return fine.vertexAttributeNames();
    }

    @Override
    public ChunkAttribute vertexAttribute(String name) {
        return fine.vertexAttribute(name);
    }

    @Override
    public List<String> fragmentAttributeNames() {
        return List.of();
    }

    @Override
    public ChunkAttribute fragmentAttribute(String name) {
        throw none(name);
    }

    @Override
    public List<Integer> linkDeltas() {
        return List.of();
    }

    @Override
    public LinkFamily links(int delta) {
        throw none("links " + delta);
    }

    @Override
    public @Nullable ChunkValues linkGroups() {
        return null;
    }

    @Override
    public @Nullable ObjectIndex objects() {
        return fine.objects();
    }

    @Override
    public List<String> objectAttributeNames() {
        return fine.objectAttributeNames();
    }

    @Override
    public AttributeTable objectAttribute(String name) {
        return fine.objectAttribute(name);
    }

    @Override
    public @Nullable Groups groups() {
        return null;
    }

    @Override
    public List<String> groupAttributeNames() {
        return List.of();
    }

    @Override
    public AttributeTable groupAttribute(String name) {
        throw none(name);
    }

    @Override
    public List<String> unknownMembers() {
        return List.of();
    }

    private static IllegalArgumentException none(String name) {
        return new IllegalArgumentException("a coarse level has no " + name);
    }
}
