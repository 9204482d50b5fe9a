package io.rezarr.vectors.layout.v07;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.metadata.WrittenAttributes;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.node.LevelNodes;
import io.rezarr.vectors.node.ManifestArray;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.node.NodeTree;
import io.rezarr.vectors.write.AttributeColumns;
import io.rezarr.vectors.write.ChunkValuesWriter;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelTotals;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.LinkWriter;
import io.rezarr.vectors.write.ObjectIndexWriter;
import io.rezarr.vectors.write.Storage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a level in layout 0.7. */
final class LevelWriter07 implements LevelWriter, LinkWriter07.Level {
    private static final String CROSSING = "cross_chunk_links";
    private static final String LINK_GROUPS = "link_fragments";
    private static final String OBJECT_ATTRIBUTES = "object_attributes";
    private static final Set<String> IN_THE_MIDDLE = Set.of(OBJECT_ATTRIBUTES, "group_attributes");

    private final NodeStoreWriter store;
    private final NodeTree source;
    private final LevelOutline outline;
    private final LevelNodes level;
    private final BlobWriter blobs;
    private final @Nullable PrivateShards shards;
    private final BlobDocuments otherwise;
    private final Map<String, BlobFamily> families = new LinkedHashMap<>();
    private final Map<String, JsonObject> groups = new LinkedHashMap<>();
    private final List<LinkWriter07> links = new ArrayList<>();
    private @Nullable Objects07 objects;

    LevelWriter07(NodeStoreWriter store, LevelOutline outline) {
        this.store = store;
        this.source = store.source();
        this.outline = outline;
        this.level = new LevelNodes(store, outline);
        this.blobs = new BlobWriter(store.nodes());
        this.shards = shards();
        this.otherwise = BlobDocuments.like(firstBlob("vertices"), storage(), BlobDocuments.PLAIN);
    }

    private Storage storage() {
        return store.settings().storage();
    }

    private @Nullable PrivateShards shards() {
        if (storage().shards() == Storage.Shards.SHAPE) {
            throw new UnsupportedFeatureException(
                    "Stores of layout 0.7 have no shards of Zarr; leave --shards out, or give none to unpack their own.");
        }
        return storage().shards() == Storage.Shards.NONE ? null : PrivateShards.of(store.root(), outline.chunks());
    }

    /** The array of some chunk, or some shard, of a family of the source. */
    private @Nullable Blob firstBlob(String member) {
        String first = firstName(member);
        return first == null ? null : Blob.find(source, level.sourcePath(member) + "/" + first);
    }

    private @Nullable String firstName(String member) {
        String[] first = {null};
        source.store().listNames(source.prefix(level.sourcePath(member)), name -> {
            boolean isBlob = ChunkKey.parse(name) != null || name.startsWith(ArrayGroup.SHARD);
            if (isBlob && (first[0] == null || name.compareTo(first[0]) < 0)) {
                first[0] = name;
            }
        });
        return first[0];
    }

    @Override
    public int unitOf(int chunk) {
        return shards == null ? chunk : shards.unitOf(chunk);
    }

    @Override
    public void endUnit(int unit, Workspace workspace) {
        for (BlobFamily family : families.values()) {
            family.endUnit(unit, workspace);
        }
    }

    @Override
    public long maxValueBytes() {
        long most = Long.MAX_VALUE;
        for (BlobFamily family : families.values()) {
            most = Math.min(most, family.documents().codecs().maxBytes());
        }
        return most;
    }

    @Override
    public long workspaceBytes(long valueBytes) {
        long most = 0;
        long unitBytes = shards == null
                ? valueBytes
                : Math.max(valueBytes, store.settings().maxBufferBytes());
        for (BlobFamily family : families.values()) {
            most = Math.max(most, family.documents().codecs().workspaceBytes(unitBytes));
        }
        // Rows of links are gathered; what is put aside is copied with its checksum.
        long gathered = Workspace.sizeFor(valueBytes) + Workspace.sizeFor(valueBytes + Integer.BYTES);
        long shard = shards == null ? 0 : Workspace.sizeFor(unitBytes);
        return Arithmetic.plus(most, gathered + shard);
    }

