package io.rezarr.codec.blosc;

import io.rezarr.memory.Workspace;

/** Encodes streams with one compressor at one level. The same input gives the same stream, whatever came before. */
interface StreamEncoder {
    /** How many bytes of the target may be overwritten for a stream of that many, even if the result is to be smaller. */
    int capacity(int bytes);

    /**
     * Encodes one stream.
     *
     * @param target with {@link #capacity} bytes, or {@code room} if that is more, behind {@code to}
     * @param room the most bytes that the result may have
     * @return the bytes of the result; 0 if it does not fit
     */
    int encode(byte[] source, int from, int bytes, byte[] target, int to, int room);

    static StreamEncoder of(BloscConfig config, boolean split, int blockBytes, Workspace workspace) {
        int level = config.level();
        long contextBytes = ContextBytes.ofEncoder(config, blockBytes);
        return switch (config.compressor()) {
            case BLOSCLZ ->
                workspace.context(
                        BloscLzEncoder.class,
                        split ? level : -level,
                        contextBytes,
                        () -> new BloscLzEncoder(level, split));
            case LZ4 -> Lz4Streams.ENCODER;
            case LZ4HC -> Lz4Streams.highEncoder(level);
            case SNAPPY -> SnappyStreams.ENCODER;
            case ZLIB ->
                workspace.context(ZlibStreams.Encoder.class, level, contextBytes, () -> new ZlibStreams.Encoder(level));
            case ZSTD ->
                workspace.context(ZstdStreams.Encoder.class, level, contextBytes, () -> new ZstdStreams.Encoder(level));
        };
    }
}
