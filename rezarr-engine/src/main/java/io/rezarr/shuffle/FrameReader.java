package io.rezarr.shuffle;

import io.rezarr.memory.Workspace;

/** One frame as it was read from a file: checks it, and takes it apart. */
final class FrameReader {
    private final ScratchFile file;
    private final int number;
    private final long offset;
    private final byte[] bytes;
    private final int storedBytes;

    /**
     * @param number of the frame in its file
     * @param offset of the frame in its file
     * @param bytes has the frame at its beginning
     * @param length of the frame
     */
    FrameReader(ScratchFile file, int number, long offset, byte[] bytes, int length) {
        this.file = file;
        this.number = number;
        this.offset = offset;
        this.bytes = bytes;
        this.storedBytes = length - FrameFormat.FRAME_OVERHEAD_BYTES;
    }

    /** @param isIntact whether the checksum is right */
    void read(boolean isIntact, Workspace workspace, PieceConsumer consumer) {
        require(isIntact, "its checksum is wrong");
        require(FrameFormat.intAt(bytes, 0) == FrameFormat.FRAME_MAGIC, "it does not begin like a frame");
        require(FrameFormat.shortAt(bytes, 4) == FrameFormat.VERSION, "it has another version");
        require(FrameFormat.intAt(bytes, 8) == file.number(), "it is of another file");
        require(FrameFormat.longAt(bytes, 24) == offset, "it is from another place in the file");
        require(FrameFormat.intAt(bytes, 20) == storedBytes, "it has another length than the index says");
        int pieces = FrameFormat.intAt(bytes, 12);
        int payloadBytes = FrameFormat.intAt(bytes, 16);
        if (FrameFormat.shortAt(bytes, 6) == FrameFormat.LZ4_FLAG) {
            byte[] payload = workspace.borrow(payloadBytes);
            require(Lz4Frames.decompress(bytes, storedBytes, payload, payloadBytes), "its LZ4 block does not decode");
            readPieces(payload, 0, payloadBytes, pieces, consumer);
        } else {
            require(payloadBytes == storedBytes, "it is not as long as it says");
            readPieces(bytes, FrameFormat.HEADER_BYTES, FrameFormat.HEADER_BYTES + payloadBytes, pieces, consumer);
        }
    }

    private void readPieces(byte[] payload, int begin, int end, int pieces, PieceConsumer consumer) {
        int at = begin;
        for (int i = 0; i < pieces; i++) {
            int room = end - at - FrameFormat.PIECE_HEADER_BYTES;
            require(room >= 0, "it has fewer pieces than it says");
            int length = FrameFormat.intAt(payload, at + 16);
            require(length >= 0 && length <= room, "a piece is longer than the frame");
            long bucket = FrameFormat.longAt(payload, at);
            long id = FrameFormat.longAt(payload, at + 8);
            at += FrameFormat.PIECE_HEADER_BYTES;
            consumer.piece(bucket, id, payload, at, length);
            at += length;
        }
        require(at == end, "it has more pieces than it says");
    }

    private void require(boolean isRight, String problem) {
        if (!isRight) {
            throw ScratchFailures.altered(file.path(), "frame " + number, offset, problem);
        }
    }
}
