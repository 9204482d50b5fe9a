package io.rezarr.vectors.layout.v09;

import io.rezarr.array.ChunkWriter;
import io.rezarr.array.VlenBytesWriter;
import io.rezarr.array.ZarrArray;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Shape;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.vectors.metadata.WrittenAttributes;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.WorldVector;
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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes a level in layout 0.9. */
final class LevelWriter09 implements LevelWriter, LinkWriter09.Level {
    private static final String LINK_GROUPS = "link_fragments";
    private static final String OBJECT_ATTRIBUTES = "object_attributes";
    private static final String GROUP_ATTRIBUTES = "group_attributes";

    /** What a chunk of one value may have: its length is stored as uint32, and it is encoded in an array of Java. */
    private static final long MAX_VALUE_BYTES = Integer.MAX_VALUE - (1 << 26);

    private final NodeStoreWriter store;
    private final NodeTree source;
    private final LevelOutline outline;
    private final LevelNodes level;
    private final Grid09 grid;
    private final Map<String, Template09> templates = new LinkedHashMap<>();
    private final ShardUnits units;
    private final OpenShards shards;
    private final List<ChunkArrayWriter> arrays = new ArrayList<>();
    private final List<LinkWriter09> links = new ArrayList<>();
    private final Set<String> groups = new TreeSet<>();
    /** Of a source of another layout, what its groups say beside what the layout has them say, by the member that takes their place. */
    private final Map<String, JsonObject> others = new TreeMap<>();

    private @Nullable ChunkArrayWriter linkGroups;
    private @Nullable ObjectWriter09 objects;

    LevelWriter09(NodeStoreWriter store, LevelOutline outline) {
        this.store = store;
        this.source = store.source();
        this.outline = outline;
        if (store.converts()) {
            Upgrade09.requireNoClash(outline.source(), source);
        }
        this.level = new LevelNodes(store, outline);
        WorldVector chunkShape = store.grids().level(outline.number()).chunkShape();
        this.grid = Grid09.of(store.root(), outline.source().metadata(), chunkShape, outline.chunks());
        if (store.converts()) {
            noteOthers();
            makeTemplates();
        } else {
            readTemplates();
        }
        List<Shape> shapes = templates.values().stream()
                .map(Template09::shard)
                .filter(Objects::nonNull)
                .toList();
        this.units = ShardUnits.of(grid, outline.chunks(), shapes);
        this.shards = new OpenShards(units::unitOf, store::spool);
    }

    /** A template for each family of the source that has an array. */
    private void readTemplates() {
        template("vertices", "vertices");
        template("vertex_fragments", "vertex_fragments");
        template(LINK_GROUPS, LINK_GROUPS);
        for (String family : List.of("vertex_attributes", "fragment_attributes")) {
            for (String name : source.members(level.sourcePath(family))) {
                template(family + "/" + name, family + "/" + name);
            }
        }
        firstArray("links");
        for (String name : source.members(level.sourcePath("link_attributes"))) {
            firstArray("link_attributes/" + name);
        }
    }

    /** Likewise for a source of another layout, with the codecs that its families have. */
    private void makeTemplates() {
        VectorLevel of = outline.source();
        make("vertices", of.vertices().codecs());
        make("vertex_fragments", of.fragments().codecs());
        ChunkValues linkGroups = of.linkGroups();
        if (linkGroups != null) {
            make(LINK_GROUPS, linkGroups.codecs());
        }
        for (String name : of.vertexAttributeNames()) {
            make("vertex_attributes/" + name, of.vertexAttribute(name).values().codecs());
        }
        for (int delta : of.linkDeltas()) {
            LinkFamily family = of.links(delta);
            make("links/" + LinkFormat.nameOf(delta), family.codecs());
            for (AttributeFormat attribute : family.attributes()) {
                make("link_attributes/" + attribute.name() + "/" + LinkFormat.nameOf(delta), family.codecs());
            }
        }
    }

    private void noteOthers() {
        VectorLevel of = outline.source();
        for (String family : List.of("links", "link_attributes")) {
            note(family);
            for (String member : membersOf(family)) {
                note(family + "/" + member);
                for (String delta : family.equals("links") ? List.<String>of() : membersOf(family + "/" + member)) {
                    note(family + "/" + member + "/" + delta);
                }
            }
        }
        noteTable("groups");
        of.objectAttributeNames().forEach(name -> noteTable(OBJECT_ATTRIBUTES + "/" + name));
        of.groupAttributeNames().forEach(name -> noteTable(GROUP_ATTRIBUTES + "/" + name));
    }

    private void noteTable(String member) {
        Upgrade09.requireKnown(source, level.sourcePath(member), Upgrade09.OF_TABLE);
        note(member);
    }

    private Set<String> membersOf(String family) {
        Set<String> members = new TreeSet<>(source.members(level.sourcePath(family)));
        members.addAll(source.members(level.sourcePath(crossing(family))));
        return members;
    }

    /** Where layout 0.7 has the links between chunks. */
    private static String crossing(String family) {
        return family.startsWith("link") ? "cross_chunk_" + family : family;
    }

