package io.rezarr.execute;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Units that are taken out of a region and encoded. */
final class AssembledUnits implements UnitEncoder {
    private final RegionMemory region;
    private final FinishedUnits finished;

    AssembledUnits(RegionMemory region, FinishedUnits finished) {
        this.region = region;
        this.finished = finished;
    }

    @Override
    public @Nullable ByteBuffer encode(long[] unit, Workspace workspace) {
        if (!region.isTouched(unit) && finished.leavesOutUntouched()) {
            return null;
        }
        AssembledUnit assembled = new AssembledUnit();
        region.take(unit, assembled, workspace);
        return finished.encode(unit, assembled.buffer(), region.arena(), workspace);
    }
}
