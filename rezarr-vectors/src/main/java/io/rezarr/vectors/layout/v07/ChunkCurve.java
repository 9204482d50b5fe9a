package io.rezarr.vectors.layout.v07;

import io.rezarr.vectors.model.ChunkIndex;
import java.math.BigInteger;
import java.util.function.LongUnaryOperator;

/**
 * The curves through the grid that the reference implementation ({@code zarr_vectors.sharding}) puts chunks into shards by. Each begins at the chunk of all
 * zeros; negative coordinates are shifted beyond the others.
 */
enum ChunkCurve {
    /** {@code octree} and {@code index_table}: the bits of all coordinates, interleaved. */
    MORTON {
        @Override
        BigInteger place(ChunkIndex chunks, int chunk) {
            return interleaved(chunks, chunk, MORTON_SHIFT_BITS, Long.SIZE - 1, shifted -> shifted);
        }
    },
    /**
     * {@code snake}: the curve of Hilbert on a plane of 2^16 by 2^16 chunks; on one axis the coordinate, on more than two the Gray codes of all coordinates,
     * interleaved, of which 16 bits count.
     */
    HILBERT {
        @Override
        BigInteger place(ChunkIndex chunks, int chunk) {
            return switch (chunks.rank()) {
                case 1 -> BigInteger.valueOf(chunks.coordinate(chunk, 0));
                case 2 -> onPlane(shifted(chunks.coordinate(chunk, 0)), shifted(chunks.coordinate(chunk, 1)));
                default -> interleaved(chunks, chunk, ORDER, ORDER, shifted -> shifted ^ shifted >> 1);
            };
        }

        private long shifted(long coordinate) {
            return coordinate < 0 ? coordinate + (1L << ORDER) : coordinate;
        }
    };

    private static final int MORTON_SHIFT_BITS = 20;
    private static final int ORDER = 16;

    /** @param layout as the root's {@code shard_layout} has it */
    static ChunkCurve of(String layout) {
        return layout.equals("snake") ? HILBERT : MORTON;
    }

    /** The place of a chunk on the curve. */
    abstract BigInteger place(ChunkIndex chunks, int chunk);

    private static BigInteger interleaved(
            ChunkIndex chunks, int chunk, int shiftBits, int bits, LongUnaryOperator coded) {
        BigInteger code = BigInteger.ZERO;
        int rank = chunks.rank();
        for (int axis = 0; axis < rank; axis++) {
            long coordinate = chunks.coordinate(chunk, axis);
            long of = coded.applyAsLong(coordinate < 0 ? coordinate + (1L << shiftBits) : coordinate);
            for (int bit = 0; bit < bits; bit++) {
                if ((of >> bit & 1) != 0) {
                    code = code.setBit(bit * rank + axis);
                }
            }
        }
        return code;
    }

    private static BigInteger onPlane(long column, long line) {
        long x = column;
        long y = line;
        long place = 0;
        for (int bit = ORDER - 1; bit >= 0; bit--) {
            long n = 1L << bit;
            long right = x >> bit & 1;
            long up = y >> bit & 1;
            place += n * n * (3 * right ^ up);
            if (up == 0) {
                long turned = right == 1 ? n - 1 - y : y;
                y = right == 1 ? n - 1 - x : x;
                x = turned;
            }
        }
        return BigInteger.valueOf(place);
    }
}
