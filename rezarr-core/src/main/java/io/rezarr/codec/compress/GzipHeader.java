package io.rezarr.codec.compress;

import io.rezarr.error.MalformedDataException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The header of a gzip member (RFC 1952, section 2.3), of which nothing matters for decoding but its length. */
final class GzipHeader {
    /** 1f 8b, little-endian. */
    static final short MAGIC = (short) 0x8b1f;

    static final byte DEFLATED = 8;

    private static final int FIXED_BYTES = 10;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private GzipHeader() {}

    /** Moves behind a header. The buffer is little-endian, and its position is what messages call the offset. */
    static void skip(String codec, ByteBuffer from) {
        int start = from.position();
        need(codec, from, FIXED_BYTES);
        short magic = from.getShort();
        byte method = from.get();
        int flags = from.get();
        if (magic != MAGIC || method != DEFLATED || (flags & RESERVED) != 0) {
            throw new MalformedDataException(
                    codec,
                    start,
                    "expected a gzip header (1f8b08 and flags up to 1f), found %04x%02x and flags %02x"
                            .formatted(Short.reverseBytes(magic), method, flags & 0xFF));
        }
        from.position(start + FIXED_BYTES);
        if ((flags & EXTRA) != 0) {
            int extraBytes = need(codec, from, Short.BYTES).getShort() & 0xFFFF;
            need(codec, from, extraBytes).position(from.position() + extraBytes);
        }
        skipString(codec, from, (flags & NAME) != 0);
        skipString(codec, from, (flags & COMMENT) != 0);
        if ((flags & HEADER_CRC) != 0) {
            checkCrc(codec, from, start);
        }
    }

    private static void skipString(String codec, ByteBuffer from, boolean present) {
        boolean inside = present;
        while (inside) {
            inside = need(codec, from, 1).get() != 0;
        }
    }

    private static void checkCrc(String codec, ByteBuffer from, int start) {
        CRC32 crc = new CRC32();
        crc.update(from.array(), from.arrayOffset() + start, from.position() - start);
        int computed = (int) crc.getValue() & 0xFFFF;
        int stored = need(codec, from, Short.BYTES).getShort() & 0xFFFF;
        if (stored != computed) {
            throw new MalformedDataException(
                    codec, start, "header CRC stored is %04x, computed is %04x".formatted(stored, computed));
        }
    }

    private static ByteBuffer need(String codec, ByteBuffer from, int bytes) {
        if (from.remaining() < bytes) {
            throw new MalformedDataException(
                    codec, from.position(), "header needs " + bytes + " bytes, " + from.remaining() + " are left");
        }
        return from;
    }
}
