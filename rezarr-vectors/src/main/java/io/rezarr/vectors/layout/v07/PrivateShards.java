package io.rezarr.vectors.layout.v07;

import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonString;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.StoreMetadata;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which chunks lie together in an array {@code __shard_NNNNNN}: those whose place on a curve through the grid, divided by the size of a shard, is
 * the same. Readers need none of this, only the index of each shard; it is kept so that shards hold neighbours.
 */
final class PrivateShards {
    private static final long MAX_SIZE = 1 << 20;

    /** For each chunk the number of its shard. */
    private final long[] shards;

    private final int[] firsts;

    private PrivateShards(long[] shards, int[] firsts) {
        this.shards = shards;
        this.firsts = firsts;
    }

    /** {@code null} if the root does not say how shards are made. */
    static @Nullable PrivateShards of(StoreMetadata root, ChunkIndex chunks) {
        if (!(root.attributes().member("shard_layout") instanceof JsonString layout)
                || !(root.attributes().member("shard_size") instanceof JsonNumber size)) {
            return null;
        }
        ChunkCurve curve = ChunkCurve.of(layout.value());
        long perShard = size.text().matches("[1-9][0-9]{0,6}") ? Math.min(MAX_SIZE, Long.parseLong(size.text())) : 1;
        long[] shards = new long[chunks.size()];
        int[] firsts = new int[chunks.size()];
        Map<BigInteger, Integer> units = new HashMap<>();
        for (int chunk = 0; chunk < shards.length; chunk++) {
            BigInteger code = curve.place(chunks, chunk).divide(BigInteger.valueOf(perShard));
            // Numbers beyond 63 bits are those of chunks that are very far away; any number that no other shard has
            // would do.
            shards[chunk] = code.longValue() & Long.MAX_VALUE;
            int number = chunk;
            firsts[chunk] = units.computeIfAbsent(BigInteger.valueOf(shards[chunk]), key -> number);
        }
        return new PrivateShards(shards, firsts);
    }

    /** The number of the first chunk of the shard that a chunk is in. */
    int unitOf(int chunk) {
        return firsts[chunk];
    }

    /** The name of the array. */
    String nameOf(int chunk) {
        return "__shard_%06d".formatted(shards[chunk]);
    }
}
