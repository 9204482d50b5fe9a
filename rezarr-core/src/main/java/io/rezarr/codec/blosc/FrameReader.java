package io.rezarr.codec.blosc;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.util.Objects;
import java.util.zip.DataFormatException;

/** Decodes the blocks of one frame: all, or those that a range needs. */
final class FrameReader {
    private static final byte[] NONE = {};

    private final Frame frame;
    private final StreamDecoder decoder;

    /** For the streams of a shuffled block, and for the step within a bit shuffle. */
    private final byte[] streams;

    private final byte[] planes;

    /** @param frame that is not just copied; buffers are borrowed and left to the caller to release */
    FrameReader(Frame frame, Workspace workspace) {
        this.frame = frame;
        decoder = StreamDecoder.of(frame.format(), workspace);
        boolean bits = frame.blocks > 0 && frame.isBitShuffled(0);
        streams = bits || frame.isByteShuffled() ? workspace.borrow(frame.blockBytes) : NONE;
        planes = bits && frame.typesize > 1 ? workspace.borrow(frame.blockBytes) : NONE;
    }

    /** Follows the lengths of all streams, decoding none. */
    static void walk(Frame frame) {
        long filled = 0;
        for (int block = 0; block < frame.blocks; block++) {
            int start = frame.startOf(block);
            int position = start;
            for (int left = frame.streamsOf(block); left > 0; left--) {
                position += Integer.BYTES + frame.streamBytes(position);
            }
            filled += position - start;
        }
        frame.checkFilled(filled);
    }

    /** Decodes the whole frame to {@code target} from {@code to} on. */
    void decodeAll(byte[] target, int to) {
        long filled = 0;
        for (int block = 0; block < frame.blocks; block++) {
            filled += decodeBlock(block, target, to + block * frame.blockBytes);
        }
        frame.checkFilled(filled);
    }

    /** Decodes the blocks that hold {@code length} decoded bytes from {@code from} on, and copies those. */
    void decodeRange(int from, int length, byte[] target, int to, Workspace workspace) {
        Objects.checkFromIndexSize(from, length, frame.decodedBytes);
        byte[] partial = NONE;
        int end = from + length;
        for (int position = from; position < end; ) {
            int block = position / frame.blockBytes;
            int begin = block * frame.blockBytes;
            int size = frame.bytesOf(block);
            int wanted = Math.min(end, begin + size) - position;
            if (wanted == size) {
                decodeBlock(block, target, to + position - from);
            } else {
                partial = partial.length == 0 ? workspace.borrow(frame.blockBytes) : partial;
                decodeBlock(block, partial, 0);
                System.arraycopy(partial, position - begin, target, to + position - from, wanted);
            }
            position += wanted;
        }
    }

    /** Decodes one block, and tells how many bytes of the frame it has. */
    private int decodeBlock(int block, byte[] target, int to) {
        int size = frame.bytesOf(block);
        boolean bits = frame.isBitShuffled(block);
        boolean shuffled = bits || frame.isByteShuffled();
        int encodedBytes = decodeStreams(block, shuffled ? streams : target, shuffled ? 0 : to);
        if (bits) {
            BitShuffle.unshuffle(frame.typesize, streams, 0, size, target, to, planes);
        } else if (shuffled) {
            Shuffle.unshuffle(frame.typesize, streams, 0, size, target, to);
        }
        return encodedBytes;
    }

    private int decodeStreams(int block, byte[] target, int to) {
        int count = frame.streamsOf(block);
        int decodedBytes = frame.bytesOf(block) / count;
        int start = frame.startOf(block);
        int position = start;
        for (int i = 0; i < count; i++) {
            int encodedBytes = frame.streamBytes(position);
            position += Integer.BYTES;
            decodeStream(block, position, encodedBytes, target, to + i * decodedBytes, decodedBytes);
            position += encodedBytes;
        }
        return position - start;
    }

    private void decodeStream(int block, int position, int encodedBytes, byte[] target, int to, int decodedBytes) {
        int from = frame.offset + position;
        if (encodedBytes == decodedBytes) {
            System.arraycopy(frame.bytes, from, target, to, decodedBytes);
            return;
        }
        int found;
        try {
            found = decoder.decode(frame.bytes, from, encodedBytes, target, to, decodedBytes);
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
