package io.rezarr.vectors.model;

import io.rezarr.memory.Workspace;

/**
 * The objects of a level: which fragments make up each of them, in which order. Read a batch at a time; safe for use by many threads, each with
 * its own workspace.
 */
public interface ObjectIndex {
    /** The path below the store, for messages. */
    String path();

    /** How many objects are stored, empty ones included. */
    long objects();

    /** How many its metadata say there are; -1 if they do not. */
    long declaredObjects();

    /** How many with fragments its metadata say there are; -1 if they do not. */
    long declaredPresent();

    /** Whether its metadata claim that ids ascend. */
    boolean claimsSortedIds();

    int batches();

    /**
     * Reads some objects.
     *
     * @return valid until the workspace is released
     * @throws io.rezarr.error.MalformedDataException if they do not decode
     */
    ObjectBatch read(int batch, Workspace workspace);
}
