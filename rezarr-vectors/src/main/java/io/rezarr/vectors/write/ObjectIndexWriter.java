package io.rezarr.vectors.write;

import io.rezarr.memory.Workspace;

/** Writes objects in the order of their rows, with bounded memory. For one thread at a time. */
public interface ObjectIndexWriter {
    /**
     * Begins an object.
     *
     * @param id as in the source
     */
    void begin(long id);

    /** Adds a fragment to the object, in the object's order. */
    void fragment(int chunk, long fragment);

    /** Ends the object; one without fragments is an empty one. */
    void end(Workspace workspace);
}
