package io.rezarr.vectors.digest;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.ChunkAttribute;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.Sizes;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the vertices of a level sum up to, and for each fragment what its vertices sum up to: 12 bytes a fragment, 20 with owners, so that objects can be summed up without
 * their vertices, and vertices can be told by whose they are.
 */
final class LevelSums {
    private final VertexHashes hashes;
    private final boolean ordered;
    private final boolean withOwners;
    /** The number of the first fragment of each chunk among all of the level. */
    private final int[] firstFragment;

    private long[] sums = new long[1024];
    private int[] counts = new int[1024];
    /** For each fragment the sum of what its owners are. */
    private long[] owners = new long[0];

    private final List<ChunkAttribute> fragmentAttributes = new ArrayList<>();
    private final long[] attributeSums;
    private final long[] attributeCounts;
    private long vertices;
    private long vertexSum;
    private long deadRows;
    private long deadSum;
    private @Nullable Integer chunkWithRows;
    private int rowsOfThatChunk;

    private LevelSums(VectorLevel level, boolean ordered, boolean withOwners) {
        this.withOwners = withOwners;
        this.hashes = new VertexHashes(level);
        this.ordered = ordered;
        this.firstFragment = new int[hashes.chunks().size() + 1];
        for (String name : level.fragmentAttributeNames()) {
            fragmentAttributes.add(level.fragmentAttribute(name));
        }
        this.attributeSums = new long[fragmentAttributes.size()];
        this.attributeCounts = new long[fragmentAttributes.size()];
    }

    /**
     * Reads all vertices of a level, a chunk at a time.
     *
     * @param withOwners whether {@link #owned} will be asked for
     */
    static LevelSums of(StoreMetadata store, VectorLevel level, boolean withOwners, Workspace workspace) {
        LevelSums sums = new LevelSums(level, store.hasPaths(), withOwners);
        for (int chunk = 0; chunk < sums.hashes.chunks().size(); chunk++) {
            int mark = workspace.mark();
            sums.addChunk(chunk, workspace);
            workspace.releaseTo(mark);
        }
        return sums;
    }

    private void addChunk(int chunk, Workspace workspace) {
        long[] ofRows = hashes.ofChunk(chunk, workspace);
        if (ofRows.length > 0 && chunkWithRows == null) {
            chunkWithRows = chunk;
            rowsOfThatChunk = ofRows.length;
        }
        FragmentIndex index = hashes.fragments(chunk, ofRows.length, workspace);
        firstFragment[chunk + 1] = Sizes.count(
                (long) firstFragment[chunk] + index.size(),
                "fragments",
                "level " + hashes.level().metadata().number());
        reserve(firstFragment[chunk + 1]);
        BitSet live = new BitSet(ofRows.length);
        for (int f = 0; f < index.size(); f++) {
            addFragment(firstFragment[chunk] + f, index, f, ofRows, live);
        }
        for (int row = 0; row < ofRows.length; row++) {
            if (live.get(row)) {
                vertexSum += ofRows[row];
                vertices++;
            } else {
                deadSum += ofRows[row];
                deadRows++;
            }
        }
        for (int a = 0; a < fragmentAttributes.size(); a++) {
            addAttribute(a, hashes.chunks().key(chunk), index, ofRows, workspace);
        }
    }

    private void reserve(int fragments) {
        if (fragments > counts.length) {
            int size = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(fragments, counts.length * 3L / 2));
            sums = java.util.Arrays.copyOf(sums, size);
            counts = java.util.Arrays.copyOf(counts, size);
        }
    }

    private void addFragment(int number, FragmentIndex index, int fragment, long[] ofRows, BitSet live) {
        long sum = 0;
        long power = 1;
        long count = index.rows(fragment);
        for (long place = 0; place < count; place++) {
            int row = (int) index.row(fragment, place);
            live.set(row);
            if (ordered) {
                sum = Polynomial.add(sum, Polynomial.times(Polynomial.reduce(ofRows[row]), power));
                power = Polynomial.next(power);
            } else {
                sum += ofRows[row];
            }
        }
        sums[number] = sum;
        counts[number] = (int) Math.min(count, Integer.MAX_VALUE);
    }

    /** An attribute of a fragment is one of each of its vertices: fragments are cut otherwise by other chunks. */
    private void addAttribute(int a, ChunkKey key, FragmentIndex index, long[] ofRows, Workspace workspace) {
        ChunkAttribute attribute = fragmentAttributes.get(a);
        int mark = workspace.mark();
        ByteBuffer values = attribute.values().read(key, workspace);
        if (values != null && index.size() > 0) {
            if (values.remaining() % index.size() != 0) {
                throw new MalformedDataException(
                                "rows", 0, values.remaining() + " bytes for " + index.size() + " fragments")
                        .in(attribute.values().path() + " chunk " + key);
            }
            int rowBytes = values.remaining() / index.size();
            for (int f = 0; f < index.size(); f++) {
                long hash = Hash64.bytes(0, values, values.position() + f * rowBytes, rowBytes);
                for (long place = 0; place < index.rows(f); place++) {
                    attributeSums[a] += Hash64.mix(ofRows[(int) index.row(f, place)], hash);
                    attributeCounts[a]++;
                }
            }
        }
        workspace.releaseTo(mark);
    }

    VertexHashes hashes() {
        return hashes;
    }

    boolean isOrdered() {
        return ordered;
    }

    /** The number of a fragment among all of the level; -1 if there is none such. */
    int fragment(int chunk, long fragment) {
        int size = firstFragment[chunk + 1] - firstFragment[chunk];
        return fragment < 0 || fragment >= size ? -1 : firstFragment[chunk] + (int) fragment;
    }

    long sum(int fragment) {
        return sums[fragment];
    }

    int count(int fragment) {
        return counts[fragment];
    }

    /** Notes that a fragment, by its number, belongs to someone. */
    void addOwner(int fragment, long owner) {
        if (!withOwners) {
            return;
        }
        if (owners.length == 0) {
            owners = new long[firstFragment[firstFragment.length - 1]];
        }
        owners[fragment] += owner;
    }

    /**
     * The hash of each row of a chunk together with whose it is, which tells apart vertices of different objects that are equal otherwise.
     *
     * @param index the fragments of that chunk
     */
    long[] owned(int chunk, long[] ofRows, FragmentIndex index) {
        if (owners.length == 0) {
            return ofRows;
        }
        long[] owned = ofRows.clone();
        for (int f = 0; f < index.size(); f++) {
            long owner = owners[firstFragment[chunk] + f];
            for (long place = 0; place < index.rows(f); place++) {
                owned[(int) index.row(f, place)] += owner;
            }
        }
        return owned;
    }

    void addParts(int level, Parts parts, Workspace workspace) {
        parts.add(level, "vertices", vertices, vertexSum);
        parts.addApart(level, "dead-rows", deadRows, deadSum);
        List<Long> columns = hashes.columns(chunkWithRows, rowsOfThatChunk, workspace);
        for (int a = 0; a < hashes.attributes().size(); a++) {
            ChunkAttribute attribute = hashes.attributes().get(a);
            parts.addText(
                    level,
                    "vertex-attribute " + attribute.format().name(),
                    Schemas.of(attribute.format(), columns.get(a)));
        }
        for (int a = 0; a < fragmentAttributes.size(); a++) {
            String name =
                    "fragment-attribute " + fragmentAttributes.get(a).format().name();
            parts.addText(level, name, Schemas.of(fragmentAttributes.get(a).format(), 0));
            parts.add(level, name, attributeCounts[a], attributeSums[a]);
        }
    }
}
