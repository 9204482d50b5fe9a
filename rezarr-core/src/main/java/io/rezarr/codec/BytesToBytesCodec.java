package io.rezarr.codec;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;

/**
 * Bytes to bytes: compressors, checksums, v2 filters. All buffers are on the heap; results lie in memory of the
 * workspace or are views of the input, and are valid until either is released. Inputs are not changed, position
 * included.
 */
public non-sealed interface BytesToBytesCodec extends Codec {
    /** The most bytes that {@link #encode} makes of that many. */
    long maxEncodedBytes(long decodedBytes);

    /**
     * The exact number of bytes that {@link #encode} makes of that many, whatever they are; -1 if it depends on them, as it does
     * for every compressor.
     */
    default long fixedEncodedBytes(long decodedBytes) {
        return -1;
    }

    /** Whether encoding only adds bytes, so that {@link #decode} gives a view of the encoded ones. */
    default boolean onlyAddsBytes() {
        return false;
    }

    /**
     * What the encoded bytes are, whichever name the metadata use: codecs of one format decode what the others encoded
     * ({@code zstd} of v2, {@code zstd} and {@code numcodecs.zstd} of v3).
     */
    default String format() {
        return name().startsWith("numcodecs.") ? name().substring("numcodecs.".length()) : name();
    }

    /** Encodes the remaining bytes. The same input gives the same output, whatever came before. */
    ByteBuffer encode(ByteBuffer decoded, Workspace workspace);

    /**
     * Decodes the remaining bytes. Sizes in headers are not believed: nothing larger than {@code maxDecodedBytes} is
     * allocated or returned.
     *
     * @throws io.rezarr.error.MalformedDataException if they do not decode, decode to more than
     *     {@code maxDecodedBytes}, or are followed by others
     */
    ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace);

    /**
     * Checks what can be seen without decoding: headers, lengths, checksums of the encoded bytes.
     *
     * @param decodedBytes what they must decode to; -1 if it is not known (another codec lies between)
     * @param workspace for a codec that sees no size without decoding
     * @throws io.rezarr.error.MalformedDataException if they cannot decode to that
     */
    default void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {}

    /** The most bytes that {@link #encode} borrows from the workspace for that many; 2^63 - 1 at most. */
    default long encodingBytes(long decodedBytes) {
        return Workspace.sizeFor(maxEncodedBytes(decodedBytes));
    }

    /** The most bytes that {@link #decode} or {@link #check} borrows from the workspace where the result may have that many. */
    default long decodingBytes(long maxDecodedBytes) {
        return Workspace.sizeFor(maxDecodedBytes);
    }

    /**
     * The most bytes that the contexts of this codec take, native and on the heap, which the workspace keeps: for encoding and decoding together,
     * of inputs of at most that many bytes.
     */
    default long contextBytes(long decodedBytes) {
        return 0;
    }
}