    private void note(String member) {
        others.put(member, UserAttributes.of(source, level.sourcePath(member), level.sourcePath(crossing(member))));
    }

    private JsonObject othersOf(String member) {
        return others.getOrDefault(member, JsonObject.EMPTY);
    }

    private void make(String family, List<CodecSpec> codecs) {
        templates.put(family, Template09.of(codecs, store.settings().storage()));
    }

    /** All arrays of a family of links are stored alike. */
    private void firstArray(String family) {
        for (String delta : source.members(level.sourcePath(family))) {
            List<String> segments = source.members(level.sourcePath(family) + "/" + delta);
            if (!segments.isEmpty()) {
                template(family + "/" + delta, family + "/" + delta + "/" + segments.get(0));
            }
        }
    }

    private void template(String family, String array) {
        ZarrArray found = source.findArray(level.sourcePath(array));
        if (found != null) {
            // What cannot be read is refused by its name, not by what is to be written like it.
            ZarrArray readable = source.byteStrings(found).array();
            templates.put(family, Template09.of(readable, store.settings().storage()));
        }
    }

    @Override
    public int unitOf(int chunk) {
        return units.unitOf(chunk);
    }

    @Override
    public void endUnit(int unit, Workspace workspace) {
        shards.end(unit, workspace);
    }

    @Override
    public long maxValueBytes() {
        return MAX_VALUE_BYTES;
    }

    @Override
    public long workspaceBytes(long valueBytes) {
        long most = 0;
        for (String family : templates.keySet()) {
            VlenBytesWriter writer = array(family, family, JsonObject.EMPTY).writer();
            most = Math.max(most, writer.workspaceBytes(valueBytes));
        }
        // The rows of links are gathered before they are encoded.
        long gathered = Workspace.sizeFor(valueBytes);
        long spooled = templates.values().stream().anyMatch(template -> template.shard() != null)
                ? Workspace.sizeFor(valueBytes + valueBytes / 8)
                : 0;
        return Arithmetic.plus(most, gathered + spooled);
    }

    @Override
    public ChunkArrayWriter array(String member, String family, JsonObject attributes) {
        Template09 template = templates.get(family);
        if (template == null) {
            template = Objects.requireNonNull(templates.get("vertices"), "vertices were opened before");
        }
        return new ChunkArrayWriter(
                store.nodes(), level.path(member), template, attributes, grid, outline.chunks(), shards);
    }

