package io.rezarr.vectors.layout.v09;

import io.rezarr.array.VlenBytesReader;
import io.rezarr.codec.VlenBytes;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.Sizes;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Groups as an array of byte strings, an element each; ranges stand in its attributes. All are held in memory from the first one on. */
final class Groups09 implements Groups {
    /** The reference implementation writes one. */
    private static final int MAX_UNITS = 1 << 16;

    private final String path;
    private final VlenBytesReader reader;
    private final JsonPlace attributes;
    private volatile @Nullable List<@Nullable VlenBytes> units;

    private Groups09(String path, VlenBytesReader reader, JsonPlace attributes) {
        this.path = path;
        this.reader = reader;
        this.attributes = attributes;
    }

    static Groups09 open(NodeTree nodes, String path) {
        VlenBytesReader reader = nodes.byteStrings(nodes.array(path));
        if (reader.units().rank() != 1 || reader.units().units() > MAX_UNITS) {
            throw new InvalidMetadataException(
                    "'" + nodes.name(path) + "' has the shape " + reader.units().arrayShape() + "; expected one axis.");
        }
        return new Groups09(path, reader, nodes.attributes(path));
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public int groups() {
        return Sizes.count(reader.units().arrayShape().extent(0), "groups", path);
    }

    @Override
    public long declaredGroups() {
        return AttributeFormats.countOrMinusOne(attributes.member("num_groups"));
    }

    @Override
    public Members members(int group, Workspace workspace) {
        JsonPlace ranges = attributes.member("group_ranges");
        String name = Integer.toString(group);
        if (ranges.value() instanceof JsonObject object && object.has(name)) {
            return range(ranges.member(name));
        }
        int perUnit = (int) reader.units().unitShape().extent(0);
        VlenBytes unit = unitsInMemory().get(group / perUnit);
        ByteBuffer ids = unit == null ? ByteBuffer.allocate(0) : unit.element(group % perUnit);
        if (ids.remaining() % Long.BYTES != 0) {
            throw new MalformedDataException(
                            "group members", 0, "expected whole int64 numbers, found " + ids.remaining() + " bytes")
                    .in(path + " group " + group);
        }
        return new Ids(ids);
    }

    private static Range range(JsonPlace place) {
        if (place.array().items().size() != 2) {
            throw place.invalid("a first id and the id behind the last one");
        }
        return new Range(
                place.item(0).integer(Long.MIN_VALUE, Long.MAX_VALUE),
                place.item(1).integer(Long.MIN_VALUE, Long.MAX_VALUE));
    }

    private List<@Nullable VlenBytes> unitsInMemory() {
        List<@Nullable VlenBytes> held = units;
        if (held == null) {
            held = new ArrayList<>();
            // Closing the workspace forgets the buffers without reusing them, so they stay ours.
            try (Workspace ours = new Workspace()) {
                for (long unit = 0; unit < reader.units().units(); unit++) {
                    held.add(reader.read(new long[] {unit}, ours));
                }
            }
            units = held;
        }
        return held;
    }
}
