package io.rezarr.vectors.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.LinkFormat.StorePolicy;
import io.rezarr.vectors.model.ObjectBatch;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.write.AttributeColumns;
import io.rezarr.vectors.write.ChunkValuesWriter;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelTotals;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.LinkWriter;
import io.rezarr.vectors.write.ObjectIndexWriter;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A level of a {@link CollectedStore}: written, then read. */
final class CollectedLevel implements VectorLevel {
    private final CollectedStore store;
    private final LevelOutline outline;
    private final Values vertices;
    private final Values fragments;
    private final Map<String, Attribute> vertexAttributes = new TreeMap<>();
    private final Map<String, Attribute> fragmentAttributes = new TreeMap<>();
    private final Map<Integer, Links> links = new TreeMap<>();
    private @Nullable Objects objects;
    private @Nullable LevelTotals totals;

    private record Attribute(AttributeFormat format, Values values) {}

    CollectedLevel(CollectedStore store, LevelOutline outline) {
        this.store = store;
        this.outline = outline;
        this.vertices = new Values("vertices", outline.chunks());
        this.fragments = new Values("vertex_fragments", outline.chunks());
    }

    boolean isTouched() {
        return !vertices.values.isEmpty();
    }

    LevelTotals totals() {
        return java.util.Objects.requireNonNull(totals);
    }

    LevelWriter writer() {
        return new Writer();
    }

    void describe(Map<String, String> contents) {
        String level = outline.number() + "/";
        vertices.describe(level, contents);
        fragments.describe(level, contents);
        vertexAttributes.forEach((name, a) -> a.values.describe(level, contents));
        fragmentAttributes.forEach((name, a) -> a.values.describe(level, contents));
        links.forEach((delta, of) -> of.describe(level, contents));
        if (objects != null) {
            contents.put(level + "objects", objects.ids + " " + objects.entries);
        }
        contents.put(level + "totals", String.valueOf(totals));
    }

    /** A value for each chunk. */
    private static final class Values implements ChunkValues, ChunkValuesWriter {
        private final String path;
        private final ChunkIndex index;
        private final Map<ChunkKey, byte[]> values = new TreeMap<>();

        Values(String path, ChunkIndex index) {
            this.path = path;
            this.index = index;
        }

        @Override
        public synchronized void write(int chunk, ByteBuffer value, Workspace workspace) {
            byte[] copy = new byte[value.remaining()];
            value.duplicate().get(copy);
            if (copy.length > 0) {
                assertThat(values.put(index.key(chunk), copy)).as(path).isNull();
            }
        }

