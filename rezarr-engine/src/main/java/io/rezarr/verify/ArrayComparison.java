package io.rezarr.verify;

import io.rezarr.array.ZarrArray;
import io.rezarr.codec.CodecChain;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.execute.ItemSample;
import io.rezarr.execute.RunListener;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Hints;
import io.rezarr.plan.ItemSizes;
import io.rezarr.plan.Plan;
import io.rezarr.plan.PlanRequest;
import io.rezarr.plan.Planner;
import io.rezarr.plan.Strategy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares two arrays element by element, bit for bit, whatever their chunks, codecs, byte order and version. */
public final class ArrayComparison {
    private ArrayComparison() {}

    /**
     * Compares shape, data type and then every element: the units of one side are assembled from the other, in the
     * direction that decodes less. Elements of a type or codec that is not known are compared encoded,
     * which can only tell that they are equal.
     *
     * @param maxBytes of memory for buffers
     * @return {@code null} if all elements are equal
     * @throws io.rezarr.error.InfeasiblePlanException if {@code maxBytes} is too little; names the least that would do
     * @throws UnsupportedFeatureException if chunks differ that cannot be decoded
     */
    public static @Nullable Difference compare(
            ZarrArray left, ZarrArray right, long maxBytes, int threads, RunListener listener) {
        ArrayMetadata a = left.metadata();
        ArrayMetadata b = right.metadata();
        if (!a.shape().equals(b.shape())) {
            return new Difference(
                    "shape", List.of(), a.shape().toString(), b.shape().toString(), 0);
        }
        if (!a.dataType().equals(b.dataType())) {
            return new Difference(
                    "data type", List.of(), a.dataType().name(), b.dataType().name(), 0);
        }
        if (!isKnown(a) || !isKnown(b)) {
            EncodedComparison.requireEqual(left, right, threads, listener);
            return null;
        }
        Hints hints = hints(left, right, maxBytes);
        Plan toRight = plan(a, b, maxBytes, threads, hints);
        Plan toLeft = plan(b, a, maxBytes, threads, hints);
        // Each way, the other side is decoded once.
        boolean isLeftTheTarget =
                toLeft.predicted().bytesDecoded() < toRight.predicted().bytesDecoded();
        return isLeftTheTarget
                ? new UnitComparison(toLeft, right, left, true).run(listener)
                : new UnitComparison(toRight, left, right, false).run(listener);
    }

    private static boolean isKnown(ArrayMetadata metadata) {
        try {
            CodecChain.of(metadata);
            return true;
        } catch (UnsupportedFeatureException e) {
            // The encoded comparison says so if it comes to that.
            return false;
        }
    }

    /** The room for a unit must be enough on both sides. */
    private static Hints hints(ZarrArray left, ZarrArray right, long maxBytes) {
        ItemSizes ofLeft = ItemSample.of(left, maxBytes);
        ItemSizes ofRight = ItemSample.of(right, maxBytes);
        return ofLeft == null || ofRight == null ? Hints.NONE : new Hints(0, -1, ofLeft.or(ofRight));
    }

    private static Plan plan(ArrayMetadata source, ArrayMetadata target, long maxBytes, int threads, Hints hints) {
        return Planner.plan(new PlanRequest(source, target, maxBytes, threads, EmptyChunks.KEEP, false, Strategy.DIRECT)
                .withHints(hints));
    }
}
