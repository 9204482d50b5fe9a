package io.rezarr.shuffle;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** Payloads of frames as raw LZ4 blocks. */
final class Lz4Frames {
    private Lz4Frames() {}

    /** The array that holds any frame of that size once its payload is compressed, be it incompressible. */
    static int maxFrameBytes(int frameBytes) {
        return Math.toIntExact(frameBytes + frameBytes / 255L + 16);
    }

    /** Compresses the payload from one frame's array into another's, at the same place; how long it is there. */
    static int compress(byte[] frame, int payloadBytes, byte[] into) {
        int room = into.length - FrameFormat.FRAME_OVERHEAD_BYTES;
        return Native.COMPRESSOR.compress(
                frame, FrameFormat.HEADER_BYTES, payloadBytes, into, FrameFormat.HEADER_BYTES, room);
    }

    /** Whether the stored payload decodes to exactly {@code payloadBytes}, which are at the start of {@code into} then. */
    static boolean decompress(byte[] frame, int storedBytes, byte[] into, int payloadBytes) {
        try {
            int found =
                    Native.DECOMPRESSOR.decompress(frame, FrameFormat.HEADER_BYTES, storedBytes, into, 0, payloadBytes);
            return found == payloadBytes;
        } catch (LZ4Exception e) {
            return false;
        }
    }

    /** Loaded when the first frame is compressed. Not the codecs' way to the library: a shuffle knows none of them. */
    private static final class Native {
        static final LZ4Compressor COMPRESSOR;
        static final LZ4SafeDecompressor DECOMPRESSOR;

        static {
            LZ4Factory factory = factory();
            COMPRESSOR = factory.fastCompressor();
            DECOMPRESSOR = factory.safeDecompressor();
        }

        /** In Java where there is no native library for the platform. */
        private static LZ4Factory factory() {
            try {
                return LZ4Factory.nativeInstance();
            } catch (LinkageError | AssertionError noNativeLibrary) {
                return LZ4Factory.safeInstance();
            }
        }
    }
}
