package io.rezarr.codec.blosc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.DataFormatException;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyError;

/** Raw snappy, through snappy-java. */
final class SnappyStreams {
    static final StreamDecoder DECODER = SnappyStreams::decode;
    static final StreamEncoder ENCODER = new Encoder();

    private static final int MAX_LENGTH_BYTES = 5;

    private SnappyStreams() {}

    /** The native decoder writes as many bytes as the stream announces, whatever room there is: so that is read first. */
    private static int decode(byte[] source, int from, int bytes, byte[] target, int to, int room)
            throws DataFormatException {
        long announced = announcedBytes(source, from, bytes);
        if (announced > room) {
            throw new DataFormatException("announces " + announced + " bytes, there is room for " + room);
        }
        try {
            return Snappy.uncompress(source, from, bytes, target, to);
        } catch (IOException | SnappyError e) {
            throw StreamDecoder.malformed("not a snappy stream", e);
        }
    }

    private static long announcedBytes(byte[] source, int from, int bytes) throws DataFormatException {
        long announced = 0;
        for (int i = 0; i < Math.min(bytes, MAX_LENGTH_BYTES); i++) {
            byte part = source[from + i];
            announced |= (part & 0x7FL) << (7 * i);
            if (part >= 0) {
                return announced;
            }
        }
        throw new DataFormatException("the length in front of it does not end");
    }

    private static final class Encoder implements StreamEncoder {
        @Override
        public int capacity(int bytes) {
            return Snappy.maxCompressedLength(bytes);
        }

        @Override
        public int encode(byte[] source, int from, int bytes, byte[] target, int to, int room) {
            try {
                int encoded = Snappy.compress(source, from, bytes, target, to);
                return encoded <= room ? encoded : 0;
            } catch (IOException e) {
                throw new UncheckedIOException("snappy could not compress " + bytes + " bytes", e);
            }
        }
    }
}
