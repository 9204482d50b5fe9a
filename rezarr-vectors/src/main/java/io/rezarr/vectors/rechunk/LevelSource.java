package io.rezarr.vectors.rechunk;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.write.AttributeColumns;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The families of a level that are parallel to its vertices or fragments, read chunk by chunk and checked. */
public final class LevelSource {
    private final VectorLevel level;
    private final ChunkValues vertices;
    private final ChunkValues fragments;
    private final VertexFormat format;
    private final List<ChunkAttribute> attributes = new ArrayList<>();
    private final List<ChunkAttribute> fragmentAttributes = new ArrayList<>();
    /** How many rows each chunk has. */
    private final int[] rows;

    private int[] attributeBytes = new int[0];
    private int[] fragmentAttributeBytes = new int[0];

    public LevelSource(VectorLevel level) {
        this.level = level;
        this.vertices = level.vertices();
        this.fragments = level.fragments();
        this.format = level.vertexFormat();
        level.vertexAttributeNames().forEach(name -> attributes.add(level.vertexAttribute(name)));
        level.fragmentAttributeNames().forEach(name -> fragmentAttributes.add(level.fragmentAttribute(name)));
        this.rows = new int[vertices.chunks().size()];
    }

    public VectorLevel level() {
        return level;
    }

    public int number() {
        return level.metadata().number();
    }

    public ChunkIndex chunks() {
        return vertices.chunks();
    }

    public VertexFormat format() {
        return format;
    }

    public String path() {
        return vertices.path();
    }

    public int rows(int chunk) {
        return rows[chunk];
    }

    /** Tells how many rows each chunk has, instead of reading its positions. */
    void setRows(int... ofChunks) {
        System.arraycopy(ofChunks, 0, rows, 0, rows.length);
    }

    public long allRows() {
        long all = 0;
        for (int ofChunk : rows) {
            all += ofChunk;
        }
        return all;
    }

    /** Positions of a chunk; how many rows there are is known from then on. */
    public ByteBuffer positions(int chunk, Workspace workspace) {
        ChunkKey key = chunks().key(chunk);
        ByteBuffer values = vertices.read(key, workspace);
        if (values == null) {
            throw new MalformedDataException("chunk", 0, "nothing is stored").in(vertices.path() + " chunk " + key);
        }
        requireWhole(values.remaining(), format.rowBytes(), vertices, key);
        rows[chunk] = values.remaining() / format.rowBytes();
        return values;
    }

    private static void requireWhole(long bytes, long rowBytes, ChunkValues family, ChunkKey key) {
        if (bytes % rowBytes != 0) {
            throw new MalformedDataException(
                            "rows", 0, bytes + " bytes are no whole number of rows of " + rowBytes + " bytes")
                    .in(family.path() + " chunk " + key);
        }
    }

    /** The fragments of a chunk, all of whose rows exist. */
    public FragmentIndex fragments(int chunk, Workspace workspace) {
        ChunkKey key = chunks().key(chunk);
        String place = fragments.path() + " chunk " + key;
        int mark = workspace.mark();
        ByteBuffer value = fragments.read(key, workspace);
        if (value == null) {
            throw new MalformedDataException("fragment index", 0, "nothing is stored").in(place);
        }
        try {
            FragmentIndex index = FragmentIndex.decode(value);
            int beyond = index.firstFragmentBeyond(rows[chunk]);
            if (beyond >= 0) {
                throw new MalformedDataException(
                        "fragment index",
                        0,
                        "fragment " + beyond + " names a row beyond the " + rows[chunk] + " vertices");
            }
            return index;
        } catch (MalformedDataException e) {
            throw e.in(place);
        } finally {
            workspace.releaseTo(mark);
        }
    }

    /** Finds out how many bytes the rows of attributes have; from the first chunk that tells. */
    public void measure(Workspace workspace) {
        attributeBytes = new int[attributes.size()];
        for (int a = 0; a < attributeBytes.length; a++) {
            ChunkAttribute attribute = attributes.get(a);
            int rowBytes = firstRowBytes(attribute, false, workspace);
            attributeBytes[a] = rowBytes >= 0 ? rowBytes : declaredBytes(attribute);
        }
        fragmentAttributeBytes = new int[fragmentAttributes.size()];
        for (int a = 0; a < fragmentAttributeBytes.length; a++) {
            ChunkAttribute attribute = fragmentAttributes.get(a);
            int rowBytes = firstRowBytes(attribute, true, workspace);
            fragmentAttributeBytes[a] = rowBytes >= 0 ? rowBytes : declaredBytes(attribute);
        }
    }