        void describe(String level, Map<String, String> contents) {
            values.forEach((key, value) ->
                    contents.put(level + path + "/" + key, HexFormat.of().formatHex(value)));
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public ChunkIndex chunks() {
            return index;
        }

        @Override
        public @Nullable ByteBuffer read(ChunkKey key, Workspace workspace) {
            byte[] value = values.get(key);
            return value == null ? null : ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public long bytes(ChunkKey key, Workspace workspace) {
            byte[] value = values.get(key);
            return value == null ? -1 : value.length;
        }
    }

    /** Links as they were handed in. */
    private final class Links implements LinkFamily, LinkWriter {
        private final LinkFormat format;
        private final List<AttributeColumns> attributes;
        private final ChunkIndex there;
        private final TreeMap<Integer, Filed> filed = new TreeMap<>();

        @SuppressWarnings("ArrayRecordComponent") // never compared
        private record Filed(int[] chunks, long[] rows, List<byte @Nullable []> values) {}

        Links(LinkFormat format, List<AttributeColumns> attributes, @Nullable ChunkIndex there) {
            this.format = format;
            this.attributes = attributes;
            this.there = there == null ? outline.chunks() : there;
        }

        @Override
        public int filings(int[] chunks, long[] rows, int at, int[] filings) {
            int[] distinct = Arrays.stream(chunks, at, at + format.width())
                    .sorted()
                    .distinct()
                    .toArray();
            if (format.policy() == StorePolicy.DUPLICATE) {
                System.arraycopy(distinct, 0, filings, 0, distinct.length);
                return distinct.length;
            }
            filings[0] = format.directed() || format.delta() != 0 ? chunks[at] : distinct[0];
            return 1;
        }

        @Override
        public synchronized void write(int filedUnder, LinkBatch batch, Workspace workspace) {
            int[] chunks = new int[batch.size() * format.width()];
            long[] rows = new long[chunks.length];
            for (int i = 0; i < chunks.length; i++) {
                chunks[i] = batch.chunk(i / format.width(), i % format.width());
                rows[i] = batch.row(i / format.width(), i % format.width());
            }
            List<byte @Nullable []> values = new ArrayList<>();
            for (int a = 0; a < attributes.size(); a++) {
                ByteBuffer of = batch.attribute(a);
                byte[] copy = of == null ? null : new byte[of.remaining()];
                if (of != null && copy != null) {
                    of.duplicate().get(copy);
                }
                values.add(copy);
            }
            assertThat(filed.put(filedUnder, new Filed(chunks, rows, values))).isNull();
        }

        void describe(String level, Map<String, String> contents) {
            contents.put(level + path(), "");
            filed.forEach((chunk, of) -> {
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < of.chunks.length; i++) {
                    text.append(of.chunks[i]).append(':').append(of.rows[i]).append(' ');
                }
                of.values.forEach(
                        v -> text.append(v == null ? "none" : HexFormat.of().formatHex(v))
                                .append(' '));
                contents.put(level + path() + "/" + chunk, text.toString());
            });
        }

        @Override
        public LinkFormat format() {
            return format;
        }

        @Override
        public String path() {
            return "links/" + LinkFormat.nameOf(format.delta());
        }

        @Override
        public List<AttributeFormat> attributes() {
            return attributes.stream().map(AttributeColumns::format).toList();
        }

        @Override
        public int batches() {
            return filed.size();
        }

        @Override
        public boolean isCrossing(int batch) {
            return false;
        }

        @Override
        public LinkBatch read(int batch, Workspace workspace) {
            Map.Entry<Integer, Filed> of = List.copyOf(filed.entrySet()).get(batch);
            Filed its = of.getValue();
            LinkBatch.Builder builder =
                    new LinkBatch.Builder(path(), format.width(), outline.chunks(), there, its.chunks.length);
            for (int i = 0; i < its.chunks.length; i++) {
                builder.end(i % format.width(), its.chunks[i], its.rows[i]);
                if (i % format.width() == format.width() - 1) {
                    builder.next();
                }
            }
            List<@Nullable ByteBuffer> values = new ArrayList<>();
            its.values.forEach(
                    v -> values.add(v == null ? null : ByteBuffer.wrap(v).order(ByteOrder.LITTLE_ENDIAN)));
            return builder.build(format.policy() == StorePolicy.DUPLICATE ? of.getKey() : -1, values);
        }
    }

    /** Manifests as they were handed in. */
    private final class Objects implements ObjectIndex, ObjectIndexWriter {
        private final long expected;
        private final List<Long> ids = new ArrayList<>();
        private final List<List<List<Long>>> entries = new ArrayList<>();

        Objects(long expected) {
            this.expected = expected;
        }

        @Override
        public void begin(long id) {
            ids.add(id);
            entries.add(new ArrayList<>());
        }

        @Override
        public void fragment(int chunk, long fragment) {
            entries.get(entries.size() - 1).add(List.of((long) chunk, fragment));
        }

        @Override
        public void end(Workspace workspace) {}

        @Override
        public String path() {
            return "object_index";
        }

        @Override
        public long objects() {
            return ids.size();
        }

        @Override
        public long declaredObjects() {
            return expected;
        }

        @Override
        public long declaredPresent() {
            return -1;
        }

        @Override
        public boolean claimsSortedIds() {
            return false;
        }

        @Override
        public int batches() {
            return 1;
        }

        @Override
        public ObjectBatch read(int batch, Workspace workspace) {
            assertThat((long) ids.size()).isEqualTo(expected);
            ChunkIndex chunks = outline.chunks();
            ObjectBatch.Builder builder = new ObjectBatch.Builder(chunks.rank(), chunks);
            for (List<List<Long>> manifest : entries) {
                ByteBuffer bytes = ByteBuffer.allocate(4 + manifest.size() * (8 * chunks.rank() + 9))
                        .order(ByteOrder.LITTLE_ENDIAN);
                bytes.putInt(manifest.size());
                for (List<Long> entry : manifest) {
                    for (int axis = 0; axis < chunks.rank(); axis++) {
                        bytes.putLong(chunks.coordinate(entry.get(0).intValue(), axis));
                    }
                    bytes.put((byte) 0).putLong(entry.get(1));
                }
                builder.add(bytes.flip());
            }
            return builder.build(0, ids.stream().mapToLong(Long::longValue).toArray());
        }
    }

