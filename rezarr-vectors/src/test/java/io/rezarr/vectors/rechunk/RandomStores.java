package io.rezarr.vectors.rechunk;

import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.write.AttributeColumns;
import io.rezarr.vectors.write.ChunkValuesWriter;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelTotals;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.LinkWriter;
import io.rezarr.vectors.write.ObjectIndexWriter;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreGrids;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Random stores, with what a fixture says of geometry and layout and nothing else of it: rows in no fragment, fragments of several objects, objects that
 * come back, empty ones, links of every kind, trees, attributes with gaps.
 */
final class RandomStores {
    private static final int MAX_ROWS = 30;

    private final VectorStore template;
    private final Random random;
    private final Workspace workspace = new Workspace();
    private final boolean v07;
    private final WorldVector shape;
    private final int dimensions;

    private RandomStores(VectorStore template, long seed) {
        this.template = template;
        this.random = new Random(seed);
        this.v07 = template.metadata().version().is(0, 7);
        this.shape = template.metadata().chunkShape();
        this.dimensions = template.metadata().dimensions();
    }

    /** @param name of a fixture without groups and attributes of objects, of spatial chunks only */
    static CollectedStore of(String name, long seed) {
        return new RandomStores(ZvfStores.open(ZvfStores.copyOf(name)), seed).make();
    }

