package io.rezarr.shuffle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The bytes of a scratch file, version 1; all numbers are little-endian. Frames one after the other, then the index.
 *
 * <pre>
 * frame   0 magic  4 version  6 flags  8 file number  12 pieces  16 payload bytes  20 stored bytes  24 offset in the file
 *         32 payload, as it is or as an LZ4 block   then CRC32C of all before it
 * payload pieces: 0 bucket  8 id  16 length  20 bytes
 * index   0 magic  4 version  6 flags  8 file number  12 frames  16 pieces  24 bytes of all pieces
 *         32 offset of each frame   then CRC32C of all before it
 * </pre>
 *
 * <p>A file is read by the process that wrote it: the version is there for people, and for those who sweep.
 */
final class FrameFormat {
    static final short VERSION = 1;
    static final int FRAME_MAGIC = 0x46535a52; // "RZSF"
    static final int INDEX_MAGIC = 0x49535a52; // "RZSI"
    static final short LZ4_FLAG = 1;

    static final int HEADER_BYTES = 32;
    static final int CHECKSUM_BYTES = 4;
    static final int PIECE_HEADER_BYTES = 20;

    /** What a frame has beside its payload. */
    static final int FRAME_OVERHEAD_BYTES = HEADER_BYTES + CHECKSUM_BYTES;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private FrameFormat() {}

    static long indexBytes(long frames) {
        return HEADER_BYTES + Long.BYTES * frames + CHECKSUM_BYTES;
    }

    static long longAt(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    static int intAt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    static short shortAt(byte[] bytes, int offset) {
        return (short) SHORT.get(bytes, offset);
    }

    static void putLong(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    static void putInt(byte[] bytes, int offset, int value) {
        INT.set(bytes, offset, value);
    }

    static void putShort(byte[] bytes, int offset, short value) {
        SHORT.set(bytes, offset, value);
    }

    static void putPieceHeader(byte[] bytes, int offset, long bucket, long id, int length) {
        putLong(bytes, offset, bucket);
        putLong(bytes, offset + 8, id);
        putInt(bytes, offset + 16, length);
    }

    static void putFrameHeader(
            byte[] bytes, short flags, int file, int pieces, int payloadBytes, int storedBytes, long offset) {
        putStart(bytes, FRAME_MAGIC, flags, file);
        putInt(bytes, 12, pieces);
        putInt(bytes, 16, payloadBytes);
        putInt(bytes, 20, storedBytes);
        putLong(bytes, 24, offset);
    }

    static void putIndexHeader(byte[] bytes, int file, int frames, long pieces, long pieceBytes) {
        putStart(bytes, INDEX_MAGIC, (short) 0, file);
        putInt(bytes, 12, frames);
        putLong(bytes, 16, pieces);
        putLong(bytes, 24, pieceBytes);
    }

    private static void putStart(byte[] bytes, int magic, short flags, int file) {
        putInt(bytes, 0, magic);
        putShort(bytes, 4, VERSION);
        putShort(bytes, 6, flags);
        putInt(bytes, 8, file);
    }
}
