package io.rezarr.codec.blosc;

import io.rezarr.codec.compress.Lz4Library;
import java.util.zip.DataFormatException;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** Raw LZ4 blocks, through lz4-java. It has no acceleration: every level of {@code lz4} compresses as c-blosc's level 9. */
final class Lz4Streams {
    private static final LZ4SafeDecompressor DECOMPRESSOR = Lz4Library.FACTORY.safeDecompressor();

    static final StreamDecoder DECODER = Lz4Streams::decode;
    static final StreamEncoder ENCODER = new Encoder(Lz4Library.FACTORY.fastCompressor());
    private static final StreamEncoder[] HIGH_ENCODERS = new StreamEncoder[10];

    static {
        for (int level = 1; level < HIGH_ENCODERS.length; level++) {
            HIGH_ENCODERS[level] = new Encoder(Lz4Library.FACTORY.highCompressor(level));
        }
    }

    private Lz4Streams() {}

    static StreamEncoder highEncoder(int level) {
        return HIGH_ENCODERS[level];
    }

    private static int decode(byte[] source, int from, int bytes, byte[] target, int to, int room)
            throws DataFormatException {
        try {
            return DECOMPRESSOR.decompress(source, from, bytes, target, to, room);
        } catch (LZ4Exception e) {
            throw StreamDecoder.malformed("not an LZ4 block of at most " + room + " bytes", e);
        }
    }

    private record Encoder(LZ4Compressor compressor) implements StreamEncoder {
        @Override
        public int capacity(int bytes) {
            return compressor.maxCompressedLength(bytes);
        }

        @Override
        public int encode(byte[] source, int from, int bytes, byte[] target, int to, int room) {
            int encoded = compressor.compress(source, from, bytes, target, to, capacity(bytes));
            return encoded <= room ? encoded : 0;
        }
    }
}