    @Override
    public BlobFamily family(String member) {
        String first = firstName(member);
        boolean isSharded = first != null && first.startsWith(ArrayGroup.SHARD);
        BlobFamily family = new BlobFamily(
                level.path(member),
                blobs,
                BlobDocuments.like(firstBlob(member), storage(), otherwise),
                outline.chunks(),
                isSharded ? shards : null,
                store::spool,
                store.settings().maxBufferBytes());
        families.put(member, family);
        return family;
    }

    private BlobFamily opened(String member, JsonObject attributes) {
        groups.put(member, attributes);
        return family(member);
    }

    @Override
    public ChunkValuesWriter vertices() {
        return opened("vertices", level.vertices());
    }

    @Override
    public ChunkValuesWriter fragments() {
        return opened("vertex_fragments", level.fragmentIndex("vertex_fragments"));
    }

    @Override
    public BlobFamily linkGroups() {
        return java.util.Objects.requireNonNull(families.get(LINK_GROUPS), "opened with the links");
    }

    @Override
    public ChunkValuesWriter vertexAttribute(AttributeColumns attribute) {
        groups.put("vertex_attributes", level.sourceAttributes("vertex_attributes"));
        JsonObject described = attribute.format().attributes();
        if (!described.has("zv_array")) {
            described = described
                    .with("zv_array", new JsonString("attribute"))
                    .with("name", new JsonString(attribute.format().name()))
                    .with("dtype", new JsonString(attribute.format().type().name()));
        }
        return opened("vertex_attributes/" + attribute.format().name(), described);
    }

    @Override
    public ChunkValuesWriter fragmentAttribute(AttributeColumns attribute) {
        throw new UnsupportedFeatureException("Layout 0.7 has no attributes of fragments: '"
                + attribute.format().name() + "' cannot be written.");
    }

    @Override
    public LinkWriter links(LinkFormat format, List<AttributeColumns> attributes, @Nullable ChunkIndex there) {
        if (format.delta() == 0) {
            opened(LINK_GROUPS, level.fragmentIndex(LINK_GROUPS));
        }
        ChunkIndex here = outline.chunks();
        LinkWriter07 writer =
                new LinkWriter07(this, format, attributes, here, there == null ? here : there, store::spool);
        links.add(writer);
        return writer;
    }

    @Override
    public ObjectIndexWriter objects(long count) {
        Objects07 writer = new Objects07(new ManifestArray(
                outline.chunks(), store.spool(), store.settings().maxBufferBytes()));
        objects = writer;
        return writer;
    }

    /** The id of an object is its row. */
    private record Objects07(ManifestArray manifests) implements ObjectIndexWriter {
        @Override
        public void begin(long id) {
            if (id != manifests.objects()) {
                throw new UnsupportedFeatureException("Layout 0.7 numbers objects from 0: object " + id
                        + " cannot be the one in row " + manifests.objects() + ".");
            }
            manifests.begin();
        }

        @Override
        public void fragment(int chunk, long fragment) {
            manifests.fragment(chunk, fragment);
        }

        @Override
        public void end(Workspace workspace) {
            manifests.end(workspace);
        }
    }

    @Override
    public void carry(Workspace workspace) {
        for (String member : level.carried()) {
            level.copy(member, workspace);
            boolean isImplicit = IN_THE_MIDDLE.contains(member)
                    && wasInSource(member)
                    && source.find(level.sourcePath(member)) == null;
            if (isImplicit) {
                // Without a document, the reference implementation sees nothing below.
                group(member, JsonObject.EMPTY);
            }
        }
    }

    @Override
    public void objectAttributes(@Nullable BitSet present, Workspace workspace) {
        for (String name : outline.source().objectAttributeNames()) {
            String member = OBJECT_ATTRIBUTES + "/" + name;
            if (present == null) {
                level.copy(member, workspace);
            } else {
                writePresent(outline.source().objectAttribute(name), member, present, workspace);
            }
            group(OBJECT_ATTRIBUTES, JsonObject.EMPTY);
        }
    }

