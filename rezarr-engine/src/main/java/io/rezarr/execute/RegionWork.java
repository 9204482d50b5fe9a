package io.rezarr.execute;

import org.jspecify.annotations.Nullable;

/**
 * One region on its way: first its read tasks, in any order, then its write tasks. The pipeline hands them out, holding its lock;
 * what these methods do is short.
 */
interface RegionWork {
    /** The next task that fills the region; {@code null} when there is none, at present or at all. */
    @Nullable
    Task nextRead();

    /** Whether a read task may still come, perhaps only when the next region is there. */
    boolean hasReads();

    /** The next task that writes from it, asked for when all reads are done, its own and those of the regions before it; {@code null} when all are handed out. */
    @Nullable
    Task nextWrite();

    /** All its tasks are done: what it holds goes back. */
    void finished();
}
