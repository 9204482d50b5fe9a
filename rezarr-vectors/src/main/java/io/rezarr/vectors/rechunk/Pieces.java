package io.rezarr.vectors.rechunk;

import java.util.Arrays;
import java.util.List;

/** Pieces in memory, ordered by bucket, then by id. */
public final class Pieces {
    static final Pieces NONE = new Pieces(new byte[0][], new long[0], new long[0], new int[0], new int[0], new int[0]);

    /** What one piece takes here. */
    static final int INDEX_BYTES = 28 + 8;

    private final byte[][] blocks;
    private final long[] buckets;
    private final long[] ids;
    private final int[] block;
    private final int[] offset;
    private final int[] length;

    private Pieces(byte[][] blocks, long[] buckets, long[] ids, int[] block, int[] offset, int[] length) {
        this.blocks = blocks;
        this.buckets = buckets;
        this.ids = ids;
        this.block = block;
        this.offset = offset;
        this.length = length;
    }

    /** Of several lists. */
    static Pieces of(List<PieceList> lists) {
        int count = 0;
        int blockCount = 0;
        for (PieceList list : lists) {
            count = Math.addExact(count, list.size());
            blockCount += list.blocks().size();
        }
        byte[][] blocks = new byte[blockCount][];
        long[] buckets = new long[count];
        long[] ids = new long[count];
        int[] block = new int[count];
        int[] offset = new int[count];
        int[] length = new int[count];
        int at = 0;
        int firstBlock = 0;
        for (PieceList list : lists) {
            for (int i = 0; i < list.blocks().size(); i++) {
                blocks[firstBlock + i] = list.blocks().get(i);
            }
            for (int i = 0; i < list.size(); i++, at++) {
                buckets[at] = list.bucket(i);
                ids[at] = list.id(i);
                block[at] = firstBlock + list.block(i);
                offset[at] = list.offset(i);
                length[at] = list.length(i);
            }
            firstBlock += list.blocks().size();
        }
        return new Pieces(blocks, buckets, ids, block, offset, length).sorted();
    }

    private Pieces sorted() {
        int[] order = IndexSort.sort(
                buckets.length,
                (a, b) ->
                        buckets[a] != buckets[b] ? Long.compare(buckets[a], buckets[b]) : Long.compare(ids[a], ids[b]));
        return new Pieces(
                blocks,
                IndexSort.permuted(buckets, order),
                IndexSort.permuted(ids, order),
                IndexSort.permuted(block, order),
                IndexSort.permuted(offset, order),
                IndexSort.permuted(length, order));
    }

    int size() {
        return buckets.length;
    }

    /** The first piece whose bucket is not below. */
    int lowerBound(long bucket) {
        int low = 0;
        int high = buckets.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (buckets[middle] < bucket) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    public long bucket(int piece) {
        return buckets[piece];
    }

    public long id(int piece) {
        return ids[piece];
    }

    public byte[] array(int piece) {
        return blocks[block[piece]];
    }

    public int offset(int piece) {
        return offset[piece];
    }

    public int length(int piece) {
        return length[piece];
    }

    /** The bytes of pieces, without their headers. */
    public long bytes(int from, int to) {
        long bytes = 0;
        for (int piece = from; piece < to; piece++) {
            bytes += length[piece];
        }
        return bytes;
    }

    @Override
    public String toString() {
        return Arrays.toString(buckets);
    }
}
