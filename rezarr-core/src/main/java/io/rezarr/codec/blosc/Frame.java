package io.rezarr.codec.blosc;

import static io.rezarr.codec.blosc.Words.getInt;

import io.rezarr.error.MalformedDataException;

/**
 * The header of a frame, checked, and where its blocks and streams lie.
 *
 * <p>All integers are little-endian. Byte 0: version of the format; 1: version of the streams; 2: flags; 3: typesize;
 * 4: decoded bytes; 8: bytes of a block; 12: bytes of the frame. Then, unless the decoded bytes follow as they are: for each
 * block, where it begins in the frame; the blocks, each one stream or as many as an element has bytes, each stream behind
 * its length. A stream as long as what it decodes to is not compressed.
 *
 * @see <a href="https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst">Blosc chunk format</a>
 */
final class Frame {
    static final int HEADER_BYTES = 16;
    static final int VERSION = 2;
    static final int SHUFFLED = 1;
    static final int COPIED = 2;
    static final int BITSHUFFLED = 4;
    static final int RESERVED = 8;
    static final int UNSPLIT = 16;
    static final int FORMAT_SHIFT = 5;

    final byte[] bytes;
    final int offset;
    final int length;
    final int flags;
    final int typesize;
    final int decodedBytes;
    final int blockBytes;
    final int blocks;

    /** Reads and checks the header; {@code length} bytes from {@code offset} on are the frame. */
    Frame(byte[] bytes, int offset, int length) {
        this(bytes, offset, length, length);
    }

    /** Likewise, of a frame of {@code length} bytes of which the array has the first {@code headBytes}, at least the header. */
    Frame(byte[] bytes, int offset, int headBytes, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        if (length < HEADER_BYTES || headBytes < HEADER_BYTES) {
            throw malformed(0, "a frame has at least " + HEADER_BYTES + " bytes, found " + length);
        }
        flags = bytes[offset + 2];
        typesize = bytes[offset + 3] & 0xFF;
        decodedBytes = getInt(bytes, offset + 4);
        blockBytes = getInt(bytes, offset + 8);
        int frameBytes = getInt(bytes, offset + 12);
        if (bytes[offset] != VERSION) {
            throw malformed(0, "version of the format is " + (bytes[offset] & 0xFF) + ", expected " + VERSION);
        }
        if (frameBytes != length) {
            throw malformed(12, "header says that the frame has " + shown(frameBytes) + " bytes, found " + length);
        }
        if (decodedBytes < 0) {
            throw malformed(4, "header says " + shown(decodedBytes) + " decoded bytes, more than Blosc allows");
        }
        checkLayout();
        blocks = decodedBytes == 0 ? 0 : (decodedBytes - 1) / blockBytes + 1;
        if (isCopied()) {
            checkCopied();
        } else {
            checkStreams();
        }
    }

    private void checkLayout() {
        if (decodedBytes > 0 && (blockBytes <= 0 || blockBytes > decodedBytes)) {
            throw malformed(
                    8,
                    "bytes of a block are " + shown(blockBytes) + ", expected 1 to the " + decodedBytes
                            + " decoded bytes");
        }
        if (decodedBytes > 0 && typesize == 0) {
            throw malformed(3, "typesize is 0, expected 1 to 255");
        }
        if ((flags & RESERVED) != 0) {
            throw malformed(2, "flags are 0x" + Integer.toHexString(flags & 0xFF) + ", of which 0x8 is reserved");
        }
    }

    private void checkCopied() {
        if (length - HEADER_BYTES != decodedBytes) {
            throw malformed(
                    4,
                    "header says " + decodedBytes + " decoded bytes, not compressed; found " + (length - HEADER_BYTES));
        }
    }

    private void checkStreams() {
        int code = formatCode();
        if (code >= StreamFormat.count()) {
            throw malformed(2, "inner codec " + code + " is not known, expected 0 to " + (StreamFormat.count() - 1));
        }
        int version = bytes[offset + 1] & 0xFF;
        if (version != StreamFormat.VERSION) {
            throw malformed(1, "version of the inner codec is " + version + ", expected " + StreamFormat.VERSION);
        }
        if (blocks > (length - HEADER_BYTES) / Integer.BYTES) {
            throw malformed(HEADER_BYTES, blocks + " blocks declared, too many for a frame of " + length + " bytes");
        }
    }

    boolean isCopied() {
        return (flags & COPIED) != 0;
    }

    private int formatCode() {
        return (flags & 0xFF) >>> FORMAT_SHIFT;
    }

    StreamFormat format() {
        return StreamFormat.ofCode(formatCode());
    }

    /** The decoded size of one block. */
    int bytesOf(int block) {
        return block == blocks - 1 ? decodedBytes - block * blockBytes : blockBytes;
    }

    boolean isByteShuffled() {
        return (flags & SHUFFLED) != 0 && typesize > 1;
    }

    boolean isBitShuffled(int block) {
        return (flags & BITSHUFFLED) != 0 && !isByteShuffled() && bytesOf(block) >= typesize;
    }

    /** Into how many streams one block is split. */
    int streamsOf(int block) {
        int size = bytesOf(block);
        if ((flags & UNSPLIT) != 0 || size < blockBytes || !BlockSizes.canSplit(typesize, size)) {
            return 1;
        }
        if (size % typesize != 0) {
            throw malformed(
                    8, "blocks are split into " + typesize + " streams, but have " + size + " bytes, not a multiple");
        }
        return typesize;
    }

    /** Behind the header and the starts of the blocks. */
    int startsEnd() {
        return HEADER_BYTES + Integer.BYTES * blocks;
    }

    /** Where, from the start of the frame, the first stream of a block has its length. */
    int startOf(int block) {
        int at = HEADER_BYTES + Integer.BYTES * block;
        int start = getInt(bytes, offset + at);
        if (start < startsEnd() || start > length - Integer.BYTES) {
            throw malformed(
                    at,
                    "block " + block + " begins at byte " + shown(start) + ", outside of the frame's blocks (bytes "
                            + startsEnd() + " to " + length + ")");
        }
        return start;
    }

    /**
     * The length of the stream whose length stands at {@code position} of the frame; the whole stream lies before {@code end}.
     *
     * @param base where in {@code source} the frame would begin
     */
    static int streamBytes(byte[] source, int base, int position, int end) {
        if (position > end - Integer.BYTES) {
            throw malformed(position, "the frame, or the block, ends where a stream was to begin");
        }
        int stream = getInt(source, base + position);
        if (stream <= 0 || stream > end - Integer.BYTES - position) {
            throw malformed(
                    position,
                    "a stream of " + shown(stream) + " bytes, of which the frame has "
                            + (end - Integer.BYTES - position)
                            + " before it ends or the next block begins");
        }
        return stream;
    }

    /** Blocks lie side by side in any order: together they fill the frame. */
    void checkFilled(long blocksBytes) {
        long found = startsEnd() + blocksBytes;
        if (found != length) {
            throw malformed(HEADER_BYTES, "header and streams have " + found + " bytes, the frame has " + length);
        }
    }

    void checkDecodedBytes(long expected) {
        if (decodedBytes != expected) {
            throw malformed(4, "header says " + decodedBytes + " decoded bytes, expected " + expected);
        }
    }

    static MalformedDataException malformed(long at, String problem) {
        return new MalformedDataException(BloscCodec.NAME, at, problem);
    }

    /** Sizes are unsigned to c-blosc's documentation and signed to its code: both figures of one that differs. */
    private static String shown(int size) {
        return size >= 0 ? Integer.toString(size) : size + " (unsigned " + Integer.toUnsignedString(size) + ")";
    }
}
