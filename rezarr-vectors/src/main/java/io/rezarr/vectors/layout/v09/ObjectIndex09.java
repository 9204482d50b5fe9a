package io.rezarr.vectors.layout.v09;

import io.rezarr.array.VlenBytesReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.VlenBytes;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ObjectBatch;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.Sizes;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.ManifestArray;
import io.rezarr.vectors.node.NodeTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a level: an array of manifests, and beside it their ids. Batches are the chunks of the array of manifests.
 */
final class ObjectIndex09 implements ObjectIndex {
    private static final List<String> LAYOUTS = List.of("vlen_manifests_v1", "vlen_manifests_v2");

    private final String path;
    private final JsonPlace metadata;
    private final ChunkIndex level;
    private final @Nullable VlenBytesReader manifests;
    private final @Nullable IdColumn ids;

    private ObjectIndex09(
            String path,
            JsonPlace metadata,
            ChunkIndex level,
            @Nullable VlenBytesReader manifests,
            @Nullable IdColumn ids) {
        this.path = path;
        this.metadata = metadata;
        this.level = level;
        this.manifests = manifests;
        this.ids = ids;
    }

    /** @param level the chunks of the level */
    static ObjectIndex09 open(NodeTree nodes, String path, ChunkIndex level) {
        JsonPlace metadata = nodes.attributes(path);
        JsonPlace layout = metadata.member("layout");
        String name = layout.string("one of " + LAYOUTS);
        if (!LAYOUTS.contains(name)) {
            throw layout.unsupported("the layout '" + name + "'", "Supported are " + LAYOUTS + ".");
        }
        metadata.member("sid_ndim").integer(level.rank(), level.rank());
        ZarrArray manifests = nodes.findArray(path + "/manifests");
        if (manifests == null) {
            ManifestArray.requireNoObjects(metadata.member("num_objects"));
        }
        boolean hasIds = name.endsWith("v2") && manifests != null;
        IdColumn ids = hasIds ? IdColumn.open(nodes, path + "/object_ids") : null;
        return new ObjectIndex09(path, metadata, level, manifests == null ? null : reader(nodes, manifests), ids);
    }

    private static VlenBytesReader reader(NodeTree nodes, ZarrArray manifests) {
        VlenBytesReader reader = nodes.byteStrings(manifests);
        if (reader.units().rank() != 1) {
            throw new InvalidMetadataException(
                    "'" + nodes.name("") + "/" + manifests.prefix().path() + "' has the shape "
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
        return manifests == null ? 0 : manifests.units().arrayShape().extent(0);
    }

    @Override
    public long declaredObjects() {
        return AttributeFormats.countOrMinusOne(metadata.member("num_objects"));
    }

    @Override
    public long declaredPresent() {
        return AttributeFormats.countOrMinusOne(metadata.member("num_present"));
    }

    @Override
    public boolean claimsSortedIds() {
        return metadata.member("object_ids_sorted").value() == JsonLiteral.TRUE;
    }

    @Override
    public int batches() {
        return manifests == null ? 0 : Sizes.count(manifests.units().units(), "chunks", path + "/manifests");
    }

    @Override
    public ObjectBatch read(int batch, Workspace workspace) {
        VlenBytesReader reader = java.util.Objects.requireNonNull(manifests, "no batches without manifests");
        long perBatch = reader.units().unitShape().extent(0);
        long first = batch * perBatch;
        int objects = (int) Math.min(perBatch, objects() - first);
        VlenBytes values = reader.read(new long[] {batch}, workspace);
        if (values == null) {
            throw missing(first, objects);
        }
        ObjectBatch.Builder builder = new ObjectBatch.Builder(level.rank(), level);
        for (int object = 0; object < objects; object++) {
            add(builder, values, object, first);
        }
        return builder.build(first, idsOf(first, objects, workspace));
    }

    private void add(ObjectBatch.Builder builder, VlenBytes values, int object, long first) {
        try {
            builder.add(values.element(object));
        } catch (MalformedDataException e) {
            throw e.in(path + "/manifests row " + (first + object));
        }
    }

    /** An object without fragments has a manifest, too: a chunk that is absent has been lost. */
    private MalformedDataException missing(long first, int objects) {
        return new MalformedDataException(
                        "object manifests", 0, "nothing is stored for the " + objects + " objects from row " + first)
                .in(path + "/manifests");
    }

    private long[] idsOf(long first, int objects, Workspace workspace) {
        long[] batch = new long[objects];
        if (ids != null) {
            ids.read(first, batch, workspace);
            return batch;
        }
        for (int i = 0; i < objects; i++) {
            batch[i] = first + i;
        }
        return batch;
    }
}
