package io.rezarr.execute;

import io.rezarr.plan.Side;
import org.jspecify.annotations.Nullable;

/** A region whose units each come from one unit of the source: nothing is read before it is written. */
final class StreamedRegion implements RegionWork {
    private final DestinationUnits destination;
    private final UnitEncoder encoder;
    private final SourceUnits source;
    private final UnitRanges ranges;

    /** @param source of the units, closed when the region is finished */
    StreamedRegion(
            DestinationUnits destination,
            Side side,
            SourceUnits source,
            UnitEncoder encoder,
            RemainingRegions.Region region,
            int threads) {
        this.destination = destination;
        this.encoder = encoder;
        this.source = source;
        this.ranges = new UnitRanges(side, region.units(), threads, region.finishedUnits());
    }

    @Override
    public @Nullable Task nextRead() {
        return null;
    }

    @Override
    public boolean hasReads() {
        return false;
    }

    @Override
    public @Nullable Task nextWrite() {
        UnitRanges.Range range = ranges.next();
        return range == null ? null : destination.task(range, encoder);
    }

    @Override
    public void finished() {
        source.close();
    }
}
