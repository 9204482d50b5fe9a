package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.LinksConvention;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run did.
 *
 * @param levels in their order
 * @param linksConvention of the destination
 * @param conventionSwitched whether the source had another one, which cannot say what its trees are in these chunks
 * @param memoryBytes the most that was taken of the memory at any one time
 * @param scratchBytes written to scratch files
 * @param pendingLinks families of links that were left out because the level that they lead to was not written: {@code 0/links/+1}
 * @param addedLinks families of links that were added to levels which stood there already
 */
public record VectorRunReport(
        List<OfLevel> levels,
        LinksConvention linksConvention,
        boolean conventionSwitched,
        long memoryBytes,
        long scratchBytes,
        List<String> pendingLinks,
        List<String> addedLinks) {
    public VectorRunReport {
        levels = List.copyOf(levels);
        pendingLinks = List.copyOf(pendingLinks);
        addedLinks = List.copyOf(addedLinks);
    }

    /**
     * What was done with one level.
     *
     * @param sourceChunks that were read
     * @param chunks that were written
     * @param rows that were written, dead ones included
     * @param repairedRows that did not lie in the chunk of the source that their position belongs to
     * @param deadRows in no fragment, in the source
     * @param objects empty ones included
     * @param links those between chunks and within them that are stored, each counted once
     * @param nowCrossing links that were within a chunk, and now go from one to another
     * @param nowWithin the other way round
     * @param nowStored links that were implied by the order of vertices, and are stored now
     * @param nowImplied the other way round: they are in no count of {@code links}
     * @param filledValues of link attributes where the source has none
     * @param fullest the chunk with the most rows; {@code null} if there is none
     * @param fullestRows of it
     * @param fullestBytes of its positions and attributes
     */
    public record OfLevel(
            int number,
            long sourceChunks,
            long chunks,
            long rows,
            long repairedRows,
            long deadRows,
            long objects,
            long links,
            long nowCrossing,
            long nowWithin,
            long nowStored,
            long nowImplied,
            long filledValues,
            @Nullable ChunkKey fullest,
            long fullestRows,
            long fullestBytes) {}
}
