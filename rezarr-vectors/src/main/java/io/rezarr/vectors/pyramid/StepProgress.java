package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.rechunk.VectorRunListener;
import io.rezarr.vectors.rechunk.VectorRunListener.Step;
import java.util.concurrent.atomic.AtomicLong;

/** Tells a listener how much of a step is done, whatever thread did it. */
final class StepProgress {
    private final VectorRunListener listener;
    private final int level;
    private final Step step;
    private final long total;
    private final AtomicLong done = new AtomicLong();

    StepProgress(VectorRunListener listener, int level, Step step, long total) {
        this.listener = listener;
        this.level = level;
        this.step = step;
        this.total = total;
    }

    void next() {
        listener.progress(level, step, done.incrementAndGet(), total);
    }
}
