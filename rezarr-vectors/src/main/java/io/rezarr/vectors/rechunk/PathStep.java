package io.rezarr.vectors.rechunk;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonObject;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.LinkFormat;
import org.jspecify.annotations.Nullable;

/** The links of paths: their steps from chunk to chunk, which follow from the objects. */
final class PathStep {
    private static final int WIDTH = 2;
    private static final long BOTH_KNOWN = 3;

    private final RunContext context;
    private final LevelRun level;
    private final ObjectStep objects;
    private final @Nullable LinkFamily family;

    PathStep(RunContext context, LevelRun level, ObjectStep objects) {
        this.context = context;
        this.level = level;
        this.objects = objects;
        boolean has = level.source().level().linkDeltas().contains(0);
        this.family = has ? level.source().level().links(0) : null;
        if (family != null && !family.attributes().isEmpty() && family.batches() > 0) {
            throw new UnsupportedFeatureException(
                    "'" + family.path() + "' has attributes of the steps of paths, which rezarr does not move.");
        }
    }

    /** Where the source has no links, and there are no steps, there will be none. */
    void run() {
        LinkFormat format = family != null && family.format().width() == WIDTH
                ? family.format()
                : new LinkFormat(0, WIDTH, false, LinkFormat.StorePolicy.CANONICAL, -1, -1, JsonObject.EMPTY);
        LinkEnds ends = new LinkEnds(level, level);
        LinkWrites writes = new LinkWrites(ends, format, LinkAttributes.NONE);
        if (family != null) {
            writes.open();
        }
        int recordBytes = LinkRecord.values(WIDTH);
        try (LinkFiling filing = new LinkFiling(context, ends, format, false, writes, recordBytes, this::fileSteps)) {
            filing.run();
        }
    }

    private void fileSteps(LinkFiling filing) {
        long[] order = {0};
        byte[] record = new byte[LinkRecord.values(WIDTH)];
        Worker caller = context.workers().caller();
        objects.forEachStep((fromChunk, fromRow, toChunk, toRow) -> {
            LinkRecord.putOrder(record, order[0]++);
            LinkRecord.putKnown(record, BOTH_KNOWN);
            LinkRecord.putHas(record, 0);
            LinkRecord.putEnd(record, 0, AddressTable.address(fromChunk, fromRow));
            LinkRecord.putEnd(record, 1, AddressTable.address(toChunk, toRow));
            filing.put(record, caller);
        });
    }
}
