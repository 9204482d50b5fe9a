package io.rezarr.codec.compress;

import io.rezarr.error.MalformedDataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a sequence of zstd frames says about itself without being decoded: that headers, blocks and checksums fill the bytes exactly, and how
 * many bytes they decode to.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8878#section-3.1">RFC 8878, section 3.1</a>
 */
final class ZstdFrames {
    private static final int MAGIC = 0xFD2FB528;
    private static final int SKIPPABLE_MAGIC = 0x184D2A50;
    private static final int SKIPPABLE_MASK = 0xFFFFFFF0;
    private static final int CHECKSUM_BYTES = 4;
    private static final int BLOCK_HEADER_BYTES = 3;
    private static final int MAX_BLOCK_BYTES = 128 << 10;
    private static final int RAW = 0;
    private static final int RLE = 1;
    private static final int RESERVED = 3;

    private final String codec;
    private final ByteBuffer bytes;
    private final int start;
    private long leastBytes;
    private long mostBytes;

    private ZstdFrames(String codec, ByteBuffer encoded) {
        this.codec = codec;
        this.bytes = encoded.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.start = encoded.position();
    }

    /**
     * Walks over the frames.
     *
     * @throws MalformedDataException if they are not frames, at least one of them with content, or the last is cut
     */
    static ZstdFrames of(String codec, ByteBuffer encoded) {
        ZstdFrames frames = new ZstdFrames(codec, encoded);
        int withContent = 0;
        while (frames.bytes.hasRemaining()) {
            withContent += frames.walkFrame() ? 1 : 0;
        }
        if (withContent == 0) {
            throw frames.malformed("expected a frame, found none");
        }
        return frames;
    }

    /** They decode to no fewer bytes than this. */
    long leastBytes() {
        return leastBytes;
    }

    /** They decode to no more bytes than this; the same as {@link #leastBytes} if every frame states its content size. */
    long mostBytes() {
        return mostBytes;
    }

    /** @return false if it is a skippable frame */
    private boolean walkFrame() {
        int magic = need(Integer.BYTES, "frame magic").getInt();
        if ((magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
            skip(Integer.toUnsignedLong(need(Integer.BYTES, "frame size").getInt()), "skippable frame");
            return false;
        }
        if (magic != MAGIC) {
            bytes.position(bytes.position() - Integer.BYTES);
            throw malformed("expected a frame (magic fd2fb528), found %08x".formatted(magic));
        }
        walkContentFrame();
        return true;
    }

    private void walkContentFrame() {
        int descriptor = need(1, "frame header").get();
        if ((descriptor & 0x08) != 0) {
            throw malformed("reserved bit of the frame header is set");
        }
        boolean singleSegment = (descriptor & 0x20) != 0;
        skip(singleSegment ? 0 : 1, "window descriptor");
        int dictionaryFlag = descriptor & 3;
        skip(dictionaryFlag == 3 ? 4 : dictionaryFlag, "dictionary id");
        long stated = contentSize((descriptor & 0xFF) >>> 6, singleSegment);
        long leastBefore = leastBytes;
        long mostBefore = mostBytes;
        walkBlocks();
        skip((descriptor & 0x04) != 0 ? CHECKSUM_BYTES : 0, "checksum");
        if (stated >= 0) {
            if (stated < leastBytes - leastBefore || stated > mostBytes - mostBefore) {
                throw malformed("frame header states " + Long.toUnsignedString(stated) + " bytes, its blocks hold "
                        + (leastBytes - leastBefore) + " to " + (mostBytes - mostBefore));
            }
            leastBytes = leastBefore + stated;
            mostBytes = mostBefore + stated;
        }
    }

    /** -1 if it is not stated. */
    private long contentSize(int flag, boolean singleSegment) {
        return switch (flag) {
            case 0 -> singleSegment ? need(1, "content size").get() & 0xFF : -1;
            case 1 -> (need(Short.BYTES, "content size").getShort() & 0xFFFF) + 256;
            case 2 -> Integer.toUnsignedLong(need(Integer.BYTES, "content size").getInt());
            default -> {
                long size = need(Long.BYTES, "content size").getLong();
                if (size < 0) {
                    throw malformed("frame header states " + Long.toUnsignedString(size) + " bytes");
                }
                yield size;
            }
        };
    }

    private void walkBlocks() {
        boolean last = false;
        while (!last) {
            need(BLOCK_HEADER_BYTES, "block header");
            int header = (bytes.get() & 0xFF) | ((bytes.getShort() & 0xFFFF) << 8);
            last = (header & 1) != 0;
            int type = (header >>> 1) & 3;
            int size = header >>> 3;
            if (type == RESERVED || size > MAX_BLOCK_BYTES) {
                throw malformed("block header %06x has type %d and size %d; expected a type below 3, a size up to %d"
                        .formatted(header, type, size, MAX_BLOCK_BYTES));
            }
            skip(type == RLE ? 1 : size, "block");
            boolean exact = type == RAW || type == RLE;
            leastBytes += exact ? size : 0;
            mostBytes += exact ? size : MAX_BLOCK_BYTES;
        }
    }

    private ByteBuffer need(int count, String what) {
        if (bytes.remaining() < count) {
            throw malformed(what + " needs " + count + " bytes, " + bytes.remaining() + " are left");
        }
        return bytes;
    }

    private void skip(long count, String what) {
        if (bytes.remaining() < count) {
            throw malformed(what + " needs " + count + " bytes, " + bytes.remaining() + " are left");
        }
        bytes.position(bytes.position() + (int) count);
    }

    private MalformedDataException malformed(String problem) {
        return new MalformedDataException(codec, bytes.position() - start, problem);
    }
}