    /** A level being made: the rows of each chunk, the fragments as rows of them. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Made(LevelOutline outline, LevelWriter writer, int[] rows, List<List<int[]>> fragments) {}

    private CollectedStore make() {
        Map<Integer, StoreGrids.LevelGrid> grids = new TreeMap<>();
        grids.put(0, new StoreGrids.LevelGrid(shape, shape));
        grids.put(1, new StoreGrids.LevelGrid(shape.times(2), shape.times(2)));
        CollectedStore store = new CollectedStore(template, new StoreGrids(shape, shape, new TreeMap<>(grids)));
        Made fine = level(store, 0, shape);
        Made coarse = level(store, 1, shape.times(2));
        crossLevel(fine, coarse, 1);
        crossLevel(coarse, fine, -1);
        store.finish(new StoreChanges(template.metadata().linksConvention()));
        return store;
    }

    private Made level(CollectedStore store, int number, WorldVector chunkShape) {
        VectorLevel source = template.level(0);
        TreeSet<ChunkKey> keys = new TreeSet<>();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            long[] key = new long[dimensions];
            for (int axis = 0; axis < dimensions; axis++) {
                key[axis] = random.nextInt(4) - 2L;
            }
            keys.add(ChunkKey.of(key));
        }
        ChunkIndex chunks = ChunkIndex.of(dimensions, keys);
        LevelOutline outline = new LevelOutline(number, chunks, source.vertexFormat(), source);
        Made made = new Made(outline, store.level(outline), new int[chunks.size()], new ArrayList<>());
        vertices(made, chunkShape);
        fragments(made);
        attributes(made);
        boolean hasObjects = source.objects() != null;
        if (hasObjects) {
            objects(made);
        }
        if (number == 0) {
            links(made);
        }
        made.writer.finish(new LevelTotals(0, 0, false), workspace);
        return made;
    }

    private ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void vertices(Made made, WorldVector chunkShape) {
        ChunkValuesWriter to = made.writer.vertices();
        boolean isFloat = made.outline.vertexFormat().type().name().equals("float32");
        for (int chunk = 0; chunk < made.rows.length; chunk++) {
            int rows = 1 + random.nextInt(MAX_ROWS);
            made.rows[chunk] = rows;
            ByteBuffer values = buffer(rows * made.outline.vertexFormat().rowBytes());
            for (int i = 0; i < rows * dimensions; i++) {
                double along = chunkShape.component(i % dimensions);
                double at = made.outline.chunks().coordinate(chunk, i % dimensions) + random.nextInt(8) / 8.0;
                double position = at == 0 && random.nextBoolean() ? -0.0 : at * along;
                if (isFloat) {
                    values.putFloat((float) position);
                } else {
                    values.putDouble(position);
                }
            }
            to.write(chunk, values.flip(), workspace);
        }
    }

    private void fragments(Made made) {
        ChunkValuesWriter to = made.writer.fragments();
        for (int chunk = 0; chunk < made.rows.length; chunk++) {
            int live = made.rows[chunk] - (random.nextInt(3) == 0 ? random.nextInt(made.rows[chunk]) : 0);
            List<Integer> rows = new ArrayList<>();
            for (int row = 0; row < live; row++) {
                rows.add(row);
            }
            if (!v07 && random.nextInt(3) == 0) {
                Collections.shuffle(rows, random);
            }
            List<int[]> all = new ArrayList<>();
            int from = 0;
            while (from < live) {
                int to1 = Math.min(live, from + 1 + random.nextInt(6));
                all.add(rows.subList(from, to1).stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
                from = to1;
            }
            made.fragments.add(all);
            to.write(chunk, encoded(all), workspace);
        }
    }

    private ByteBuffer encoded(List<int[]> fragments) {
        int count = fragments.size();
        long ranges = fragments.stream().filter(RandomStores::isRange).count();
        int listed = fragments.stream()
                .filter(f -> !isRange(f))
                .mapToInt(f -> f.length)
                .sum();
        int bitmap = (count + 63) / 64 * 8;
        int bytes = count == 0 ? 16 : 16 + bitmap + 16 * (int) ranges + 4 * (count - (int) ranges + 1) + 8 * listed;
        ByteBuffer to = buffer(bytes);
        to.putInt(0x5A564647).putInt(1).putInt(count).putInt((int) ranges);
        if (count == 0) {
            return to.flip();
        }
        byte[] bits = new byte[bitmap];
        for (int f = 0; f < count; f++) {
            bits[f / 8] |= (byte) (isRange(fragments.get(f)) ? 1 << f % 8 : 0);
        }
        to.put(bits);
        fragments.stream()
                .filter(RandomStores::isRange)
                .forEach(f -> to.putLong(f[0]).putLong(f.length));
        int offset = 0;
        to.putInt(0);
        for (int[] f : fragments) {
            if (!isRange(f)) {
                offset += f.length;
                to.putInt(offset);
            }
        }
        fragments.stream().filter(f -> !isRange(f)).flatMapToInt(Arrays::stream).forEach(to::putLong);
        return to.flip();
    }

    private static boolean isRange(int[] rows) {
        for (int i = 1; i < rows.length; i++) {
            if (rows[i] != rows[0] + i) {
                return false;
            }
        }
        return true;
    }

    private static AttributeColumns column(String name, String type, int columns) {
        var of = java.util.Objects.requireNonNull(Numbers.type(type));
        return new AttributeColumns(new AttributeFormat(name, of, columns, JsonObject.EMPTY), columns);
    }

    private ByteBuffer bytes(long count) {
        byte[] bytes = new byte[(int) count];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void attributes(Made made) {
        for (AttributeColumns attribute : List.of(column("a", "float32", 1), column("b", "uint16", 3))) {
            ChunkValuesWriter to = made.writer.vertexAttribute(attribute);
            for (int chunk = 0; chunk < made.rows.length; chunk++) {
                to.write(chunk, bytes(made.rows[chunk] * attribute.rowBytes()), workspace);
            }
        }
        if (!v07 && template.level(0).objects() != null) {
            AttributeColumns attribute = column("of", "int8", 1);
            ChunkValuesWriter to = made.writer.fragmentAttribute(attribute);
            for (int chunk = 0; chunk < made.rows.length; chunk++) {
                ByteBuffer values = buffer(made.fragments.get(chunk).size());
                while (values.hasRemaining()) {
                    values.put((byte) random.nextInt(2));
                }
                to.write(chunk, values.flip(), workspace);
            }
        }
    }

    private void objects(Made made) {
        int count = 1 + random.nextInt(12);
        List<List<int[]>> manifests = new ArrayList<>();
        for (int object = 0; object < count; object++) {
            manifests.add(new ArrayList<>());
        }
        boolean shared = random.nextBoolean();
        for (int chunk = 0; chunk < made.rows.length; chunk++) {
            for (int f = 0; f < made.fragments.get(chunk).size(); f++) {
                int owners = shared ? random.nextInt(4) : 1;
                for (int i = 0; i < owners; i++) {
                    List<int[]> manifest = manifests.get(random.nextInt(count));
                    manifest.add(random.nextInt(manifest.size() + 1), new int[] {chunk, f});
                }
            }
        }
        ObjectIndexWriter to = made.writer.objects(count);
        long id = random.nextInt(3);
        for (List<int[]> manifest : manifests) {
            to.begin(id);
            manifest.forEach(entry -> to.fragment(entry[0], entry[1]));
            to.end(workspace);
            id += 1 + (random.nextInt(4) == 0 ? 5_000_000_000L : random.nextInt(3));
        }
    }

    private void links(Made made) {
        var types = template.metadata().geometryTypes();
        if (types.contains(GeometryType.SKELETON)) {
            tree(made);
        } else if (types.contains(GeometryType.GRAPH) || types.contains(GeometryType.MESH)) {
            int width = types.contains(GeometryType.MESH) ? 3 : 2;
            boolean duplicate = !v07 && random.nextBoolean();
            LinkFormat format = new LinkFormat(
                    0,
                    width,
                    !v07 && random.nextBoolean(),
                    duplicate ? LinkFormat.StorePolicy.DUPLICATE : LinkFormat.StorePolicy.CANONICAL,
                    -1,
                    -1,
                    JsonObject.EMPTY);
            List<int[]> all = new ArrayList<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                all.add(ends(width, made, made));
            }
            write(made, made, format, all, List.of(column("w", "float64", 1), column("k", "int16", 2)));
        }
    }

    private int[] ends(int width, Made first, Made others) {
        int[] ends = new int[2 * width];
        for (int end = 0; end < width; end++) {
            Made of = end == 0 ? first : others;
            ends[2 * end] = random.nextInt(of.rows.length);
            ends[2 * end + 1] = random.nextInt(of.rows[ends[2 * end]]);
        }
        return ends;
    }

    /** A parent for some of the vertices; those that follow another one have that otherwise. */
    private void tree(Made made) {
        boolean directed = !v07 && random.nextBoolean();
        LinkFormat format = new LinkFormat(0, 2, directed, LinkFormat.StorePolicy.CANONICAL, -1, -1, JsonObject.EMPTY);
        List<int[]> all = new ArrayList<>();
        for (int chunk = 0; chunk < made.rows.length; chunk++) {
            for (int[] rows : made.fragments.get(chunk)) {
                for (int i = 0; i < rows.length; i++) {
                    boolean follows = v07 ? rows[i] > 0 : i > 0;
                    if (random.nextInt(follows ? 4 : 2) == 0) {
                        int[] parent = ends(1, made, made);
                        boolean crosses = parent[0] != chunk;
                        if ((parent[0] == chunk && parent[1] == rows[i]) || (directed && crosses && follows)) {
                            continue;
                        }
                        all.add(
                                directed && crosses
                                        ? new int[] {parent[0], parent[1], chunk, rows[i]}
                                        : new int[] {chunk, rows[i], parent[0], parent[1]});
                    }
                }
            }
        }
        write(made, made, format, all, List.of(column("w", "float32", 1)));
    }

