package io.rezarr.vectors.validate;

import io.rezarr.array.ZarrArray;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.node.LinkDeltas;
import io.rezarr.vectors.node.NodeTree;

/** What only layout 0.7 has: the declared number of links that cross chunks. */
final class Storage07 {
    private final NodeTree nodes;
    private final LevelMetadata level;
    private final Findings findings;

    Storage07(NodeTree nodes, LevelMetadata level, Findings findings) {
        this.nodes = nodes;
        this.level = level;
        this.findings = findings;
    }

    void run() {
        String path = level.number() + "/cross_chunk_links";
        for (int delta : LinkDeltas.of(nodes.members(path))) {
            String family = path + "/" + LinkFormat.nameOf(delta);
            findings.attempt(Check.LINK_COUNTS, level.number(), family, null, () -> checkCount(family));
        }
    }

    private void checkCount(String family) {
        JsonPlace metadata = nodes.attributes(family);
        JsonPlace declared = metadata.member("num_links");
        ZarrArray data = nodes.findArray(family + "/data");
        if (declared.isAbsentOrNull() || data == null) {
            return;
        }
        long width = metadata.member("link_width").isAbsentOrNull()
                ? 2
                : metadata.member("link_width").integer(1, 64);
        long recordBytes = width * (level.rank() + 1) * Long.BYTES;
        long records = data.metadata().shape().elements() / recordBytes;
        if (declared.integer(0, Long.MAX_VALUE) != records) {
            String found = "num_links is " + declared.integer(0, Long.MAX_VALUE) + ", stored are " + records;
            findings.add(Check.LINK_COUNTS, level.number(), family, null, found);
        }
    }
}
