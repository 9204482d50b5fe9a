package io.rezarr.vectors.layout.v07;

import io.rezarr.array.VlenBytesReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.VlenBytes;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ObjectBatch;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.Sizes;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.ManifestArray;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The objects of a level as an array of manifests; the id of an object is its row. Batches are the chunks of that array. */
final class ObjectIndex07 implements ObjectIndex {
    private final String path;
    private final JsonPlace metadata;
    private final ChunkIndex level;
    private final Manifests manifests;

    /** Where manifests come from. */
    private interface Manifests {
        long objects();

        long perBatch();

        /** Hands out the manifests of a batch in order. */
        void read(int batch, int objects, Workspace workspace, Sink sink);
    }

    private interface Sink {
        void accept(ByteBuffer manifest);
    }

    private ObjectIndex07(String path, JsonPlace metadata, ChunkIndex level, Manifests manifests) {
        this.path = path;
        this.metadata = metadata;
        this.level = level;
        this.manifests = manifests;
    }

    /**
     * {@code null} if the group says nothing of objects.
     *
     * @param level the chunks of the level
     */
    static @Nullable ObjectIndex07 find(NodeTree nodes, String path, ChunkIndex level) {
        JsonPlace metadata = nodes.findAttributes(path);
        if (metadata == null || metadata.member("num_objects").isAbsentOrNull()) {
            return null;
        }
        JsonPlace rank = metadata.member("sid_ndim");
        if (!rank.isAbsentOrNull()) {
            rank.integer(level.rank(), level.rank());
        }
        JsonPlace layout = metadata.member("layout");
        if (!layout.isAbsentOrNull() && !layout.string("vlen_manifests_v1").equals("vlen_manifests_v1")) {
            throw layout.unsupported("the layout '" + layout.string("") + "'", "Supported is vlen_manifests_v1.");
        }
        return new ObjectIndex07(path, metadata, level, manifests(nodes, path, metadata, layout.isAbsentOrNull()));
    }

    private static Manifests manifests(NodeTree nodes, String path, JsonPlace metadata, boolean mayBeLegacy) {
        ZarrArray array = nodes.findArray(path + "/manifests");
        if (array != null) {
            return new OfArray(reader(nodes, path, array));
        }
        Blob data = mayBeLegacy ? Blob.find(nodes, path + "/data") : null;
        Blob offsets = mayBeLegacy ? Blob.find(nodes, path + "/offsets") : null;
        if (data != null && offsets != null) {
            return new OfBlobs(data, offsets);
        }
        ManifestArray.requireNoObjects(metadata.member("num_objects"));
        return new None();
    }

    private static VlenBytesReader reader(NodeTree nodes, String path, ZarrArray array) {
        VlenBytesReader reader = nodes.byteStrings(array);
        if (reader.units().rank() != 1) {
            throw new InvalidMetadataException("'" + nodes.name(path) + "/manifests' has the shape "
                    + reader.units().arrayShape() + "; expected one axis.");
        }
        return reader;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long objects() {
        return manifests.objects();
    }

    @Override
    public long declaredObjects() {
        return AttributeFormats.countOrMinusOne(metadata.member("num_objects"));
    }

    @Override
    public long declaredPresent() {
        return -1;
    }

    @Override
    public boolean claimsSortedIds() {
        return true;
    }

    @Override
    public int batches() {
        long perBatch = manifests.perBatch();
        return Sizes.count(objects() / perBatch + (objects() % perBatch == 0 ? 0 : 1), "batches of objects", path);
    }

    @Override
    public ObjectBatch read(int batch, Workspace workspace) {
        long first = batch * manifests.perBatch();
        int objects = (int) Math.min(manifests.perBatch(), objects() - first);
        long[] ids = new long[objects];
        for (int object = 0; object < objects; object++) {
            ids[object] = first + object;
        }
        ObjectBatch.Builder builder = new ObjectBatch.Builder(level.rank(), level);
        manifests.read(batch, objects, workspace, new Adding(builder, path, first));
        return builder.build(first, ids);
    }

    /** Adds manifests to a batch. */
    private static final class Adding implements Sink {
        private final ObjectBatch.Builder builder;
        private final String path;
        private long row;

        Adding(ObjectBatch.Builder builder, String path, long first) {
            this.builder = builder;
            this.path = path;
            this.row = first;
        }

        @Override
        public void accept(ByteBuffer manifest) {
            try {
                builder.add(manifest);
            } catch (MalformedDataException e) {
                throw e.in(path + "/manifests row " + row);
            }
            row++;
        }
    }

    private record None() implements Manifests {
        @Override
        public long objects() {
            return 0;
        }

        @Override
        public long perBatch() {
            return 1;
        }

        @Override
        public void read(int batch, int objects, Workspace workspace, Sink sink) {}
    }

    private record OfArray(VlenBytesReader reader) implements Manifests {
        @Override
        public long objects() {
            return reader.units().arrayShape().extent(0);
        }

        @Override
        public long perBatch() {
            return reader.units().unitShape().extent(0);
        }

        @Override
        public void read(int batch, int objects, Workspace workspace, Sink sink) {
            VlenBytes values = reader.read(new long[] {batch}, workspace);
            if (values == null) {
                // An object without fragments has a manifest, too: a chunk that is absent has been lost.
                throw new MalformedDataException("object manifests", 0, "nothing is stored for " + objects + " objects")
                        .in(reader.array().prefix() + " chunk " + batch);
            }
            for (int object = 0; object < objects; object++) {
                sink.accept(values.element(object));
            }
        }
    }

    /** As older stores have them: all manifests in one array, where each begins in another; the last one goes to the end. One batch. */
    private record OfBlobs(Blob data, Blob offsets) implements Manifests {
        @Override
        public long objects() {
            return offsets.size() / Long.BYTES;
        }

        @Override
        public long perBatch() {
            return Math.max(1, objects());
        }

        @Override
        public void read(int batch, int objects, Workspace workspace, Sink sink) {
            ByteBuffer starts = offsets.read(workspace);
            ByteBuffer all = data.read(workspace);
            for (int object = 0; object < objects; object++) {
                sink.accept(OffsetSlices.slice(all, starts, object, objects, data.path()));
            }
        }
    }
}
