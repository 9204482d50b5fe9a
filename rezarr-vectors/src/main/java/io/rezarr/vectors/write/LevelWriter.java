package io.rezarr.vectors.write;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.LinkFormat;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the families of one level. Chunks go by their numbers in {@link LevelOutline#chunks}.
 *
 * <p><b>Units.</b> Chunks that lie in one shard of any family are one unit of writing. All values of a unit, of all families, come from one
 * thread, chunk by chunk in the order of their numbers (of one chunk, the families in any order); then {@link #endUnit}. Units come in any
 * order, several at once from different threads. The same values give the same bytes whatever that order is.
 *
 * <p><b>Rounds.</b> Values come in rounds, each over all units: first those of vertices and fragments with their attributes, then the links of one delta
 * after the other. The families of a round are opened from one thread before its first value, when it is known which there are; each once. A unit is ended
 * in every round. A family that was opened is written even if it gets no value. {@link ObjectIndexWriter} is for one thread at a time, and independent of
 * units and rounds.
 */
public interface LevelWriter {
    /** The number of the first chunk of the unit that a chunk is in: itself, where nothing is sharded. */
    int unitOf(int chunk);

    /** Closes what is open for a unit, by the number of its first chunk. */
    void endUnit(int unit, Workspace workspace);

    /**
     * The most bytes that one value of a chunk may have: what the layout, the codecs and a Java array can hold. An over-full chunk is to be
     * refused before anything is written.
     */
    long maxValueBytes();

    /**
     * The most memory that writing takes in a thread, borrowed from the workspace that it is given, if no value has more than that many bytes.
     */
    long workspaceBytes(long valueBytes);

    /** Positions: rows of {@link LevelOutline#vertexFormat}. */
    ChunkValuesWriter vertices();

    /** For each chunk with vertices an encoded {@link io.rezarr.vectors.model.FragmentIndex}. */
    ChunkValuesWriter fragments();

    /** Rows parallel to the positions. */
    ChunkValuesWriter vertexAttribute(AttributeColumns attribute);

    /**
     * Rows parallel to the fragments.
     *
     * @throws io.rezarr.error.UnsupportedFeatureException if the layout has none
     */
    ChunkValuesWriter fragmentAttribute(AttributeColumns attribute);

    /**
     * The links of one delta. Which groups they make within a chunk the writer decides.
     *
     * @param format as of the source; its counts are not looked at
     * @param there the destination's chunks of the level that all ends but the first are in, for a delta other than 0; its grid stands in
     *     {@link StoreGrids}. {@code null} for delta 0
     */
    LinkWriter links(LinkFormat format, List<AttributeColumns> attributes, @Nullable ChunkIndex there);

    /** @param objects how many will be appended, empty ones included */
    ObjectIndexWriter objects(long objects);

    /**
     * Writes what does not depend on chunks: object attributes, groups, group attributes, members of the level that rezarr does not know. In the
     * same layout bytes are moved as they are.
     */
    void carry(Workspace workspace);

    /**
     * Ends a writer that nothing but links were written with, of a level whose other families stand in the destination: writes their whole-level arrays and
     * documents. Instead of {@link #carry} and {@link #finish}.
     */
    void finishLinks(Workspace workspace);

    /**
     * Writes the attributes that the objects of the source have, where nothing else is carried: the objects of the level are those of the source.
     *
     * @param present the rows that keep their values, the others become absent; {@code null}: all
     */
    void objectAttributes(@Nullable BitSet present, Workspace workspace);

    /** Writes what is written when all values are known: whole-level arrays, the documents of families, that of the level last. */
    void finish(LevelTotals totals, Workspace workspace);
}