    private ChunkArrayWriter opened(String member, JsonObject attributes) {
        ChunkArrayWriter array = array(member, member, attributes);
        synchronized (arrays) {
            arrays.add(array);
        }
        return array;
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
    public synchronized ChunkArrayWriter linkGroups() {
        ChunkArrayWriter made = linkGroups;
        if (made == null) {
            made = opened(LINK_GROUPS, level.fragmentIndex(LINK_GROUPS));
            linkGroups = made;
        }
        return made;
    }

    @Override
    public ChunkValuesWriter vertexAttribute(AttributeColumns attribute) {
        return attribute("vertex_attributes", attribute, "attribute");
    }

    @Override
    public ChunkValuesWriter fragmentAttribute(AttributeColumns attribute) {
        return attribute("fragment_attributes", attribute, "fragment_attribute");
    }

    private ChunkValuesWriter attribute(String family, AttributeColumns attribute, String kind) {
        synchronized (groups) {
            groups.add(family);
        }
        return opened(family + "/" + attribute.format().name(), Attributes09.of(attribute, kind));
    }

    @Override
    public LinkWriter links(LinkFormat format, List<AttributeColumns> attributes, @Nullable ChunkIndex there) {
        WorldVector own = store.grids().level(outline.number()).chunkShape();
        WorldVector target = format.delta() == 0
                ? own
                : store.grids().level(outline.number() + format.delta()).chunkShape();
        ChunkIndex here = outline.chunks();
        ChunkScales scales = ChunkScales.of(store.grids().chunkShape(), own, target, here.rank());
        LinkWriter09 writer = new LinkWriter09(this, format, attributes, here, there == null ? here : there, scales);
        if (format.delta() == 0 && level.wasInSource(LINK_GROUPS)) {
            writer.openWithinChunks();
        }
        links.add(writer);
        return writer;
    }

    @Override
    public ObjectIndexWriter objects(long count) {
        ManifestArray manifests = new ManifestArray(
                outline.chunks(), store.spool(), store.settings().maxBufferBytes());
        ObjectWriter09 writer = new ObjectWriter09(manifests, count);
        objects = writer;
        return writer;
    }

    @Override
    public void carry(Workspace workspace) {
        level.carried().forEach(member -> level.copy(member, workspace));
        if (store.converts()) {
            convert(workspace);
        }
    }

    /** Writes from their values what refers to no chunk. */
    private void convert(Workspace workspace) {
        VectorLevel of = outline.source();
        Tables09 tables = new Tables09(store.nodes(), store.settings().maxBufferBytes());
        for (String name : of.objectAttributeNames()) {
            group(OBJECT_ATTRIBUTES, JsonObject.EMPTY);
            String member = OBJECT_ATTRIBUTES + "/" + name;
            tables.objectAttribute(level.path(member), of.objectAttribute(name), othersOf(member), workspace);
        }
        Groups ofObjects = of.groups();
        if (ofObjects != null) {
            tables.groups(level.path("groups"), ofObjects, othersOf("groups"), workspace);
        }
        for (String name : of.groupAttributeNames()) {
            group(GROUP_ATTRIBUTES, JsonObject.EMPTY);
            String member = GROUP_ATTRIBUTES + "/" + name;
            tables.groupAttribute(level.path(member), of.groupAttribute(name), othersOf(member), workspace);
        }
    }

    @Override
    public void objectAttributes(@Nullable BitSet present, Workspace workspace) {
        for (String name : outline.source().objectAttributeNames()) {
            String member = "object_attributes/" + name;
            if (present == null) {
                level.copy(member, workspace);
            } else {
                writePresent(outline.source().objectAttribute(name), member, present, workspace);
            }
            group("object_attributes", JsonObject.EMPTY);
        }
    }

    /** In chunks of as many rows as the source's; what is absent is the fill value. */
    private void writePresent(AttributeTable table, String member, BitSet present, Workspace workspace) {
        ZarrArray from = source.array(level.sourcePath(member));
        if (!(from.metadata() instanceof V3ArrayMetadata v3) || v3.innerChunkShape() != null) {
            throw new UnsupportedFeatureException(
                    "'" + source.name(level.sourcePath(member))
                            + "' lies in shards; rezarr cannot mark rows of it as absent. Keep all objects, or rewrite it without shards.");
        }
        ZarrArray to = new ZarrArray(
                store.nodes().store(),
                store.nodes().prefix(level.path(member)),
                V3ArrayMetadata.parse(v3.document(), member));
        ChunkWriter writer = new ChunkWriter(to, WriteMode.DIRECT);
        byte[] fill = v3.fillValue().elementOf(v3.dataType());
        int rowBytes = Math.toIntExact(table.rowBytes());
        long[] index = new long[v3.shape().rank()];
        for (int batch = 0; batch < table.batches(); batch++) {
            int mark = workspace.mark();
            AttributeTable.Rows rows = table.read(batch, workspace);
            int bytes = Math.toIntExact(writer.unitChain().decodedBytes());
            ByteBuffer chunk = workspace.borrowBuffer(bytes);
            for (int at = 0; at < bytes; at += fill.length) {
                chunk.put(chunk.position() + at, fill);
            }
            for (int row = 0; row < rows.count(); row++) {
                if (present.get((int) (rows.first() + row))) {
                    int at = row * rowBytes;
                    chunk.put(
                            chunk.position() + at, rows.values(), rows.values().position() + at, rowBytes);
                }
            }
            index[0] = batch;
            writer.writeEncoded(index, writer.unitChain().encode(chunk, workspace));
            workspace.releaseTo(mark);
        }
        store.nodes().document(level.path(member), v3.document());
    }

    @Override
    public JsonObject sourceAttributes(String member) {
        return store.converts() ? JsonObject.EMPTY : level.sourceAttributes(member);
    }

    @Override
    public void group(String member, JsonObject attributes) {
        JsonObject written = attributes.isEmpty() ? level.sourceAttributes(member) : attributes;
        level.group(member, UserAttributes.added(written, othersOf(member)));
    }

    @Override
    public Grid09 grid() {
        return grid;
    }

    @Override
    public void finishLinks(Workspace workspace) {
        if (shards.open() > 0) {
            throw new IllegalStateException(shards.open() + " units of writing were not ended");
        }
        // Steps of paths have a family at 0.7 although there are none.
        links.removeIf(of -> store.converts()
                && store.root().hasPaths()
                && of.isOfLevel()
                && of.isEmpty()
                && othersOf("links/0").isEmpty());
        if (!links.isEmpty()) {
            group("links", JsonObject.EMPTY);
        }
        links.forEach(LinkWriter09::finish);
    }

    @Override
    public void finish(LevelTotals totals, Workspace workspace) {
        finishLinks(workspace);
        groups.forEach(member -> group(member, JsonObject.EMPTY));
        arrays.forEach(ChunkArrayWriter::finish);
        if (objects != null) {
            finishObjects(objects, workspace);
        }
        JsonObject attributes = WrittenAttributes.level(
                outline.source().metadata(),
                store.grids(),
                outline.number(),
                totals.liveRows(),
                totals.fragmentsTile());
        level.level(attributes);
    }

    private void finishObjects(ObjectWriter09 writer, Workspace workspace) {
        JsonObject attributes = level.objectIndex(writer.manifests(), workspace)
                .with("num_present", JsonNumber.of(writer.manifests().present()))
                .with("layout", new JsonString("vlen_manifests_v2"))
                .with("object_ids_sorted", JsonLiteral.of(writer.isSorted()));
        ZarrArray ids = store.converts() ? null : source.findArray(level.sourcePath("object_index/object_ids"));
        writer.writeIds(store.nodes(), level.path("object_index/object_ids"), ids, workspace);
        level.group("object_index", attributes);
    }
}
