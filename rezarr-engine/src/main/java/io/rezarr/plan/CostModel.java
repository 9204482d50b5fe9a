package io.rezarr.plan;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.codec.CodecChain;
import java.util.Map;

/**
 * What work costs, so that plans can be compared: rates of a local disk whose pages are cached, and of one core. They
 * decide between plans; they do not promise a time.
 *
 * @param requestSeconds to open, read and close a small value
 * @param createSeconds to create and close a value
 * @param readBytesPerSecond of stored bytes
 * @param writeBytesPerSecond of stored bytes
 * @param scratchWriteBytesPerSecond of pieces to scratch files
 * @param scratchReadBytesPerSecond back from there
 * @param copyBytesPerSecond of elements to their place in a region, one core
 */
public record CostModel(
        double requestSeconds,
        double createSeconds,
        double readBytesPerSecond,
        double writeBytesPerSecond,
        double scratchWriteBytesPerSecond,
        double scratchReadBytesPerSecond,
        double copyBytesPerSecond) {
    public static final CostModel LOCAL = new CostModel(6e-6, 40e-6, 3e9, 1.5e9, 1e9, 2.5e9, 2.5e9);

    /** Costs that differ by less do not decide: the smaller memory does. */
    static final double NEARLY = 1.02;

    private static final double NO_CODEC = 8e9;

    /** Decoded bytes a second and core, by what the encoded bytes are. */
    private static final Map<String, Double> DECODE = Map.of(
            "blosc", 1.4e9, "lz4", 2e9, "zstd", 0.9e9, "gzip", 0.3e9, "zlib", 0.3e9, "crc32c", 5e9, "bz2", 0.03e9,
            "lzma", 0.1e9);

    private static final Map<String, Double> ENCODE = Map.of(
            "blosc", 0.4e9, "lz4", 0.5e9, "zstd", 0.35e9, "gzip", 0.05e9, "zlib", 0.05e9, "crc32c", 5e9, "bz2", 0.02e9,
            "lzma", 0.01e9);

    private static final double UNKNOWN = 0.3e9;

    /**
     * Estimated seconds of each step, as if no step overlapped another.
     *
     * @param read of stored bytes, requests included
     * @param decode on all threads
     * @param scatter of decoded elements
     * @param scratch there and back
     * @param encode on all threads
     * @param write of stored bytes
     */
    public record Cost(double read, double decode, double scatter, double scratch, double encode, double write) {
        public double seconds() {
            return read + decode + scatter + scratch + encode + write;
        }
    }

    Cost of(Work work, CodecChain source, CodecChain destination, int threads) {
        boolean isScattered = work.decodes() > 0;
        double scattered = isScattered ? work.bytesDecoded() / copyBytesPerSecond : 0;
        double encoded = work.encodes() == 0 ? 0 : (double) work.encodes() * unitBytes(destination);
        return new Cost(
                work.reads() * requestSeconds / threads + work.bytesRead() / readBytesPerSecond,
                work.decodes() == 0 ? 0 : work.bytesDecoded() / (rate(source, DECODE) * threads),
                scattered / threads,
                work.bytesScratch() * (1 / scratchWriteBytesPerSecond + 1 / scratchReadBytesPerSecond),
                encoded / (rate(destination, ENCODE) * threads),
                work.writes() * createSeconds / threads + work.bytesWritten() / writeBytesPerSecond);
    }

    private static long unitBytes(CodecChain chain) {
        return unitChain(chain).decodedBytes();
    }

    private static CodecChain unitChain(CodecChain chain) {
        return chain.sharding() != null && chain.hasReadableInnerChunks()
                ? chain.sharding().inner()
                : chain;
    }

    private static double rate(CodecChain chain, Map<String, Double> rates) {
        double secondsPerByte = 1 / NO_CODEC;
        for (BytesToBytesCodec codec : unitChain(chain).bytesToBytes()) {
            secondsPerByte += 1 / rates.getOrDefault(codec.format(), UNKNOWN);
        }
        return 1 / secondsPerByte;
    }
}
