package io.rezarr.execute;

import io.rezarr.plan.IndexBox;
import io.rezarr.plan.RegionGrid;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The regions of a grid, but for those that an earlier run has finished. */
final class RemainingRegions {
    private final Iterator<IndexBox> boxes;
    private @Nullable IndexBox next;
    private long finishedInNext;

    /** @param finishedUnits of the first regions, in the order of iteration */
    RemainingRegions(RegionGrid grid, long finishedUnits) {
        this.boxes = grid.iterator();
        this.finishedInNext = finishedUnits;
        next = boxes.hasNext() ? boxes.next() : null;
        while (next != null && finishedInNext >= next.size()) {
            finishedInNext -= next.size();
            next = boxes.hasNext() ? boxes.next() : null;
        }
    }

    /**
     * A region.
     *
     * @param units of it
     * @param finishedUnits how many of them, from the first on, are written
     */
    record Region(IndexBox units, long finishedUnits) {}

    /** The next one, which stays the next one; {@code null} at the end. */
    @Nullable
    IndexBox peek() {
        return next;
    }

    boolean hasNext() {
        return next != null;
    }

    Region next() {
        if (next == null) {
            throw new NoSuchElementException();
        }
        Region region = new Region(next, finishedInNext);
        finishedInNext = 0;
        next = boxes.hasNext() ? boxes.next() : null;
        return region;
    }
}