    private static int declaredBytes(ChunkAttribute attribute) {
        long columns = Math.max(1, attribute.format().declaredColumns());
        return Math.toIntExact(columns * attribute.format().type().elementBytes());
    }

    private int firstRowBytes(ChunkAttribute attribute, boolean ofFragments, Workspace workspace) {
        for (int chunk = 0; chunk < rows.length; chunk++) {
            if (rows[chunk] == 0) {
                continue;
            }
            int mark = workspace.mark();
            long count = ofFragments ? fragments(chunk, workspace).size() : rows[chunk];
            ByteBuffer values = attribute.values().read(chunks().key(chunk), workspace);
            int bytes = values == null ? 0 : values.remaining();
            workspace.releaseTo(mark);
            if (count > 0 && bytes > 0) {
                requireWhole(
                        bytes,
                        count * attribute.format().type().elementBytes(),
                        attribute.values(),
                        chunks().key(chunk));
                return (int) (bytes / count);
            }
        }
        return -1;
    }

    public int attributes() {
        return attributes.size();
    }

    public int attributeBytes(int attribute) {
        return attributeBytes[attribute];
    }

    int fragmentAttributes() {
        return fragmentAttributes.size();
    }

    int fragmentAttributeBytes(int attribute) {
        return fragmentAttributeBytes[attribute];
    }

    /** Positions and attributes of one row. */
    public int rowBytes() {
        int bytes = format.rowBytes();
        for (int ofAttribute : attributeBytes) {
            bytes = Math.addExact(bytes, ofAttribute);
        }
        return bytes;
    }

    public AttributeColumns attributeColumns(int attribute) {
        return columns(attributes.get(attribute), attributeBytes[attribute]);
    }

    AttributeColumns fragmentAttributeColumns(int attribute) {
        return columns(fragmentAttributes.get(attribute), fragmentAttributeBytes[attribute]);
    }

    private static AttributeColumns columns(ChunkAttribute attribute, int rowBytes) {
        return new AttributeColumns(
                attribute.format(), rowBytes / attribute.format().type().elementBytes());
    }

    /** The values of an attribute in a chunk with rows. */
    public Column attribute(int attribute, int chunk, Workspace workspace) {
        ChunkValues family = attributes.get(attribute).values();
        ByteBuffer values = parallel(family, chunk, rows[chunk], attributeBytes[attribute], workspace);
        if (values == null) {
            throw new MalformedDataException("rows", 0, "nothing is stored for " + rows[chunk] + " vertices")
                    .in(family.path() + " chunk " + chunks().key(chunk));
        }
        return Column.of(values, attributeBytes[attribute], workspace);
    }

    /** The positions of a chunk with rows, and the values of all attributes. */
    Column[] columns(int chunk, ByteBuffer positions, Workspace workspace) {
        Column[] columns = new Column[1 + attributes.size()];
        columns[0] = Column.of(positions, positionBytes(), workspace);
        for (int a = 0; a < attributes.size(); a++) {
            columns[1 + a] = attribute(a, chunk, workspace);
        }
        return columns;
    }

    /** The values of an attribute of fragments; {@code null} if the chunk has none. */
    @Nullable
    Column fragmentAttribute(int attribute, int chunk, int count, Workspace workspace) {
        ChunkValues family = fragmentAttributes.get(attribute).values();
        ByteBuffer values = parallel(family, chunk, count, fragmentAttributeBytes[attribute], workspace);
        return values == null ? null : Column.of(values, fragmentAttributeBytes[attribute], workspace);
    }

    private @Nullable ByteBuffer parallel(
            ChunkValues family, int chunk, long count, int rowBytes, Workspace workspace) {
        ByteBuffer values = family.read(chunks().key(chunk), workspace);
        if (values != null && values.remaining() != count * rowBytes) {
            throw new MalformedDataException(
                            "rows",
                            0,
                            "expected %d bytes, %d rows of %d, found %d"
                                    .formatted(count * rowBytes, count, rowBytes, values.remaining()))
                    .in(family.path() + " chunk " + chunks().key(chunk));
        }
        return values;
    }

    public int positionBytes() {
        return format.rowBytes();
    }
}
