package io.rezarr.vectors;

import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.ObjectBatch;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.VertexFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A level read whole and slowly through the model: vertices with numbers of their own, everything else in terms of those. What readers, digests and
 * rewrites are compared with.
 */
public final class LogicalLevel {
    /** The values of an attribute: for each row its bytes; {@code null} where there is none. */
    public record Values(DataType type, List<byte @Nullable []> rows) {}

    /** Some links: the numbers of the vertices of each, as given, and their attributes. */
    public record Links(List<List<Integer>> ends, Map<String, Values> attributes, List<Boolean> copies) {}

    final VectorStore store;
    final VectorLevel level;
    final ChunkIndex chunks;
    /** The number of the first vertex of each chunk. */
    final int[] base;

    final List<byte[]> positions = new ArrayList<>();
    final Map<String, Values> vertexAttributes = new TreeMap<>();
    final List<Integer> chunkOf = new ArrayList<>();
    /** For each chunk its fragments, as numbers of vertices. */
    final List<List<List<Integer>>> fragments = new ArrayList<>();

    final boolean[] live;
    final Workspace workspace = new Workspace();

    public LogicalLevel(VectorStore store, int number) {
        this.store = store;
        this.level = store.level(number);
        this.chunks = level.vertices().chunks();
        this.base = new int[chunks.size() + 1];
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            readVertices(chunk);
        }
        for (String name : level.vertexAttributeNames()) {
            vertexAttributes.put(name, readAttribute(level.vertexAttribute(name)));
        }
        this.live = new boolean[positions.size()];
        fragments.forEach(ofChunk -> ofChunk.forEach(rows -> rows.forEach(row -> live[row] = true)));
    }

    /** Of each vertex, dead ones included. */
    public Map<String, Values> vertexAttributes() {
        return vertexAttributes;
    }

    public VertexFormat format() {
        return level.vertexFormat();
    }

    private void readVertices(int chunk) {
        ChunkKey key = chunks.key(chunk);
        split(level.vertices().read(key, workspace), format().rowBytes()).forEach(row -> {
            positions.add(row);
            chunkOf.add(chunk);
        });
        base[chunk + 1] = positions.size();
        List<List<Integer>> ofChunk = new ArrayList<>();
        FragmentIndex index = FragmentIndex.decode(
                java.util.Objects.requireNonNull(level.fragments().read(key, workspace), "fragments of " + key));
        for (int f = 0; f < index.size(); f++) {
            List<Integer> rows = new ArrayList<>();
            for (long place = 0; place < index.rows(f); place++) {
                rows.add(base[chunk] + (int) index.row(f, place));
            }
            ofChunk.add(rows);
        }
        fragments.add(ofChunk);
    }

    private Values readAttribute(ChunkAttribute attribute) {
        List<byte @Nullable []> rows = new ArrayList<>();
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            int count = base[chunk + 1] - base[chunk];
            ByteBuffer values = attribute.values().read(chunks.key(chunk), workspace);
            if (count > 0 && values != null) {
                rows.addAll(split(values, values.remaining() / count));
            }
        }
        return new Values(attribute.format().type(), rows);
    }

    static List<byte[]> split(@Nullable ByteBuffer values, int rowBytes) {
        List<byte[]> rows = new ArrayList<>();
        ByteBuffer rest = values == null ? ByteBuffer.allocate(0) : values.duplicate();
        while (rest.hasRemaining()) {
            byte[] row = new byte[rowBytes];
            rest.get(row);
            rows.add(row);
        }
        return rows;
    }

    /** One coordinate of a vertex. */
    public double coordinate(int vertex, int axis) {
        ByteBuffer row = ByteBuffer.wrap(positions.get(vertex)).order(ByteOrder.LITTLE_ENDIAN);
        return format().coordinate(row, 0, axis);
    }

    /** The live vertices, ordered by position, then by the bytes of their attributes in the order of their names. */
    public List<Integer> sorted() {
        List<Integer> vertices = new ArrayList<>();
        for (int v = 0; v < live.length; v++) {
            if (live[v]) {
                vertices.add(v);
            }
        }
        vertices.sort(this::compare);
        return vertices;
    }

    private int compare(int a, int b) {
        for (int axis = 0; axis < format().dimensions(); axis++) {
            double x = coordinate(a, axis);
            double y = coordinate(b, axis);
            if (x != y) {
                return x < y ? -1 : 1;
            }
        }
        int order = Arrays.compareUnsigned(positions.get(a), positions.get(b));
        for (Values values : vertexAttributes.values()) {
            order = order != 0 ? order : Arrays.compareUnsigned(values.rows.get(a), values.rows.get(b));
        }
        return order;
    }

    /** The objects by id: their vertices in the order of their manifests; {@code null} if the level has none. */
    public @Nullable Map<Long, List<Integer>> objects() {
        ObjectIndex index = level.objects();
        if (index == null) {
            return null;
        }
        Map<Long, List<Integer>> objects = new LinkedHashMap<>();
        for (int b = 0; b < index.batches(); b++) {
            ObjectBatch batch = index.read(b, workspace);
            for (int object = 0; object < batch.size(); object++) {
                objects.put(batch.id(object), vertices(batch, object));
            }
        }
        return objects;
    }

    private List<Integer> vertices(ObjectBatch batch, int object) {
        List<Integer> vertices = new ArrayList<>();
        for (int entry = batch.begin(object); entry < batch.end(object); entry++) {
            for (long f = 0; f < batch.fragmentCount(entry); f++) {
                int fragment = (int) (batch.firstFragment(entry) + f);
                vertices.addAll(fragments.get(batch.chunk(entry)).get(fragment));
            }
        }
        return vertices;
    }

    /** The links of a delta, in the order of batches. Ends behind the first are vertices of the other level. */
    public Links links(int delta) {
        LinkFamily family = level.links(delta);
        int[] there =
                delta == 0 ? base : new LogicalLevel(store, level.metadata().number() + delta).base;
        List<List<Integer>> ends = new ArrayList<>();
        List<Boolean> copies = new ArrayList<>();
        Map<String, Values> attributes = new TreeMap<>();
        family.attributes()
                .forEach(format -> attributes.put(format.name(), new Values(format.type(), new ArrayList<>())));
        for (int b = 0; b < family.batches(); b++) {
            LinkBatch batch = family.read(b, workspace);
            for (int link = 0; link < batch.size(); link++) {
                List<Integer> vertices = new ArrayList<>();
                for (int end = 0; end < batch.width(); end++) {
                    int[] first = end == 0 ? base : there;
                    vertices.add(first[batch.chunk(link, end)] + (int) batch.row(link, end));
                }
                ends.add(vertices);
                copies.add(batch.isCopy(link));
            }
            addValues(family, batch, attributes);
        }
        return new Links(ends, attributes, copies);
    }

    private static void addValues(LinkFamily family, LinkBatch batch, Map<String, Values> attributes) {
        for (int a = 0; a < family.attributes().size(); a++) {
            List<byte @Nullable []> rows = java.util.Objects.requireNonNull(
                            attributes.get(family.attributes().get(a).name()))
                    .rows;
            ByteBuffer values = batch.attribute(a);
            if (values == null) {
                for (int link = 0; link < batch.size(); link++) {
                    rows.add(null);
                }
            } else if (batch.size() > 0) {
                rows.addAll(split(values, values.remaining() / batch.size()));
            }
        }
    }

    /** For each child its parent, and edges that come on top: what a skeleton's links, stored or not, say. */
    public List<List<Integer>> treeEdges(boolean byFragments) {
        Map<Integer, Integer> parents = new TreeMap<>();
        if (byFragments) {
            fragments.forEach(ofChunk -> ofChunk.forEach(rows -> implied(rows, parents)));
        } else {
            for (int chunk = 0; chunk < chunks.size(); chunk++) {
                List<Integer> rows = new ArrayList<>();
                for (int v = base[chunk]; v < base[chunk + 1]; v++) {
                    rows.add(v);
                }
                implied(rows, parents);
            }
        }
        List<List<Integer>> edges = new ArrayList<>();
        boolean directed =
                level.linkDeltas().contains(0) && level.links(0).format().directed();
        for (List<Integer> link : level.linkDeltas().contains(0) ? links(0).ends : List.<List<Integer>>of()) {
            boolean crosses = !chunkOf.get(link.get(0)).equals(chunkOf.get(link.get(1)));
            int child = link.get(directed && crosses ? 1 : 0);
            int parent = link.get(directed && crosses ? 0 : 1);
            if (directed && crosses && parents.containsKey(child) && parents.get(child) != parent) {
                edges.add(List.of(child, parent));
            } else {
                parents.put(child, parent);
            }
        }
        parents.forEach((child, parent) -> edges.add(List.of(child, parent)));
        return edges;
    }

    private static void implied(List<Integer> rows, Map<Integer, Integer> parents) {
        for (int i = 1; i < rows.size(); i++) {
            parents.put(rows.get(i), rows.get(i - 1));
        }
    }

    /** All rows of a table; {@code null} for those that are absent. */
    public Values table(AttributeTable table, boolean absentAsNull) {
        List<byte @Nullable []> rows = new ArrayList<>();
        for (int b = 0; b < table.batches(); b++) {
            AttributeTable.Rows batch = table.read(b, workspace);
            List<byte[]> values = split(batch.values(), (int) table.rowBytes());
            for (int row = 0; row < batch.count(); row++) {
                rows.add(absentAsNull && !batch.isPresent(row) ? null : values.get(row));
            }
        }
        return new Values(table.format().type(), rows);
    }

    /** The ids of each group, ranges as they are; {@code null} if there are no groups. */
    public @Nullable List<List<Long>> groups() {
        Groups groups = level.groups();
        if (groups == null) {
            return null;
        }
        List<List<Long>> all = new ArrayList<>();
        for (int group = 0; group < groups.groups(); group++) {
            List<Long> ids = new ArrayList<>();
            Groups.Members members = groups.members(group, workspace);
            if (members instanceof Groups.Ids some) {
                for (int i = 0; i < some.count(); i++) {
                    ids.add(some.id(i));
                }
            } else if (members instanceof Groups.Range range) {
                for (long id = range.start(); id < range.stop(); id++) {
                    ids.add(id);
                }
            }
            all.add(ids);
        }
        return all;
    }
}
