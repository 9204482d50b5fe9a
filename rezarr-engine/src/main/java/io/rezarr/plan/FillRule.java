package io.rezarr.plan;

import io.rezarr.json.JsonNumber;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.FillValue;
import java.util.Arrays;

/** What may be left out of the destination. */
public final class FillRule {
    private final EmptyChunks policy;
    private final boolean absentReadsTheSame;
    private final boolean absentMayReadOtherwise;

    private FillRule(EmptyChunks policy, boolean absentReadsTheSame, boolean absentMayReadOtherwise) {
        this.policy = policy;
        this.absentReadsTheSame = absentReadsTheSame;
        this.absentMayReadOtherwise = absentMayReadOtherwise;
    }

    public static FillRule of(PlanRequest request) {
        return new FillRule(
                request.emptyChunks(),
                absentReadsTheSame(request.source(), request.destination()),
                absentMayReadOtherwise(request.destination()));
    }

    /** Whether absent chunks are undefined, or readers disagree on them: a v2 fill value 0 of text is an empty string to NumCodecs and "0" to zarr-python 3. */
    private static boolean absentMayReadOtherwise(ArrayMetadata destination) {
        FillValue fill = destination.fillValue();
        boolean isText = destination.dataType().name().equals("string");
        return fill.isNull() || (isText && fill.document() instanceof JsonNumber);
    }

    /**
     * Whether what is absent in the source may be absent in the destination: both fill values are the same bits. An
     * undefined one (v2 null) reads as zeros, but zeros do not become undefined.
     */
    static boolean absentReadsTheSame(ArrayMetadata source, ArrayMetadata destination) {
        FillValue from = source.fillValue();
        FillValue to = destination.fillValue();
        if (from.isNull() && to.isNull()) {
            return true;
        }
        if (to.isNull()) {
            return false;
        }
        if (source.dataType().isFixedSize() && destination.dataType().isFixedSize()) {
            return Arrays.equals(from.elementOf(source.dataType()), to.elementOf(destination.dataType()));
        }
        if (ItemBounds.concern(source) && ItemBounds.concern(destination)) {
            return from.equals(to) || Arrays.equals(from.itemOf(source.dataType()), to.itemOf(destination.dataType()));
        }
        return from.equals(to);
    }

    /** Whether a unit is left out that no unit of the source touches. */
    public boolean leavesOutUntouched() {
        return policy != EmptyChunks.WRITE && absentReadsTheSame;
    }

    /** Whether a unit is left out that holds nothing but the destination's fill value, though the source had a part of it. */
    public boolean leavesOutAllFill() {
        return policy == EmptyChunks.SKIP && !absentMayReadOtherwise;
    }
}
