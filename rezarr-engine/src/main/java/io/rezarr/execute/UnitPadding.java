package io.rezarr.execute;

import io.rezarr.array.StridedCopy;
import io.rezarr.codec.ElementLayout;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.plan.Side;
import java.util.List;
import java.util.function.Function;

/** The part of a unit at the edge that lies beyond the array: it holds the fill value, as other writers do it. */
public final class UnitPadding {
    private final Side side;
    private final long[] strides;
    private final Function<long[], StridedCopy> geometry;
    private final byte[] fill;

    /** @param fill one element in the byte order of the layout */
    public UnitPadding(Side side, ElementLayout layout, byte[] fill) {
        this.side = side;
        this.strides = layout.strides(side.units().unitShape());
        this.geometry = extents -> StridedCopy.of(extents, strides, strides, layout.elementBytes(), List.of());
        this.fill = fill.clone();
    }

    /** Whether a part of the unit lies beyond the array. */
    public boolean isAtEdge(long[] unit) {
        Shape shape = side.units().unitShape();
        for (int axis = 0; axis < unit.length; axis++) {
            if (extentInside(unit, axis) < shape.extent(axis)) {
                return true;
            }
        }
        return false;
    }

    /** How many elements of the unit lie inside the array along an axis. */
    public long extentInside(long[] unit, int axis) {
        long extent = side.units().unitShape().extent(axis);
        return Math.min(extent, side.units().arrayShape().extent(axis) - unit[axis] * extent);
    }

    /** Fills the padding of a unit that begins at that offset. */
    public void fill(long[] unit, byte[] bytes, int offset, Workspace workspace) {
        CopyCache copies = CopyCache.of(workspace, geometry);
        long[] extents = side.units().unitShape().toArray();
        for (int axis = 0; axis < extents.length; axis++) {
            long inside = extentInside(unit, axis);
            long padding = extents[axis] - inside;
            if (padding > 0) {
                extents[axis] = padding;
                StridedCopy box = copies.of(extents);
                box.fill(fill, bytes, (int) (offset + inside * strides[axis]));
            }
            // What is beyond along this axis is done; the next axes need only look inside it.
            extents[axis] = inside;
        }
    }
}
