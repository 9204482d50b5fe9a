package io.rezarr.execute;

import io.rezarr.codec.compress.ZlibToGzip;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * zlib units that become gzip units: both hold the same DEFLATE stream, so that only what stands around it changes. A
 * unit is still inflated once, for its CRC-32, which checks it, too. Padding at the edge stays as it was.
 */
final class GzipRewrap implements UnitEncoder {
    private final SourceUnits source;
    private final FinishedUnits finished;
    private final RecodedUnits absent;
    private final Tally tally;

    /** @param absent makes units of what the source does not have */
    GzipRewrap(SourceUnits source, FinishedUnits finished, RecodedUnits absent, Tally tally) {
        this.source = source;
        this.finished = finished;
        this.absent = absent;
        this.tally = tally;
    }

    @Override
    public @Nullable ByteBuffer encode(long[] unit, Workspace workspace) {
        ByteBuffer zlib = source.readEncoded(unit, workspace);
        if (zlib == null) {
            return absent.encodeAbsent(unit, workspace);
        }
        ByteBuffer decoded = source.decode(unit, zlib, workspace);
        if (finished.leavesOut(decoded.array(), decoded.arrayOffset() + decoded.position(), decoded.remaining())) {
            return null;
        }
        tally.encodes.increment();
        return ZlibToGzip.wrap(zlib, decoded, workspace);
    }
}
