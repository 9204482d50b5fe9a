package io.rezarr.shuffle;

import io.rezarr.memory.Workspace;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The scratch file of one partition: takes frames in any order from many threads, then gives them back by their number. */
final class FrameFile {
    private static final int FIRST_OFFSETS = 16;

    /** A compressed frame that saves less than this part is not worth decompressing. */
    private static final int LEAST_GAIN = 16;

    private final ScratchFile file;
    private final @Nullable FramePool compressed;

    /** Where each frame begins, then where the next one will. While writing, and again while reading. */
    private long @Nullable [] offsets = new long[FIRST_OFFSETS];

    private int frames;
    private long pieces;
    private long pieceBytes;
    private long endOfFrames;
    private boolean isReleased;

    /** @param compressed frames to compress into; {@code null} to store payloads as they are */
    FrameFile(ScratchFile file, @Nullable FramePool compressed) {
        this.file = file;
        this.compressed = compressed;
    }

    synchronized int frames() {
        return frames;
    }

    synchronized long pieces() {
        return pieces;
    }

    synchronized long pieceBytes() {
        return pieceBytes;
    }

    /** Writes a frame that nobody else uses any more. */
    void append(Frame frame) {
        if (compressed == null) {
            append(frame, frame.bytes, (short) 0, frame.payloadBytes());
            return;
        }
        Frame into = compressed.take();
        try {
            int storedBytes = Lz4Frames.compress(frame.bytes, frame.payloadBytes(), into.bytes);
            if (storedBytes < frame.payloadBytes() - frame.payloadBytes() / LEAST_GAIN) {
                append(frame, into.bytes, FrameFormat.LZ4_FLAG, storedBytes);
            } else {
                append(frame, frame.bytes, (short) 0, frame.payloadBytes());
            }
        } finally {
            compressed.giveBack(into);
        }
    }

    private void append(Frame frame, byte[] bytes, short flags, int storedBytes) {
        int length = FrameFormat.FRAME_OVERHEAD_BYTES + storedBytes;
        long offset = place(frame, length);
        FrameFormat.putFrameHeader(
                bytes, flags, file.number(), frame.pieces(), frame.payloadBytes(), storedBytes, offset);
        file.write(bytes, length, offset);
    }

    private synchronized long place(Frame frame, int length) {
        long[] all = offsets;
        if (isReleased) {
            throw file.isDeletedMeanwhile();
        }
        if (all == null) {
            throw new IllegalStateException("'" + file.path() + "' is sealed");
        }
        if (frames + 1 == all.length) {
            all = Arrays.copyOf(all, Math.multiplyExact(2, all.length));
            offsets = all;
        }
        long offset = endOfFrames;
        endOfFrames += length;
        all[++frames] = endOfFrames;
        pieces += frame.pieces();
        pieceBytes += frame.pieceBytes();
        return offset;
    }

    /** Writes the index, and forgets it until the file is read. A file without frames is not made. */
    synchronized void seal() {
        long[] all = offsets;
        offsets = null;
        if (frames == 0 || all == null) {
            return;
        }
        byte[] index = new byte[indexBytes()];
        FrameFormat.putIndexHeader(index, file.number(), frames, pieces, pieceBytes);
        for (int i = 0; i < frames; i++) {
            FrameFormat.putLong(index, FrameFormat.HEADER_BYTES + Long.BYTES * i, all[i]);
        }
        file.write(index, index.length, endOfFrames);
    }

    private int indexBytes() {
        return Math.toIntExact(FrameFormat.indexBytes(frames));
    }

    /** Gives each piece of a frame to the consumer, once all of the frame was checked. */
    void read(int number, Workspace workspace, PieceConsumer consumer) {
        long[] all = index();
        long offset = all[number];
        int length = Math.toIntExact(all[number + 1] - offset);
        int mark = workspace.mark();
        try {
            byte[] bytes = workspace.borrow(length);
            boolean isIntact = file.read(bytes, length, offset);
            new FrameReader(file, number, offset, bytes, length).read(isIntact, workspace, consumer);
        } finally {
            workspace.releaseTo(mark);
        }
    }

    private synchronized long[] index() {
        if (isReleased) {
            throw new IllegalStateException("'" + file.path() + "' was released, and cannot be read again");
        }
        long[] all = offsets;
        if (all == null) {
            all = readIndex();
            offsets = all;
        }
        return all;
    }

    private long[] readIndex() {
        long expectedBytes = endOfFrames + indexBytes();
        long foundBytes = file.sizeBytes();
        require(foundBytes == expectedBytes, "it has " + foundBytes + " bytes, expected " + expectedBytes);
        byte[] index = new byte[indexBytes()];
        require(file.read(index, index.length, endOfFrames), "its checksum is wrong");
        byte[] header = new byte[FrameFormat.HEADER_BYTES];
        FrameFormat.putIndexHeader(header, file.number(), frames, pieces, pieceBytes);
        require(
                Arrays.equals(header, 0, header.length, index, 0, header.length),
                "its header is not that of this file");
        return offsetsIn(index);
    }

    private long[] offsetsIn(byte[] index) {
        long[] all = new long[frames + 1];
        for (int i = 0; i < frames; i++) {
            all[i] = FrameFormat.longAt(index, FrameFormat.HEADER_BYTES + Long.BYTES * i);
        }
        all[frames] = endOfFrames;
        return all;
    }

    private void require(boolean isRight, String problem) {
        if (!isRight) {
            throw ScratchFailures.altered(file.path(), "index", endOfFrames, problem);
        }
    }

    /** Deletes the file. */
    synchronized void release() {
        isReleased = true;
        offsets = null;
        file.delete();
    }
}
