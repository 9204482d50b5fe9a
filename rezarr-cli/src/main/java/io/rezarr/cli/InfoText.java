package io.rezarr.cli;

import io.rezarr.array.UnitGrid;
import io.rezarr.json.Json;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.Shape;
import io.rezarr.rechunk.StoreInfo;
import io.rezarr.rechunk.StoreInfo.ArrayInfo;
import io.rezarr.rechunk.StoreInfo.GroupInfo;
import io.rezarr.rechunk.StoreInfo.NodeInfo;
import io.rezarr.rechunk.StoredChunks;
import java.util.ArrayList;
import java.util.List;

/** What {@code info} prints for people: the node in full, those below it in a line or two each. */
final class InfoText {
    private static final String UNKNOWN = "unknown, since the store cannot be listed";

    private InfoText() {}

    static List<String> of(StoreInfo info) {
        List<String> lines = new ArrayList<>();
        NodeInfo root = info.nodes().get(0);
        lines.add(info.location());
        if (root instanceof ArrayInfo array) {
            array(array, lines);
        } else if (root instanceof GroupInfo group) {
            group(group, lines);
            info.nodes().stream().skip(1).forEach(node -> child(node, lines));
        }
        return lines;
    }

    private static void array(ArrayInfo array, List<String> lines) {
        ArrayMetadata metadata = array.metadata();
        String names = LayoutText.dimensionNames(metadata);
        entry("node", "array, Zarr " + metadata.format(), lines);
        entry("shape", metadata.shape() + (names.isEmpty() ? "" : "  " + names), lines);
        entry("data type", dataType(metadata), lines);
        entry("fill value", Json.toString(metadata.fillValue().document()), lines);
        entry("chunks", grid(metadata.shape(), LayoutText.chunks(metadata)), lines);
        if (metadata.innerChunkShape() != null) {
            entry("shards", grid(metadata.shape(), metadata.chunkShape()), lines);
        }
        entry("codecs", LayoutText.codecs(metadata), lines);
        entry("keys", keys(metadata), lines);
        entry("stored", stored(metadata, array.stored()), lines);
        entry("absent", absent(array.stored()), lines);
        entry("attributes", Integer.toString(metadata.attributes().members().size()), lines);
        array.oddities().forEach(oddity -> entry("oddity", oddity, lines));
    }

    private static void group(GroupInfo group, List<String> lines) {
        entry("node", "group, Zarr " + group.metadata().format(), lines);
        entry("holds", Figures.count(group.arrays(), "array") + ", " + Figures.count(group.groups(), "group"), lines);
        entry("consolidated", Choice.wordOf(group.consolidated()), lines);
        entry(
                "attributes",
                Integer.toString(group.metadata().attributes().members().size()),
                lines);
        group.oddities().forEach(oddity -> entry("oddity", oddity, lines));
    }

    private static void child(NodeInfo node, List<String> lines) {
        int level = (int) node.path().chars().filter(c -> c == '/').count() + 1;
        String indent = "  ".repeat(level);
        String name = node.path().substring(node.path().lastIndexOf('/') + 1);
        if (node instanceof ArrayInfo array) {
            lines.add(indent + name + "  " + summary(array));
        } else {
            lines.add(indent + name + "/  group, Zarr " + node.metadata().format());
        }
        node.oddities().forEach(oddity -> lines.add(indent + "  oddity: " + oddity));
    }

    /** {@code (365, 90) time, lat  float32  chunks (1, 90)  blosc(...)  12 MB in 365 objects}. */
    private static String summary(ArrayInfo array) {
        ArrayMetadata metadata = array.metadata();
        String names = LayoutText.dimensionNames(metadata);
        StoredChunks stored = array.stored();
        return metadata.shape() + (names.isEmpty() ? "" : " " + names) + "  "
                + metadata.dataType().name() + "  chunks "
                + LayoutText.chunks(metadata)
                + (metadata.innerChunkShape() == null ? "" : "  shards " + metadata.chunkShape()) + "  "
                + LayoutText.codecs(metadata)
                + (stored.isKnown()
                        ? "  " + Figures.bytes(stored.bytes()) + " in " + Figures.count(stored.objects(), "object")
                                + (stored.absentChunks() == 0 ? "" : ", " + stored.absentChunks() + " absent")
                        : "");
    }

    private static String dataType(ArrayMetadata metadata) {
        int bytes = metadata.dataType().elementBytes();
        return metadata.dataType().name() + (bytes == 0 ? "" : ", " + Figures.count(bytes, "byte"));
    }

    /** {@code (1, 90): 365 x 1 = 365}. */
    private static String grid(Shape array, Shape unit) {
        UnitGrid grid = new UnitGrid(array, unit);
        if (array.rank() < 2) {
            return unit + ": " + grid.units();
        }
        StringBuilder axes = new StringBuilder();
        for (int axis = 0; axis < array.rank(); axis++) {
            axes.append(axis == 0 ? "" : " x ").append(grid.unitsAlong(axis));
        }
        return unit + ": " + axes + " = " + grid.units();
    }

    private static String keys(ArrayMetadata metadata) {
        long[] last = new long[metadata.shape().rank()];
        return "like '" + metadata.chunkKeyEncoding().keyOf(last) + "'";
    }

    private static String stored(ArrayMetadata metadata, StoredChunks stored) {
        if (!stored.isKnown()) {
            return UNKNOWN;
        }
        long decoded = LayoutText.decodedBytes(metadata);
        String all = decoded < 0
                ? ""
                : ", " + Figures.bytes(decoded) + " decoded, ratio " + Figures.ratio(decoded, stored.bytes());
        return Figures.bytes(stored.bytes()) + " in " + Figures.count(stored.objects(), "object") + all;
    }

    private static String absent(StoredChunks stored) {
        if (!stored.isKnown()) {
            return UNKNOWN;
        }
        if (stored.knowsInnerChunks()) {
            return stored.absentChunks() + " of " + Figures.count(stored.chunks(), "shard") + ", "
                    + Math.max(0, stored.innerChunks() - stored.storedInnerChunks()) + " of "
                    + Figures.count(stored.innerChunks(), "inner chunk");
        }
        return stored.absentChunks() + " of " + Figures.count(stored.chunks(), "chunk");
    }

    private static void entry(String name, String value, List<String> lines) {
        lines.add("  %-12s %s".formatted(name, value));
    }
}
