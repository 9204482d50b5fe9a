package io.rezarr.vectors.write;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.LinkBatch;

/**
 * Writes the links of one delta. For many threads, under the rule of {@link LevelWriter} about units.
 *
 * <p>How a link is stored (within a chunk or crossing, sorted ends with a code, copies in every chunk that it touches) is the layout's matter: links
 * come with their ends in the order in which they were given by whoever made them.
 */
public interface LinkWriter {
    /**
     * The chunks that a link must be handed in under, in {@link #write}: one, or, where links are stored in each chunk that they touch, all of
     * these. A pure function.
     *
     * @param chunks the numbers of the chunks of ends, those of the link from {@code at} on
     * @param rows their rows, likewise
     * @param filings gets the numbers of chunks of the level, ascending; has room for one for each end
     * @return how many there are, at least 1
     */
    int filings(int[] chunks, long[] rows, int at, int[] filings);

    /**
     * Writes the links of a chunk, once, in the order in which they come.
     *
     * @param filedUnder the chunk, one of the {@link #filings} of each of the links
     * @param links ends as given; chunks by number, those of ends on another level by their number there. None may be negative. Of each
     *     attribute the values of all links, or {@code null} if none of them has one
     */
    void write(int filedUnder, LinkBatch links, Workspace workspace);
}
