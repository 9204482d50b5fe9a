package io.rezarr.codec.blosc;

import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** zlib streams (RFC 1950), through the JDK. */
final class ZlibStreams {
    private ZlibStreams() {}

    static final class Decoder implements StreamDecoder, AutoCloseable {
        private final Inflater inflater = new Inflater();
        private final byte[] oneMore = new byte[1];

        @Override
        public int decode(byte[] source, int from, int bytes, byte[] target, int to, int room)
                throws DataFormatException {
            inflater.reset();
            inflater.setInput(source, from, bytes);
            int decoded = 0;
            while (!inflater.finished() && decoded < room) {
                int more = inflater.inflate(target, to + decoded, room - decoded);
                if (more == 0 && !inflater.finished()) {
                    throw new DataFormatException("ends after " + decoded + " decoded bytes, or needs a dictionary");
                }
                decoded += more;
            }
            if (!inflater.finished() && (inflater.inflate(oneMore) > 0 || !inflater.finished())) {
                throw new DataFormatException("does not end after " + room + " decoded bytes");
            }
            if (inflater.getRemaining() > 0) {
                throw new DataFormatException("is followed by " + inflater.getRemaining() + " bytes");
            }
            return decoded;
        }

        @Override
        public void close() {
            inflater.end();
        }
    }

    static final class Encoder implements StreamEncoder, AutoCloseable {
        private final Deflater deflater;

        Encoder(int level) {
            deflater = new Deflater(level);
        }

        @Override
        public int capacity(int bytes) {
            return bytes;
        }

        @Override
        public int encode(byte[] source, int from, int bytes, byte[] target, int to, int room) {
            deflater.reset();
            deflater.setInput(source, from, bytes);
            deflater.finish();
            int encoded = 0;
            while (encoded < room && !deflater.finished()) {
                encoded += deflater.deflate(target, to + encoded, room - encoded);
            }
            return deflater.finished() ? encoded : 0;
        }

        @Override
        public void close() {
            deflater.end();
        }
    }
}
