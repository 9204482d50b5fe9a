package io.rezarr.execute;

import io.rezarr.memory.MemoryBudget;
import java.util.ArrayDeque;

/** The arrays of all regions of a run, used again and again: every one holds the same number of units. Safe for use by many threads. */
final class RegionBuffers {
    private final int slabBytes;
    private final MemoryBudget budget;
    private final ArrayDeque<byte[]> free = new ArrayDeque<>();

    RegionBuffers(int slabBytes, MemoryBudget budget) {
        this.slabBytes = slabBytes;
        this.budget = budget;
    }

    synchronized byte[] take() {
        byte[] slab = free.poll();
        if (slab != null) {
            return slab;
        }
        if (!budget.tryReserve(slabBytes)) {
            throw new IllegalStateException("the plan's memory of " + budget.maxBytes()
                    + " bytes does not hold its own regions: " + budget.reservedBytes() + " bytes are in use, "
                    + slabBytes + " more are needed");
        }
        return new byte[slabBytes];
    }

    synchronized void giveBack(byte[] slab) {
        free.push(slab);
    }

    /** Gives what is not in use back to the budget, for other uses. */
    synchronized void forgetUnused() {
        budget.release((long) slabBytes * free.size());
        free.clear();
    }
}