    /** Writes into the level around it. */
    private final class Writer implements LevelWriter {
        @Override
        public int unitOf(int chunk) {
            // Chunks whose first coordinate is even lie together with those behind it: units are not in the order of
            // chunks.
            ChunkKey key = outline.chunks().key(chunk);
            int last = key.rank() - 1;
            for (int first = 0; first < chunk; first++) {
                ChunkKey other = outline.chunks().key(first);
                if (Math.floorDiv(other.coordinate(last), 2) == Math.floorDiv(key.coordinate(last), 2)) {
                    return first;
                }
            }
            return chunk;
        }

        @Override
        public void endUnit(int unit, Workspace workspace) {}

        @Override
        public long maxValueBytes() {
            return 1 << 30;
        }

        @Override
        public long workspaceBytes(long valueBytes) {
            return 0;
        }

        @Override
        public ChunkValuesWriter vertices() {
            return vertices;
        }

        @Override
        public ChunkValuesWriter fragments() {
            return fragments;
        }

        @Override
        public ChunkValuesWriter vertexAttribute(AttributeColumns attribute) {
            String name = attribute.format().name();
            Values values = new Values("vertex_attributes/" + name, outline.chunks());
            vertexAttributes.put(name, new Attribute(attribute.format(), values));
            return values;
        }

        @Override
        public ChunkValuesWriter fragmentAttribute(AttributeColumns attribute) {
            String name = attribute.format().name();
            Values values = new Values("fragment_attributes/" + name, outline.chunks());
            fragmentAttributes.put(name, new Attribute(attribute.format(), values));
            return values;
        }

        @Override
        public LinkWriter links(LinkFormat format, List<AttributeColumns> attributes, @Nullable ChunkIndex there) {
            Links of = new Links(format, attributes, there);
            assertThat(links.put(format.delta(), of)).isNull();
            return of;
        }

        @Override
        public ObjectIndexWriter objects(long count) {
            Objects of = new Objects(count);
            objects = of;
            return of;
        }

        @Override
        public void carry(Workspace workspace) {}

        @Override
        public void finishLinks(Workspace workspace) {
            throw new UnsupportedOperationException("levels are collected as a whole");
        }

        @Override
        public void objectAttributes(@Nullable BitSet present, Workspace workspace) {}

        @Override
        public void finish(LevelTotals all, Workspace workspace) {
            totals = all;
        }
    }

    @Override
    public LevelMetadata metadata() {
        LevelMetadata of = outline.source().metadata();
        LevelGrid grid = store.grids().level(outline.number());
        return new LevelMetadata(
                outline.number(),
                grid.chunkShape(),
                grid.binShape(),
                of.scale(),
                of.vertexCount(),
                of.rank(),
                of.chunkedBy(),
                of.attributes());
    }

    @Override
    public VertexFormat vertexFormat() {
        return outline.vertexFormat();
    }

    @Override
    public ChunkValues vertices() {
        return vertices;
    }

    @Override
    public ChunkValues fragments() {
        return fragments;
    }

    @Override
    public List<String> vertexAttributeNames() {
        return List.copyOf(vertexAttributes.keySet());
    }

    @Override
    public ChunkAttribute vertexAttribute(String name) {
        Attribute of = java.util.Objects.requireNonNull(vertexAttributes.get(name));
        return new ChunkAttribute(of.format, of.values);
    }

    @Override
    public List<String> fragmentAttributeNames() {
        return List.copyOf(fragmentAttributes.keySet());
    }

    @Override
    public ChunkAttribute fragmentAttribute(String name) {
        Attribute of = java.util.Objects.requireNonNull(fragmentAttributes.get(name));
        return new ChunkAttribute(of.format, of.values);
    }

    @Override
    public List<Integer> linkDeltas() {
        return List.copyOf(links.keySet());
    }

    @Override
    public LinkFamily links(int delta) {
        return java.util.Objects.requireNonNull(links.get(delta));
    }

    @Override
    public @Nullable ChunkValues linkGroups() {
        return null;
    }

    @Override
    public @Nullable ObjectIndex objects() {
        return objects;
    }

    @Override
    public List<String> objectAttributeNames() {
        return outline.source().objectAttributeNames();
    }

    @Override
    public AttributeTable objectAttribute(String name) {
        return outline.source().objectAttribute(name);
    }

    @Override
    public @Nullable Groups groups() {
        return outline.source().groups();
    }

    @Override
    public List<String> groupAttributeNames() {
        return outline.source().groupAttributeNames();
    }

    @Override
    public AttributeTable groupAttribute(String name) {
        return outline.source().groupAttribute(name);
    }

    @Override
    public List<String> unknownMembers() {
        return outline.source().unknownMembers();
    }
}
