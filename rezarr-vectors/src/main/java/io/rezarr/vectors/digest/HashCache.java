package io.rezarr.vectors.digest;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.FragmentIndex;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The hashes of the vertices of some chunks, for the links between them, of the chunks that were asked for last: at most so many vertices, and one
 * chunk at least. A chunk that is not there is read again.
 */
final class HashCache {
    private final LevelSums sums;
    private final boolean byFragments;
    private final long maxRows;
    private final LinkedHashMap<Integer, OfChunk> chunks = new LinkedHashMap<>(16, 0.75f, true);
    private long rows;

    /** A chunk's rows: what each is, and for each the row that it follows, where vertices follow one another; -1 where it follows none. */
    static final class OfChunk {
        private final long[] hashes;
        private final int[] before;

        OfChunk(long[] hashes, int... before) {
            this.hashes = hashes;
            this.before = before;
        }

        int rows() {
            return hashes.length;
        }

        long hash(long row) {
            return hashes[(int) row];
        }

        int before(int row) {
            return before[row];
        }
    }

    /** @param byFragments whether a row follows the one before it in its fragment, else that in its chunk */
    HashCache(LevelSums sums, boolean byFragments, long maxRows) {
        this.sums = sums;
        this.byFragments = byFragments;
        this.maxRows = maxRows;
    }

    OfChunk chunk(int chunk, Workspace workspace) {
        OfChunk found = chunks.get(chunk);
        if (found == null) {
            found = read(chunk, workspace);
            chunks.put(chunk, found);
            rows += found.rows();
            evict();
        }
        return found;
    }

    private void evict() {
        var oldest = chunks.entrySet().iterator();
        while (rows > maxRows && chunks.size() > 1) {
            Map.Entry<Integer, OfChunk> entry = oldest.next();
            rows -= entry.getValue().rows();
            oldest.remove();
        }
    }

    private OfChunk read(int chunk, Workspace workspace) {
        int mark = workspace.mark();
        long[] ofRows = sums.hashes().ofChunk(chunk, workspace);
        FragmentIndex index = sums.hashes().fragments(chunk, ofRows.length, workspace);
        workspace.releaseTo(mark);
        return new OfChunk(sums.owned(chunk, ofRows, index), before(ofRows.length, index));
    }

    private int[] before(int rowsOfChunk, FragmentIndex index) {
        int[] before = new int[rowsOfChunk];
        for (int row = 0; row < rowsOfChunk; row++) {
            before[row] = byFragments ? -1 : row - 1;
        }
        for (int f = 0; byFragments && f < index.size(); f++) {
            for (long place = 1; place < index.rows(f); place++) {
                before[(int) index.row(f, place)] = (int) index.row(f, place - 1);
            }
        }
        return before;
    }
}
