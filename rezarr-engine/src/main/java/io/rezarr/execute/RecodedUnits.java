package io.rezarr.execute;

import io.rezarr.codec.CodecChain;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Units that are decoded and encoded one by one, their elements staying where they are. */
final class RecodedUnits implements UnitEncoder {
    private final SourceUnits source;
    private final FinishedUnits finished;
    private final UnitPadding padding;
    private final CodecChain chain;
    private final byte[] absentElement;
    private final ElementSink elements;
    private final long[] strides;

    /**
     * @param chain of the destination's units
     * @param absentElement what absent units of the source hold, in the byte order of both
     * @param elements is told of what is read
     */
    RecodedUnits(
            SourceUnits source,
            FinishedUnits finished,
            UnitPadding padding,
            CodecChain chain,
            byte[] absentElement,
            ElementSink elements) {
        this.source = source;
        this.finished = finished;
        this.padding = padding;
        this.chain = chain;
        this.absentElement = absentElement.clone();
        this.elements = elements;
        this.strides = chain.layout().strides(chain.chunkShape());
    }

    @Override
    public @Nullable ByteBuffer encode(long[] unit, Workspace workspace) {
        SourceUnits.Decoded decoded = source.read(unit, workspace);
        tell(unit, decoded, workspace);
        return decoded == null
                ? encodeAbsent(unit, workspace)
                : encode(unit, decoded.bytes(), itemsOf(decoded), workspace);
    }

    private static @Nullable ItemBytes itemsOf(SourceUnits.Decoded decoded) {
        return decoded.chunk() == null ? null : new ChunkItems(decoded.chunk());
    }

    private void tell(long[] unit, SourceUnits.@Nullable Decoded decoded, Workspace workspace) {
        if (elements == NoElements.SINK) {
            return;
        }
        long[] origin = new long[unit.length];
        long[] extents = new long[unit.length];
        for (int axis = 0; axis < unit.length; axis++) {
            origin[axis] = unit[axis] * chain.chunkShape().extent(axis);
            extents[axis] = padding.extentInside(unit, axis);
        }
        SourceUnits.tell(elements, origin, extents, decoded, strides, workspace);
    }

    /** A unit that the source does not have. */
    @Nullable
    ByteBuffer encodeAbsent(long[] unit, Workspace workspace) {
        return finished.leavesOutUntouched() ? null : encode(unit, absentUnit(workspace), null, workspace);
    }

    private @Nullable ByteBuffer encode(
            long[] unit, ByteBuffer decoded, @Nullable ItemBytes items, Workspace workspace) {
        ByteBuffer complete = padding.isAtEdge(unit) ? padded(unit, decoded, workspace) : decoded;
        return finished.encode(unit, complete, items, workspace);
    }

    private ByteBuffer absentUnit(Workspace workspace) {
        ByteBuffer unit = workspace.borrowBuffer((int) chain.decodedBytes());
        for (int i = 0; i < unit.limit(); i += absentElement.length) {
            unit.put(i, absentElement);
        }
        return unit;
    }

    /** In a copy, since the decoded unit may be a view of what the store gave. */
    private ByteBuffer padded(long[] unit, ByteBuffer decoded, Workspace workspace) {
        ByteBuffer copy = workspace.borrowBuffer(decoded.remaining());
        copy.put(0, decoded, decoded.position(), decoded.remaining());
        padding.fill(unit, copy.array(), copy.arrayOffset(), workspace);
        return copy;
    }
}