    private void crossLevel(Made from, Made to, int delta) {
        LinkFormat format = new LinkFormat(delta, 2, true, LinkFormat.StorePolicy.CANONICAL, -1, -1, JsonObject.EMPTY);
        List<int[]> all = new ArrayList<>();
        for (int i = random.nextInt(80); i > 0; i--) {
            all.add(ends(2, from, to));
        }
        write(from, to, format, all, List.of());
    }

    private void write(Made made, Made there, LinkFormat format, List<int[]> links, List<AttributeColumns> attributes) {
        ChunkIndex chunks = made.outline.chunks();
        ChunkIndex others = there.outline.chunks();
        LinkWriter to = made.writer.links(format, attributes, format.delta() == 0 ? null : others);
        List<List<byte[]>> values = new ArrayList<>();
        for (AttributeColumns attribute : attributes) {
            values.add(
                    links.stream().map(l -> bytes(attribute.rowBytes()).array()).toList());
        }
        int width = format.width();
        for (int chunk = 0; chunk < made.rows.length; chunk++) {
            LinkBatch.Builder builder = new LinkBatch.Builder("links", width, chunks, others, 1);
            List<Integer> its = new ArrayList<>();
            for (int link = 0; link < links.size(); link++) {
                int[] ends = links.get(link);
                int[] inChunks = new int[width];
                long[] rows = new long[width];
                for (int end = 0; end < width; end++) {
                    inChunks[end] = ends[2 * end];
                    rows[end] = ends[2 * end + 1];
                }
                int[] filings = new int[width];
                int count = to.filings(inChunks, rows, 0, filings);
                int wanted = chunk;
                if (Arrays.stream(filings, 0, count).anyMatch(f -> f == wanted)) {
                    for (int end = 0; end < width; end++) {
                        builder.end(end, inChunks[end], rows[end]);
                    }
                    builder.next();
                    its.add(link);
                }
            }
            if (!its.isEmpty()) {
                List<@Nullable ByteBuffer> ofChunk = new ArrayList<>();
                // Copies of a link have its values, so a chunk may only be without where there are none.
                boolean has = format.policy() == LinkFormat.StorePolicy.DUPLICATE || random.nextInt(4) > 0;
                for (int a = 0; a < attributes.size(); a++) {
                    ByteBuffer of = buffer((int) (its.size() * attributes.get(a).rowBytes()));
                    for (int link : its) {
                        of.put(values.get(a).get(link));
                    }
                    ofChunk.add(has ? of.flip() : null);
                }
                to.write(chunk, builder.build(-1, ofChunk), workspace);
            }
        }
    }
}
