package io.rezarr.vectors.pyramid;

import java.util.List;

/**
 * What was made.
 *
 * @param levels from 1 on
 * @param memoryBytes the most that was taken of the memory at any one time
 * @param scratchBytes written to scratch files
 * @param notes sentences for the user
 */
public record PyramidReport(List<OfLevel> levels, long memoryBytes, long scratchBytes, List<String> notes) {
    public PyramidReport {
        levels = List.copyOf(levels);
        notes = List.copyOf(notes);
    }

    /**
     * One level.
     *
     * @param vertices metavertices
     * @param chunks that they are in
     * @param objects as many as the level below has
     * @param keptObjects those of them that were to be kept
     */
    public record OfLevel(int number, long vertices, int chunks, long objects, long keptObjects) {}
}
