package io.rezarr.codec.blosc;

import static io.rezarr.codec.blosc.Words.putInt;

import io.rezarr.codec.blosc.BloscConfig.ShuffleMode;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;

/** Writes one frame, as c-blosc 1.21 would in one thread. */
final class FrameWriter {
    private static final byte[] NONE = {};

    /** What does not fit into this many bytes more than the input is copied instead. */
    static final int MAX_OVERHEAD = Frame.HEADER_BYTES;

    /** The largest arrays of a JVM, less what an encoder may write behind the result. */
    static final int MAX_DECODED_BYTES = Workspace.MAX_ARRAY_BYTES - MAX_OVERHEAD;

    private final BloscConfig config;
    private final byte[] source;
    private final int from;
    private final int bytes;
    private final int blockBytes;
    private final boolean split;

    FrameWriter(BloscConfig config, byte[] source, int from, int bytes) {
        this.config = config;
        this.source = source;
        this.from = from;
        this.bytes = bytes;
        blockBytes = BlockSizes.blockBytes(config, bytes);
        split = BlockSizes.splitsWhenWritten(config, blockBytes);
    }

    ByteBuffer write(Workspace workspace) {
        long blocks = ((long) bytes + blockBytes - 1) / blockBytes;
        boolean hopeless = Integer.BYTES * (blocks + 1) >= bytes;
        if (config.level() == 0 || bytes < BlockSizes.MIN_STREAM_BYTES || hopeless) {
            return copied(workspace.borrow(bytes + MAX_OVERHEAD));
        }
        StreamEncoder encoder = StreamEncoder.of(config, split, blockBytes, workspace);
        int largestStream = split ? Math.max(blockBytes / config.typesize(), bytes % blockBytes) : blockBytes;
        long capacity = (long) bytes + MAX_OVERHEAD + encoder.capacity(largestStream);
        if (capacity > Workspace.MAX_ARRAY_BYTES) {
            throw new IllegalArgumentException("bytes to encode are " + bytes + ", with blocks of " + blockBytes
                    + " at most " + (bytes - (capacity - Integer.MAX_VALUE + 8)) + " are possible");
        }
        byte[] target = workspace.borrow((int) capacity);
        int frameBytes = encodeBlocks(encoder, (int) blocks, target, workspace);
        if (frameBytes == 0) {
            return copied(target);
        }
        putHeader(target, 0, frameBytes);
        return ByteBuffer.wrap(target, 0, frameBytes);
    }

    private ByteBuffer copied(byte[] target) {
        putHeader(target, Frame.COPIED, bytes + MAX_OVERHEAD);
        System.arraycopy(source, from, target, Frame.HEADER_BYTES, bytes);
        return ByteBuffer.wrap(target, 0, bytes + MAX_OVERHEAD);
    }

    private void putHeader(byte[] target, int copied, int frameBytes) {
        int shuffle = config.shuffle() == ShuffleMode.SHUFFLE
                ? Frame.SHUFFLED
                : config.shuffle() == ShuffleMode.BITSHUFFLE ? Frame.BITSHUFFLED : 0;
        int format = config.compressor().format.code << Frame.FORMAT_SHIFT;
        target[0] = Frame.VERSION;
        target[1] = StreamFormat.VERSION;
        target[2] = (byte) (format | (split ? 0 : Frame.UNSPLIT) | shuffle | copied);
        target[3] = (byte) config.typesize();
        putInt(target, 4, bytes);
        putInt(target, 8, blockBytes);
        putInt(target, 12, frameBytes);
    }

    /** Returns the end of the last block, 0 if they do not fit. */
    private int encodeBlocks(StreamEncoder encoder, int blocks, byte[] target, Workspace workspace) {
        boolean bits = config.shuffle() == ShuffleMode.BITSHUFFLE && blockBytes >= config.typesize();
        boolean bytewise = config.shuffle() == ShuffleMode.SHUFFLE && config.typesize() > 1;
        byte[] shuffled = bits || bytewise ? workspace.borrow(blockBytes) : NONE;
        byte[] planes = bits && config.typesize() > 1 ? workspace.borrow(blockBytes) : NONE;
        Tile tile = Tile.of(workspace);
        int end = Frame.HEADER_BYTES + Integer.BYTES * blocks;
        for (int block = 0; block < blocks; block++) {
            int begin = from + block * blockBytes;
            int size = Math.min(blockBytes, from + bytes - begin);
            putInt(target, Frame.HEADER_BYTES + Integer.BYTES * block, end);
            if (bits && size >= config.typesize()) {
                BitShuffle.shuffle(config.typesize(), source, begin, size, shuffled, 0, planes, tile);
                end = encodeStreams(encoder, shuffled, 0, size, target, end);
            } else if (bytewise) {
                Shuffle.shuffle(config.typesize(), source, begin, size, shuffled, 0, tile);
                end = encodeStreams(encoder, shuffled, 0, size, target, end);
            } else {
                end = encodeStreams(encoder, source, begin, size, target, end);
            }
            if (end == 0) {
                return 0;
            }
        }
        return end;
    }

    private int encodeStreams(StreamEncoder encoder, byte[] input, int at, int size, byte[] target, int start) {
        int count = split && size == blockBytes ? config.typesize() : 1;
        int streamBytes = size / count;
        int limit = bytes + MAX_OVERHEAD;
        int end = start;
        for (int i = 0; i < count; i++) {
            int lengthAt = end;
            end += Integer.BYTES;
            int room = Math.min(streamBytes, limit - end);
            if (room <= 0) {
                return 0;
            }
            int begin = at + i * streamBytes;
            int encoded = encoder.encode(input, begin, streamBytes, target, end, room);
            if (encoded == 0 || encoded == streamBytes) {
                if (streamBytes > limit - end) {
                    return 0;
                }
                System.arraycopy(input, begin, target, end, streamBytes);
                encoded = streamBytes;
            }
            putInt(target, lengthAt, encoded);
            end += encoded;
        }
        return end;
    }
}
