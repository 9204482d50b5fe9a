package io.rezarr.codec.blosc;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.zip.DataFormatException;

/** zstd frames, through zstd-jni. */
final class ZstdStreams {
    private static final int MAX_LEVEL = 22;

    private ZstdStreams() {}

    /** Blosc's nine levels are spread over those of zstd. */
    static int zstdLevel(int level) {
        return level < 9 ? level * 2 - 1 : MAX_LEVEL;
    }

    static final class Decoder implements StreamDecoder, AutoCloseable {
        private final ZstdDecompressCtx context = new ZstdDecompressCtx();

        @Override
        public int decode(byte[] source, int from, int bytes, byte[] target, int to, int room)
                throws DataFormatException {
            try {
                return context.decompressByteArray(target, to, room, source, from, bytes);
            } catch (ZstdException e) {
                throw StreamDecoder.malformed("not a zstd frame of at most " + room + " bytes", e);
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }

    static final class Encoder implements StreamEncoder, AutoCloseable {
        private final ZstdCompressCtx context = new ZstdCompressCtx();

        Encoder(int level) {
            context.setLevel(zstdLevel(level));
        }

        @Override
        public int capacity(int bytes) {
            return (int) Zstd.compressBound(bytes);
        }

        @Override
        public int encode(byte[] source, int from, int bytes, byte[] target, int to, int room) {
            int encoded = context.compressByteArray(target, to, capacity(bytes), source, from, bytes);
            return encoded <= room ? encoded : 0;
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
