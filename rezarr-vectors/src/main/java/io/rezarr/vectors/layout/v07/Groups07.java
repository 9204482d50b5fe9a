package io.rezarr.vectors.layout.v07;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.Sizes;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Groups as one array of object ids, and another of where each group begins. Both are held in memory from the first group on. */
final class Groups07 implements Groups {
    private final String path;
    private final JsonPlace metadata;
    private final Blob data;
    private final Blob offsets;
    private volatile @Nullable Held held;

    private record Held(ByteBuffer data, ByteBuffer offsets) {}

    private Groups07(String path, JsonPlace metadata, Blob data, Blob offsets) {
        this.path = path;
        this.metadata = metadata;
        this.data = data;
        this.offsets = offsets;
    }

    /** {@code null} if there are none. */
    static @Nullable Groups07 find(NodeTree nodes, String path) {
        JsonPlace metadata = nodes.findAttributes(path);
        if (metadata == null || metadata.member("num_groups").isAbsentOrNull()) {
            return null;
        }
        Blob data = Blob.find(nodes, path + "/data");
        Blob offsets = Blob.find(nodes, path + "/offsets");
        if (data == null || offsets == null) {
            throw metadata.member("num_groups").contradiction("'" + path + "' has no data or no offsets");
        }
        return new Groups07(path, metadata, data, offsets);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public int groups() {
        return Sizes.count(offsets.size() / Long.BYTES, "groups", path);
    }

    @Override
    public long declaredGroups() {
        return AttributeFormats.countOrMinusOne(metadata.member("num_groups"));
    }

    @Override
    public Members members(int group, Workspace workspace) {
        Held all = inMemory();
        ByteBuffer ids = OffsetSlices.slice(all.data, all.offsets, group, groups(), path);
        if (ids.remaining() % Long.BYTES != 0) {
            throw new MalformedDataException(
                            "group members", 0, "expected whole int64 numbers, found " + ids.remaining() + " bytes")
                    .in(path + " group " + group);
        }
        return new Ids(ids);
    }

    private Held inMemory() {
        Held both = held;
        if (both == null) {
            // Closing the workspace forgets the buffers without reusing them, so they stay ours.
            try (Workspace ours = new Workspace()) {
                both = new Held(data.read(ours), offsets.read(ours));
            }
            held = both;
        }
        return both;
    }
}
