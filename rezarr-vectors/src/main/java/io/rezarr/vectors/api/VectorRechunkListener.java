package io.rezarr.vectors.api;

import io.rezarr.vectors.rechunk.VectorRunListener;

/** Is told how a request goes, and can cancel it. Called from several threads, often; must return at once. */
public interface VectorRechunkListener extends VectorRunListener {
    VectorRechunkListener NONE = new VectorRechunkListener() {};

    /** What is done with the store as a whole. */
    enum Phase {
        WRITE,
        VERIFY,
        COMMIT
    }

    default void phase(Phase phase) {}

    /** A sentence for the user. */
    default void note(String sentence) {}

    @Override
    default void progress(int level, Step step, long done, long total) {}
}
