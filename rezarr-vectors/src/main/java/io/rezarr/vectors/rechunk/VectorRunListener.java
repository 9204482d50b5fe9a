package io.rezarr.vectors.rechunk;

/** Is told how a run goes, and can stop it. Called from several threads, often; must return at once. */
public interface VectorRunListener {
    VectorRunListener NONE = (level, step, done, total) -> {};

    /** What is done with a level, in this order. */
    enum Step {
        COUNT,
        PARTITION,
        ASSEMBLE,
        OBJECTS,
        LINKS
    }

    /**
     * Some work was done.
     *
     * @param done chunks (of the source, or of the destination), or batches
     * @param total of these in the step; 0 if that is not known
     */
    void progress(int level, Step step, long done, long total);

    /** Asked often: true ends the run with a {@link io.rezarr.error.CancelledException}. */
    default boolean isCancelled() {
        return false;
    }
}
