package io.rezarr.codec.blosc;

import io.rezarr.codec.compress.ZstdContexts;
import io.rezarr.memory.Workspace;
import java.util.zip.DataFormatException;

/** Decodes the streams of one format. Reads and writes nothing outside the ranges it is given, whatever the stream says. */
interface StreamDecoder {
    /**
     * Decodes one stream.
     *
     * @param bytes of the stream, at least 1
     * @param room most bytes to write
     * @return bytes written
     * @throws DataFormatException if it is malformed or would need more room
     */
    int decode(byte[] source, int from, int bytes, byte[] target, int to, int room) throws DataFormatException;

    static StreamDecoder of(StreamFormat format, Workspace workspace) {
        return switch (format) {
            case BLOSCLZ -> BloscLzDecoder.INSTANCE;
            case LZ4 -> Lz4Streams.DECODER;
            case SNAPPY -> SnappyStreams.DECODER;
            case ZLIB ->
                workspace.context(ZlibStreams.Decoder.class, "", ContextBytes.INFLATER, ZlibStreams.Decoder::new);
            case ZSTD ->
                workspace.context(
                        ZstdStreams.Decoder.class, "", ZstdContexts.DECOMPRESSOR_BYTES, ZstdStreams.Decoder::new);
        };
    }

    static DataFormatException malformed(String problem, Throwable cause) {
        DataFormatException malformed = new DataFormatException(problem);
        malformed.initCause(cause);
        return malformed;
    }
}
