package io.rezarr.vectors.node;

import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.write.LevelOutline;
import java.util.ArrayList;
import java.util.List;

/** The members of a level that is written, by name: where they go, where the source has them, and what both layouts say of them. */
public final class LevelNodes {
    /** The members that refer to no chunk. */
    private static final List<String> CARRIED = List.of("object_attributes", "groups", "group_attributes");

    private static final String OBJECT_INDEX = "object_index";
    private static final String MANIFESTS = OBJECT_INDEX + "/manifests";

    private final NodeWriter nodes;
    private final NodeTree source;
    private final LevelOutline outline;
    private final String path;
    private final String sourcePath;
    private final boolean converts;

    public LevelNodes(NodeStoreWriter store, LevelOutline outline) {
        this.nodes = store.nodes();
        this.source = store.source();
        this.outline = outline;
        this.path = Integer.toString(outline.number());
        this.sourcePath = Integer.toString(outline.source().metadata().number());
        this.converts = store.converts();
    }

    /** The path of a member in the destination. */
    public String path(String member) {
        return path + "/" + member;
    }

    /** The path of a member in the source. */
    public String sourcePath(String member) {
        return sourcePath + "/" + member;
    }

    public boolean wasInSource(String member) {
        return source.exists(sourcePath(member));
    }

    /** The attributes that a member has in the source; empty ones if it has no document. */
    public JsonObject sourceAttributes(String member) {
        return source.attributes(sourcePath(member)).object();
    }

    /** The attributes of the positions. */
    public JsonObject vertices() {
        JsonObject attributes = sourceAttributes("vertices");
        return (attributes.has("encoding") ? attributes : attributes.with("encoding", new JsonString("raw")))
                .with("zv_array", new JsonString("vertices"))
                .with("dtype", new JsonString(outline.vertexFormat().type().name()));
    }

    /** The attributes of a family of fragment indexes. */
    public JsonObject fragmentIndex(String member) {
        return sourceAttributes(member)
                .with("zv_array", new JsonString(member))
                .with("encoding", new JsonString("fragment_index_v1"));
    }

    /** Writes the document of the level itself, with what else the source's has. */
    public void level(JsonObject attributes) {
        nodes.group(path, attributes, source, sourcePath);
    }

    /** Writes the document of a group, with what else the source's has. */
    public void group(String member, JsonObject attributes) {
        nodes.group(path(member), attributes, source, sourcePath(member));
    }

    /** The members that are copied as they are: those that refer to no chunk, if the layout stays, and those that rezarr does not know. */
    public List<String> carried() {
        List<String> members = new ArrayList<>(converts ? List.of() : CARRIED);
        members.addAll(outline.source().unknownMembers());
        return members;
    }

    /** Copies a member as it is. */
    public void copy(String member, Workspace workspace) {
        nodes.copy(source, sourcePath(member), path(member), workspace);
    }

    /**
     * Writes the array of manifests.
     *
     * @return the attributes of the object index, as far as both layouts have them alike
     */
    public JsonObject objectIndex(ManifestArray manifests, Workspace workspace) {
        manifests.finish(nodes, path(MANIFESTS), source.findArray(sourcePath(MANIFESTS)), workspace);
        return sourceAttributes(OBJECT_INDEX)
                .with("zv_array", new JsonString(OBJECT_INDEX))
                .with("num_objects", JsonNumber.of(manifests.objects()))
                .with("sid_ndim", JsonNumber.of(outline.chunks().rank()));
    }
}
