package io.rezarr.vectors.info;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.info.VectorInfo.AttributeInfo;
import io.rezarr.vectors.info.VectorInfo.LevelInfo;
import io.rezarr.vectors.info.VectorInfo.LinksInfo;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.VertexFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks at one level. To be used once. */
final class LevelScan {
    private final VectorStore store;
    private final VectorLevel level;
    private final Workspace workspace;
    private final ChunkValues vertices;
    private final VertexFormat format;
    private long rows;
    private int fullest = -1;
    private long fullestRows;
    /** A chunk with vertices, which tells how many columns attributes have. */
    private int example = -1;

    private long exampleRows;

    LevelScan(VectorStore store, VectorLevel level, Workspace workspace) {
        this.store = store;
        this.level = level;
        this.workspace = workspace;
        this.vertices = level.vertices();
        this.format = level.vertexFormat();
    }

    LevelInfo scan() {
        ChunkIndex chunks = vertices.chunks();
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            addChunk(chunk, Math.max(0, vertices.bytes(chunks.key(chunk), workspace)) / format.rowBytes());
        }
        ObjectIndex objects = level.objects();
        Groups groups = level.groups();
        int number = level.metadata().number();
        StoredBytes stored = StoredBytes.below(store.store(), store.prefix().child(Integer.toString(number)));
        return new LevelInfo(
                number,
                level.metadata().chunkShape(),
                level.metadata().binShape(),
                rows,
                format.type().name(),
                chunks.size(),
                fullest < 0 ? null : chunks.key(fullest).toString(),
                fullestRows,
                fullestRows * format.rowBytes(),
                objects == null ? -1 : objects.objects(),
                groups == null ? -1 : groups.groups(),
                attributes(),
                links(),
                stored.bytes(),
                stored.objects());
    }

    private void addChunk(int chunk, long count) {
        rows += count;
        if (count > fullestRows) {
            fullest = chunk;
            fullestRows = count;
        }
        if (count > 0 && example < 0) {
            example = chunk;
            exampleRows = count;
        }
    }

    private List<AttributeInfo> attributes() {
        List<AttributeInfo> attributes = new ArrayList<>();
        for (String name : level.vertexAttributeNames()) {
            ChunkAttribute attribute = level.vertexAttribute(name);
            attributes.add(info("vertex", attribute.format(), columns(attribute, exampleRows)));
        }
        for (String name : level.fragmentAttributeNames()) {
            ChunkAttribute attribute = level.fragmentAttribute(name);
            attributes.add(info("fragment", attribute.format(), columns(attribute, exampleFragments())));
        }
        for (int delta : level.linkDeltas()) {
            level.links(delta).attributes().forEach(link -> attributes.add(info("link", link, link.declaredColumns())));
        }
        for (String name : level.objectAttributeNames()) {
            AttributeFormat object = level.objectAttribute(name).format();
            attributes.add(info("object", object, object.declaredColumns()));
        }
        for (String name : level.groupAttributeNames()) {
            AttributeFormat group = level.groupAttribute(name).format();
            attributes.add(info("group", group, group.declaredColumns()));
        }
        return attributes;
    }

    private static AttributeInfo info(String of, AttributeFormat format, long columns) {
        return new AttributeInfo(of, format.name(), format.type().name(), columns);
    }

    /** How many columns the bytes of the example chunk make, whatever is declared. */
    private long columns(ChunkAttribute attribute, long ofRows) {
        if (example < 0 || ofRows == 0) {
            return -1;
        }
        long bytes = attribute.values().bytes(vertices.chunks().key(example), workspace);
        return bytes < 0 ? -1 : attribute.format().columns(bytes, ofRows);
    }

    private long exampleFragments() {
        int mark = workspace.mark();
        ByteBuffer encoded =
                example < 0 ? null : level.fragments().read(vertices.chunks().key(example), workspace);
        long fragments = encoded == null ? 0 : FragmentIndex.decode(encoded).size();
        workspace.releaseTo(mark);
        return fragments;
    }

    private List<LinksInfo> links() {
        List<LinksInfo> links = new ArrayList<>();
        for (int delta : level.linkDeltas()) {
            LinkFamily family = level.links(delta);
            links.add(new LinksInfo(
                    delta,
                    family.format().width(),
                    family.format().directed(),
                    family.format().policy().name().toLowerCase(Locale.ROOT),
                    count(family)));
        }
        return links;
    }

    private long count(LinkFamily family) {
        if (family.format().declaredLinks() >= 0) {
            return family.format().declaredLinks();
        }
        long count = 0;
        for (int number = 0; number < family.batches(); number++) {
            int mark = workspace.mark();
            LinkBatch batch = family.read(number, workspace);
            for (int link = 0; link < batch.size(); link++) {
                count += batch.isCopy(link) ? 0 : 1;
            }
            workspace.releaseTo(mark);
        }
        return count;
    }
}
