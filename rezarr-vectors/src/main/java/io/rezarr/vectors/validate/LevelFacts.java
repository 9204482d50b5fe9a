package io.rezarr.vectors.validate;

import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VertexFormat;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What the checks of vertices find out of a level, for the checks that follow: 16 bytes for each chunk, a bit for each fragment, and 12 bytes for
 * each fragment where paths are checked.
 */
final class LevelFacts {
    /** Of a chunk whose vertices or fragments cannot be read. */
    static final int UNKNOWN = -1;

    final VectorLevel level;
    final int number;
    final VertexFormat format;
    final ChunkIndex chunks;
    /** How many vertices each chunk has; {@link #UNKNOWN} if that cannot be told. */
    final int[] rows;
    /** How many fragments each chunk has; likewise. */
    final int[] fragments;
    /** For each chunk which fragments have vertices. */
    final @Nullable BitSet[] nonEmpty;
    /** For each chunk of a level of paths the ends of its fragments; elements are absent where fragments could not be read. */
    final @Nullable FragmentEnds @Nullable [] ends;

    /** Vertices that are in a fragment. */
    long liveRows;

    long allRows;

    /** The ids of all objects, ascending; {@code null} if there are none, or they could not be read. */
    long @Nullable [] objectIds;

    long objects;

    LevelFacts(VectorLevel level, VertexFormat format, ChunkIndex chunks, boolean withEnds) {
        this.level = level;
        this.number = level.metadata().number();
        this.format = format;
        this.chunks = chunks;
        this.rows = new int[chunks.size()];
        this.fragments = new int[chunks.size()];
        this.nonEmpty = new @Nullable BitSet[chunks.size()];
        this.ends = withEnds ? new @Nullable FragmentEnds[chunks.size()] : null;
        Arrays.fill(rows, UNKNOWN);
        Arrays.fill(fragments, UNKNOWN);
    }

    /** The first and last row of each fragment of a chunk, and how many rows it has. */
    record FragmentEnds(Ints first, Ints last, Ints count) {
        static FragmentEnds of(int fragments) {
            return new FragmentEnds(new Ints(fragments), new Ints(fragments), new Ints(fragments));
        }
    }

    /** Numbers by index. */
    static final class Ints {
        private final int[] values;

        Ints(int size) {
            values = new int[size];
        }

        int get(int index) {
            return values[index];
        }

        void set(int index, long value) {
            values[index] = (int) value;
        }
    }

    /** Whether the chunk, by number, has that fragment; true where its fragments could not be read. */
    boolean mayHaveFragments(int chunk, long first, long count) {
        return fragments[chunk] == UNKNOWN || (first >= 0 && count >= 0 && first <= fragments[chunk] - count);
    }

    /** Whether the chunk, by number, has that row; true where its vertices could not be read. */
    boolean mayHaveRow(int chunk, long row) {
        return rows[chunk] == UNKNOWN || (row >= 0 && row < rows[chunk]);
    }

    /** Whether everything of every chunk could be read. */
    boolean isComplete() {
        return Arrays.stream(rows).noneMatch(n -> n == UNKNOWN)
                && Arrays.stream(fragments).noneMatch(n -> n == UNKNOWN);
    }

    String path(String member) {
        return number + "/" + member;
    }
}
