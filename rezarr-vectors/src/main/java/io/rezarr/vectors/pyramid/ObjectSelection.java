package io.rezarr.vectors.pyramid;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.pyramid.PyramidOptions.Selection;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.ExchangeOut;
import io.rezarr.vectors.rechunk.IndexSort;
import io.rezarr.vectors.rechunk.LevelSource;
import io.rezarr.vectors.rechunk.Owners;
import io.rezarr.vectors.rechunk.PieceRange;
import io.rezarr.vectors.rechunk.RunContext;
import io.rezarr.vectors.rechunk.Worker;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which objects of a level those above keep. */
final class ObjectSelection {
    private static final int MAX_OBJECTS = Integer.MAX_VALUE - 8;

    private ObjectSelection() {}

    /** How many are kept: as many as the reference implementation keeps, at least one. */
    static int count(long objects, double sparsity) {
        return (int) Math.max(1, Math.rint(objects * (1.0 / sparsity)));
    }

    /** Refuses what cannot be numbered. */
    static int requireCountable(ObjectIndex index) {
        if (index.objects() > MAX_OBJECTS) {
            throw new UnsupportedFeatureException("'" + index.path() + "' has " + index.objects()
                    + " objects; rezarr selects of at most " + MAX_OBJECTS + ".");
        }
        return (int) index.objects();
    }

    /** @param kept {@code null}: all */
    static boolean has(@Nullable BitSet kept, long object) {
        return kept == null || kept.get((int) object);
    }

    /** @param references tell each chunk which objects have its fragments */
    static BitSet select(
            FineLevel fine, ObjectIndex index, Exchange references, double sparsity, Selection selection, long seed) {
        int objects = requireCountable(index);
        int kept = count(objects, sparsity);
        if (kept >= objects) {
            BitSet all = new BitSet(objects);
            all.set(0, objects);
            return all;
        }
        return selection == Selection.RANDOM
                ? new NumpyRandom(seed).choice(objects, kept)
                : longest(lengths(fine, objects, references), kept);
    }

    /** The longest; of equally long ones the first. */
    private static BitSet longest(double[] lengths, int kept) {
        int[] order = IndexSort.sort(lengths.length, (a, b) -> Double.compare(lengths[b], lengths[a]));
        BitSet longest = new BitSet(lengths.length);
        for (int i = 0; i < kept; i++) {
            longest.set(order[i]);
        }
        return longest;
    }

    /** Of each object the sum of the distances between the vertices that follow one another. */
    private static double[] lengths(FineLevel fine, int objects, Exchange references) {
        RunContext context = fine.context();
        LevelSource source = fine.source();
        long bytes = 16L * objects;
        if (!context.budget().tryReserve(bytes)) {
            throw new InfeasiblePlanException("The lengths of " + objects + " objects take " + bytes
                    + " bytes of memory. Give more memory (-m), or use --select random.");
        }
        double[] lengths = new double[objects];
        int dimensions = source.format().dimensions();
        long expectedBytes = source.allRows() * 8L * (1 + 2 * dimensions);
        try (Exchange parts = OneTimeExchange.open(context, objects, expectedBytes, 8)) {
            references.forEach(bucket -> bucket, extra -> 2 * extra + fine.chunkBytes(List.of()), (range, worker) -> {
                for (long chunk = range.firstBucket();
                        chunk < range.endBucket() && chunk < source.chunks().size();
                        chunk++) {
                    measure(fine, (int) chunk, range, parts.out(worker), worker);
                }
            });
            parts.seal();
            parts.forEachInOrder(extra -> 64 << 10, (range, worker) -> add(range, dimensions, lengths));
        } finally {
            context.budget().release(bytes);
        }
        return lengths;
    }

    /** Tells every object how long its parts in a chunk are, and where they begin and end. */
    private static void measure(FineLevel fine, int chunk, PieceRange range, ExchangeOut out, Worker worker) {
        LevelSource source = fine.source();
        int mark = worker.workspace().mark();
        ByteBuffer positions = source.positions(chunk, worker.workspace());
        FragmentIndex fragments = source.fragments(chunk, worker.workspace());
        Owners owners = Owners.of(range, chunk, fragments.size(), fine.place(chunk));
        int dimensions = source.format().dimensions();
        for (int f = 0; f < fragments.size(); f++) {
            long rows = fragments.rows(f);
            if (rows == 0 || owners.begin(f) == owners.end(f)) {
                continue;
            }
            double length = 0;
            for (long i = 1; i < rows; i++) {
                double square = 0;
                for (int axis = 0; axis < dimensions; axis++) {
                    double step = source.format().coordinate(positions, (int) fragments.row(f, i), axis)
                            - source.format().coordinate(positions, (int) fragments.row(f, i - 1), axis);
                    square += step * step;
                }
                length += Math.sqrt(square);
            }
            for (int owner = owners.begin(f); owner < owners.end(f); owner++) {
                if (out.begin(owners.object(owner), owners.place(owner), 8 * (1 + 2 * dimensions))) {
                    Bytes.putLong(out.array(), out.offset(), Double.doubleToRawLongBits(length));
                    for (int axis = 0; axis < dimensions; axis++) {
                        int at = out.offset() + 8 + 8 * axis;
                        putCoordinate(source, positions, fragments.row(f, 0), axis, out.array(), at);
                        putCoordinate(
                                source, positions, fragments.row(f, rows - 1), axis, out.array(), at + 8 * dimensions);
                    }
                    out.end();
                }
            }
        }
        worker.workspace().releaseTo(mark);
    }

    private static void putCoordinate(LevelSource source, ByteBuffer positions, long row, int axis, byte[] to, int at) {
        double coordinate = source.format().coordinate(positions, (int) row, axis);
        Bytes.putLong(to, at, Double.doubleToRawLongBits(coordinate));
    }

    private static void add(PieceRange range, int dimensions, double[] lengths) {
        var pieces = range.pieces();
        for (int piece = range.from(); piece < range.to(); piece++) {
            int object = (int) pieces.bucket(piece);
            lengths[object] += number(pieces.array(piece), pieces.offset(piece));
            if (piece > range.from() && pieces.bucket(piece - 1) == object) {
                double square = 0;
                for (int axis = 0; axis < dimensions; axis++) {
                    double step = number(pieces.array(piece), pieces.offset(piece) + 8 + 8 * axis)
                            - number(pieces.array(piece - 1), pieces.offset(piece - 1) + 8 + 8 * (dimensions + axis));
                    square += step * step;
                }
                lengths[object] += Math.sqrt(square);
            }
        }
    }

    private static double number(byte[] array, int at) {
        return Double.longBitsToDouble(Bytes.getLong(array, at));
    }
}
