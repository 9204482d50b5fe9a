package io.rezarr.execute;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * zlib units that become gzip units: both hold the same DEFLATE stream, so that only what stands around it changes. A
 * unit is still inflated once, for its CRC-32, which checks it, too. Padding at the edge stays as it was.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1950">RFC 1950</a> and <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class GzipRewrap implements UnitEncoder {
    private static final int ZLIB_HEADER_BYTES = 2;
    private static final int ADLER_BYTES = 4;
    private static final int ZLIB_HAS_DICTIONARY = 0x20;

    /** DEFLATE, no flags, no time, no name, unknown system: nothing that differs from run to run. */
    private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int GZIP_TRAILER_BYTES = 8;

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
        return rewrapped(zlib, decoded, workspace);
    }

    static ByteBuffer rewrapped(ByteBuffer zlib, ByteBuffer decoded, Workspace workspace) {
        int deflateBytes = zlib.remaining() - ZLIB_HEADER_BYTES - ADLER_BYTES;
        if (deflateBytes < 0 || (zlib.get(zlib.position() + 1) & ZLIB_HAS_DICTIONARY) != 0) {
            throw new MalformedDataException("zlib", 0, "expected a stream without a preset dictionary");
        }
        CRC32 crc = new CRC32();
        crc.update(decoded.duplicate());
        ByteBuffer gzip = workspace
                .borrowBuffer(GZIP_HEADER.length + deflateBytes + GZIP_TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        gzip.put(GZIP_HEADER);
        gzip.put(zlib.slice(zlib.position() + ZLIB_HEADER_BYTES, deflateBytes));
        gzip.putInt((int) crc.getValue());
        gzip.putInt(decoded.remaining());
        return gzip.flip();
    }
}
