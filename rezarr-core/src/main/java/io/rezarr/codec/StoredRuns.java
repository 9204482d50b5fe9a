package io.rezarr.codec;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;

/** Parts of bytes that are stored as they are. */
public final class StoredRuns {
    private StoredRuns() {}

    /**
     * Reads the needed runs: each by a request, or all with what lies between if that is cheaper.
     *
     * @param start where the decoded bytes begin among the stored ones
     * @param readBytes how many were read before
     */
    public static DecodedPart read(
            EncodedRanges stored, long start, NeededBytes needed, long readBytes, Workspace workspace) {
        int span = Math.toIntExact(needed.spanBytes());
        byte[] target = workspace.borrow(span);
        boolean atOnce = needed.strideBytes() - needed.runBytes() <= EncodedRanges.BYTES_OF_A_REQUEST;
        long runs = atOnce ? 1 : needed.runs();
        int length = atOnce ? span : (int) needed.runBytes();
        long offset = start + needed.first();
        for (long run = 0; run < runs; run++) {
            long at = run * needed.strideBytes();
            stored.read(offset + at, target, (int) at, length);
        }
        long read = runs * length;
        return new DecodedPart(ByteBuffer.wrap(target, 0, span), needed.first(), readBytes + read, read);
    }
}
