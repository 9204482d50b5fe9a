package io.rezarr.codec.blosc;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.util.zip.DataFormatException;

/** Decodes the blocks of one frame: all, or one by one. */
final class FrameReader {
    private static final byte[] NONE = {};

    private final Frame frame;
    private final StreamDecoder decoder;

    /** For the streams of a shuffled block, and for the step within a bit shuffle. */
    private final byte[] streams;

    private final byte[] planes;

    private final Tile tile;

    /** @param frame that is not just copied; buffers are borrowed and left to the caller to release */
    FrameReader(Frame frame, Workspace workspace) {
        this.frame = frame;
        decoder = StreamDecoder.of(frame.format(), workspace);
        boolean bits = frame.blocks > 0 && frame.isBitShuffled(0);
        streams = bits || frame.isByteShuffled() ? workspace.borrow(frame.blockBytes) : NONE;
        tile = Tile.of(workspace);
        planes = bits && frame.typesize > 1 ? workspace.borrow(frame.blockBytes) : NONE;
    }

    /** Follows the lengths of all streams, decoding none. */
    static void walk(Frame frame) {
        long filled = 0;
        for (int block = 0; block < frame.blocks; block++) {
            int start = frame.startOf(block);
            int position = start;
            for (int left = frame.streamsOf(block); left > 0; left--) {
                position += Integer.BYTES + Frame.streamBytes(frame.bytes, frame.offset, position, frame.length);
            }
            filled += position - start;
        }
        frame.checkFilled(filled);
    }

    /** Decodes the whole frame to {@code target} from {@code to} on. */
    void decodeAll(byte[] target, int to) {
        long filled = 0;
        for (int block = 0; block < frame.blocks; block++) {
            int start = frame.startOf(block);
            int begin = to + block * frame.blockBytes;
            filled += decodeBlock(block, frame.bytes, frame.offset, start, frame.length, target, begin);
        }
        frame.checkFilled(filled);
    }

    /**
     * Decodes one block, and tells how many bytes of the frame it has.
     *
     * @param source has the frame's bytes from {@code start} to {@code end}
     * @param base where in {@code source} the frame would begin
     * @param start of the block in the frame
     * @param end in the frame, behind which the block's streams do not reach
     */
    int decodeBlock(int block, byte[] source, int base, int start, int end, byte[] target, int to) {
        int size = frame.bytesOf(block);
        boolean bits = frame.isBitShuffled(block);
        if (!bits && !frame.isByteShuffled()) {
            return decodeStreams(block, source, base, start, end, target, to);
        }
        int encodedBytes = decodeStreams(block, source, base, start, end, streams, 0);
        if (bits) {
            BitShuffle.unshuffle(frame.typesize, streams, 0, size, target, to, planes, tile);
        } else {
            Shuffle.unshuffle(frame.typesize, streams, 0, size, target, to, tile);
        }
        return encodedBytes;
    }

    private int decodeStreams(int block, byte[] source, int base, int start, int end, byte[] target, int to) {
        int count = frame.streamsOf(block);
        int decodedBytes = frame.bytesOf(block) / count;
        int position = start;
        for (int i = 0; i < count; i++) {
            int encodedBytes = Frame.streamBytes(source, base, position, end);
            position += Integer.BYTES;
            decodeStream(block, source, base, position, encodedBytes, target, to + i * decodedBytes, decodedBytes);
            position += encodedBytes;
        }
        return position - start;
    }

    private void decodeStream(
            int block,
            byte[] source,
            int base,
            int position,
            int encodedBytes,
            byte[] target,
            int to,
            int decodedBytes) {
        int from = base + position;
        if (encodedBytes == decodedBytes) {
            System.arraycopy(source, from, target, to, decodedBytes);
            return;
        }
        int found;
        try {
            found = decoder.decode(source, from, encodedBytes, target, to, decodedBytes);
        } catch (DataFormatException e) {
            throw new MalformedDataException(
                    BloscCodec.NAME, position, stream(block, encodedBytes) + e.getMessage(), e);
        }
        if (found != decodedBytes) {
            throw Frame.malformed(
                    position, stream(block, encodedBytes) + "decodes to " + found + " bytes, expected " + decodedBytes);
        }
    }

    private String stream(int block, int encodedBytes) {
        return "the " + frame.format().name() + " stream of " + encodedBytes + " bytes in block " + block + ": ";
    }
}
