package io.rezarr.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a read unit has to be decoded for a slab of it: for elements a to b along its slowest axis, the parts (Blosc
 * blocks) that these lie in. Immutable.
 *
 * @param axis the slowest one along which a unit has more than one element; parts are runs along it
 * @param rowBytes of the elements of a unit with one index along that axis
 * @param partBytes of a part, decoded; the last one of a unit may be shorter
 * @param unitBytes of a whole unit, decoded
 */
public record Parts(int axis, long rowBytes, long partBytes, long unitBytes) {
    /** Longer axes are not worth a closed form: parts are left out of the plan. */
    private static final long MAX_PIECES = 100_000;

    /** {@code null} if units of that side decode only as a whole. */
    static @Nullable Parts of(Side side, long partBytes) {
        if (partBytes <= 0 || partBytes >= side.unitBytes()) {
            return null;
        }
        List<Integer> order = side.memoryOrder();
        for (int axis : order) {
            if (side.unit(axis) > 1) {
                return new Parts(axis, side.unitBytes() / side.unit(axis), partBytes, side.unitBytes());
            }
        }
        return null;
    }

    /** Whether these elements need all parts of a unit. */
    public boolean isWhole(long from, long to) {
        return bytes(from, to) == unitBytes;
    }

    /** Decoded bytes of the parts that hold the elements from {@code from} to {@code to}, exclusive, along the axis. */
    long bytes(long from, long to) {
        long first = from * rowBytes / partBytes * partBytes;
        long end = Math.min(unitBytes, ((to * rowBytes - 1) / partBytes + 1) * partBytes);
        return end - first;
    }

    /**
     * Decoded bytes of all pieces along the axis, when every region asks for what it needs of each unit, of one unit in
     * all other axes; negative if there are too many pieces to say.
     */
    long bytesAlong(long extent, long read, long region) {
        long pieces = Touches.along(extent, read, region);
        if (pieces > MAX_PIECES) {
            return -1;
        }
        long bytes = 0;
        for (long begin = 0; begin < extent; ) {
            long end = Math.min(extent, Math.min((begin / read + 1) * read, (begin / region + 1) * region));
            long inUnit = begin % read;
            bytes += bytes(inUnit, inUnit + end - begin);
            begin = end;
        }
        return bytes;
    }
}