    private void writePresent(AttributeTable table, String member, BitSet present, Workspace workspace) {
        List<BlobWriter.Piece> values = new ArrayList<>();
        List<BlobWriter.Piece> mask = new ArrayList<>();
        int rowBytes = Math.toIntExact(table.rowBytes());
        for (int batch = 0; batch < table.batches(); batch++) {
            int mark = workspace.mark();
            AttributeTable.Rows rows = table.read(batch, workspace);
            ByteBuffer kept = workspace.borrowBuffer(rows.values().remaining());
            ByteBuffer isKept = workspace.borrowBuffer(rows.count());
            byte[] none = new byte[rowBytes];
            for (int row = 0; row < rows.count(); row++) {
                boolean keeps = present.get((int) (rows.first() + row)) && rows.isPresent(row);
                isKept.put(isKept.position() + row, (byte) (keeps ? 1 : 0));
                int at = row * rowBytes;
                if (keeps) {
                    kept.put(kept.position() + at, rows.values(), rows.values().position() + at, rowBytes);
                } else {
                    kept.put(kept.position() + at, none);
                }
            }
            values.add(putAside(kept, workspace));
            mask.add(putAside(isKept, workspace));
            workspace.releaseTo(mark);
        }
        whole(member + "/data", values, table.rows() * rowBytes, workspace);
        whole(member + "/present_mask", mask, table.rows(), workspace);
        group(member, level.sourceAttributes(member).with("has_present_mask", JsonLiteral.TRUE));
    }

    private BlobWriter.Piece putAside(ByteBuffer value, Workspace workspace) {
        return new BlobWriter.Piece(store.spool().append(value, workspace), value.remaining());
    }

    @Override
    public boolean wasInSource(String member) {
        return level.wasInSource(member);
    }

    @Override
    public void group(String member, JsonObject attributes) {
        level.group(member, attributes.isEmpty() ? level.sourceAttributes(member) : attributes);
    }

    @Override
    public void whole(String member, List<BlobWriter.Piece> pieces, long bytes, Workspace workspace) {
        BlobDocuments documents = BlobDocuments.like(Blob.find(source, level.sourcePath(member)), storage(), otherwise);
        if (!documents.codecs().isNone() && bytes > store.settings().maxBufferBytes()) {
            store.settings()
                    .notes()
                    .accept("'" + level.path(member) + "' has " + bytes
                            + " bytes, more than the " + store.settings().maxBufferBytes()
                            + " that are compressed at once; it is stored without compression.");
            documents = BlobDocuments.PLAIN;
        }
        blobs.write(
                level.path(member), documents, pieces, bytes, level.sourceAttributes(member), store.spool(), workspace);
    }

    @Override
    public void finishLinks(Workspace workspace) {
        families.forEach((member, family) -> {
            if (family.openUnits() > 0) {
                throw new IllegalStateException(
                        family.openUnits() + " units of writing of '" + member + "' were not ended");
            }
        });
        links.forEach(writer -> writer.finish(workspace));
        // With this document the reference implementation's validator looks at links, and stumbles over those that have
        // not two ends; but nothing that it says is lost.
        JsonObject attributes = level.sourceAttributes(CROSSING);
        boolean isWritten = !attributes.isEmpty() || !hasWideCrossings();
        if (isWritten && links.stream().anyMatch(LinkWriter07::hasCrossingFamily)) {
            level.group(CROSSING, attributes);
        }
    }

    /** Of links that are written now, or stand there already. */
    private boolean hasWideCrossings() {
        boolean writesAll = links.stream().anyMatch(LinkWriter07::isWithinLevel);
        if (writesAll || !outline.source().linkDeltas().contains(0)) {
            return links.stream().anyMatch(LinkWriter07::hasWideCrossings);
        }
        JsonObject known = level.sourceAttributes(CROSSING + "/0");
        return known.has("num_links")
                && known.member("link_width") instanceof JsonNumber width
                && !width.equals(JsonNumber.of(2));
    }

    @Override
    public void finish(LevelTotals totals, Workspace workspace) {
        finishLinks(workspace);
        groups.forEach((member, attributes) -> {
            boolean isMissing = member.equals(LINK_GROUPS) && linkGroups().isEmpty() && !wasInSource(member);
            if (!isMissing) {
                level.group(member, attributes);
            }
        });
        if (objects != null) {
            JsonObject index = level.objectIndex(objects.manifests(), workspace);
            level.group("object_index", index.with("layout", new JsonString("vlen_manifests_v1")));
        }
        JsonObject attributes = WrittenAttributes.level(
                outline.source().metadata(), store.grids(), outline.number(), totals.rows(), false);
        level.level(attributes);
    }
}
