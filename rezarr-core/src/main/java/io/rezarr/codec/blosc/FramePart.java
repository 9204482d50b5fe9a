package io.rezarr.codec.blosc;

import io.rezarr.codec.DecodedPart;
import io.rezarr.codec.EncodedRanges;
import io.rezarr.codec.NeededBytes;
import io.rezarr.codec.StoredRuns;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;

/**
 * Decodes a part of one frame, without the blocks that it does not need. The header and where the blocks begin are read
 * first, then the blocks, neighbours at once. Takes memory for the part, and for the encoded blocks of one request.
 */
final class FramePart {
    /** Read at first: header, in nearly all frames all starts of blocks, and the whole of a small frame. */
    private static final int FIRST_BYTES = EncodedRanges.BYTES_OF_A_REQUEST;

    /** Neighbours are read at once up to this many bytes: larger reads are not faster, and the memory stays small. */
    private static final int MAX_REQUEST_BYTES = 1 << 20;

    private final EncodedRanges encoded;
    private final Workspace workspace;
    private final Frame frame;

    /** As many bytes of the frame as were read at first. */
    private final int headBytes;

    private long readBytes;

    private FramePart(EncodedRanges encoded, long decodedBytes, Workspace workspace) {
        this.encoded = encoded;
        this.workspace = workspace;
        int length = lengthOf(encoded);
        int first = Math.min(length, FIRST_BYTES);
        byte[] head = workspace.borrow(first);
        read(0, head, 0, first);
        Frame beginning = new Frame(head, 0, first, length);
        beginning.checkDecodedBytes(decodedBytes);
        headBytes = beginning.isCopied() ? first : Math.max(first, beginning.startsEnd());
        frame = headBytes > first ? new Frame(withStarts(head, first, headBytes), 0, headBytes, length) : beginning;
    }

    static DecodedPart decode(EncodedRanges encoded, long decodedBytes, NeededBytes needed, Workspace workspace) {
        return new FramePart(encoded, decodedBytes, workspace).decode(needed);
    }

    /** The header alone. */
    static Frame header(EncodedRanges encoded) {
        int length = lengthOf(encoded);
        byte[] header = new byte[Frame.HEADER_BYTES];
        int bytes = Math.min(length, header.length);
        encoded.read(0, header, 0, bytes);
        return new Frame(header, 0, bytes, length);
    }

    private static int lengthOf(EncodedRanges encoded) {
        if (encoded.bytes() > Integer.MAX_VALUE) {
            throw Frame.malformed(0, "a frame has at most " + Integer.MAX_VALUE + " bytes, found " + encoded.bytes());
        }
        return (int) encoded.bytes();
    }

    private byte[] withStarts(byte[] head, int first, int bytes) {
        byte[] longer = workspace.borrow(bytes);
        System.arraycopy(head, 0, longer, 0, first);
        read(first, longer, first, bytes - first);
        return longer;
    }

    private void read(int from, byte[] target, int to, int length) {
        encoded.read(from, target, to, length);
        readBytes += length;
    }

    private DecodedPart decode(NeededBytes needed) {
        if (frame.isCopied()) {
            return StoredRuns.read(encoded, Frame.HEADER_BYTES, needed, readBytes, workspace);
        }
        NeededBlocks blocks = workspace.context(NeededBlocks.class, "", NeededBlocks::new);
        blocks.find(frame, needed);
        int firstByte = (int) (needed.first() / frame.blockBytes) * frame.blockBytes;
        int lastBlock = (int) ((needed.end() - 1) / frame.blockBytes);
        int span = lastBlock * frame.blockBytes + frame.bytesOf(lastBlock) - firstByte;
        byte[] target = workspace.borrow(span);
        long decodedBytes = decodeBlocks(blocks, target, firstByte);
        return new DecodedPart(ByteBuffer.wrap(target, 0, span), firstByte, readBytes, decodedBytes);
    }

    private long decodeBlocks(NeededBlocks blocks, byte[] target, int firstByte) {
        FrameReader reader = new FrameReader(frame, workspace);
        long decodedBytes = 0;
        for (int i = 0; i < blocks.count(); ) {
            int behind = endOfRequest(blocks, i);
            int mark = workspace.mark();
            int start = blocks.start(i);
            byte[] source = sourceOf(start, blocks.end(behind - 1));
            int base = source == frame.bytes ? 0 : -start;
            for (; i < behind; i++) {
                int block = blocks.block(i);
                int to = block * frame.blockBytes - firstByte;
                reader.decodeBlock(block, source, base, blocks.start(i), blocks.end(i), target, to);
                decodedBytes += frame.bytesOf(block);
            }
            workspace.releaseTo(mark);
        }
        return decodedBytes;
    }

    /** Behind the last of the blocks that are read with block {@code i}. */
    private static int endOfRequest(NeededBlocks blocks, int i) {
        int next = i + 1;
        while (next < blocks.count()
                && blocks.start(next) - blocks.end(next - 1) <= EncodedRanges.BYTES_OF_A_REQUEST
                && blocks.end(next) - blocks.start(i) <= MAX_REQUEST_BYTES) {
            next++;
        }
        return next;
    }

    /** The array with those bytes of the frame: at their place if it is the head, else from 0 on. */
    private byte[] sourceOf(int start, int end) {
        if (end <= headBytes) {
            return frame.bytes;
        }
        byte[] source = workspace.borrow(end - start);
        read(start, source, 0, end - start);
        return source;
    }
}
