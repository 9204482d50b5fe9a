package io.rezarr.codec.compress;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * LZ4 as numcodecs has it.
 *
 * <p>Encoded form: the number of decoded bytes as a little-endian uint32 (below 2^31), then one raw LZ4 block (not the LZ4 frame format). n bytes
 * become at most n + n / 255 + 16 + 4. Id in v2: {@code lz4}, {@code {"id": "lz4", "acceleration": 1}}; name in v3: {@code numcodecs.lz4},
 * configuration {@code {"acceleration": 1}} or {@code {}}. Bytes behind the block are an error, as in numcodecs.
 *
 * <p>Known differences: blocks are always made with acceleration 1, whatever the metadata say (every decoder reads them). numcodecs cannot
 * decode a block of no bytes, this codec can.
 *
 * @param name as the metadata have it
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/compression/lz4.html">numcodecs, LZ4</a>
 * @see <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md">LZ4 block format</a>
 */
record Lz4Codec(String name) implements BytesToBytesCodec {
    static final String NAME = "lz4";

    private static final int LENGTH_BYTES = Integer.BYTES;
    /** LZ4_MAX_INPUT_SIZE. */
    private static final int MAX_BLOCK_BYTES = 0x7E000000;
    /** A byte of a block stands for at most 255 decoded ones. */
    private static final long MAX_EXPANSION = 255;

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return Math.addExact(decodedBytes, decodedBytes / 255 + 16 + LENGTH_BYTES);
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        int decodedBytes = decoded.remaining();
        if (decodedBytes > MAX_BLOCK_BYTES) {
            throw new UnsupportedFeatureException(name + " encodes at most " + MAX_BLOCK_BYTES
                    + " bytes at once, found " + decodedBytes + ". Choose smaller chunks, or another codec.");
        }
        ByteBuffer encoded = workspace
                .borrowBuffer(Math.toIntExact(maxEncodedBytes(decodedBytes)))
                .order(ByteOrder.LITTLE_ENDIAN);
        encoded.putInt(encoded.position(), decodedBytes);
        int blockBytes = Native.COMPRESSOR.compress(
                decoded.array(),
                decoded.arrayOffset() + decoded.position(),
                decodedBytes,
                encoded.array(),
                encoded.arrayOffset() + encoded.position() + LENGTH_BYTES,
                encoded.remaining() - LENGTH_BYTES);
        return encoded.limit(encoded.position() + LENGTH_BYTES + blockBytes);
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        int expected = declaredBytes(encoded);
        if (expected > maxDecodedBytes) {
            throw new MalformedDataException(
                    name, 0, "header says " + expected + " bytes, expected at most " + maxDecodedBytes);
        }
        ByteBuffer decoded = workspace.borrowBuffer(expected);
        int found = decompress(encoded, decoded);
        if (found != expected) {
            throw new MalformedDataException(
                    name, LENGTH_BYTES, "block decodes to " + found + " bytes, header says " + expected);
        }
        return decoded;
    }

    private int decompress(ByteBuffer encoded, ByteBuffer decoded) {
        try {
            return Native.DECOMPRESSOR.decompress(
                    encoded.array(),
                    encoded.arrayOffset() + encoded.position() + LENGTH_BYTES,
                    encoded.remaining() - LENGTH_BYTES,
                    decoded.array(),
                    decoded.arrayOffset() + decoded.position(),
                    decoded.remaining());
        } catch (LZ4Exception e) {
            throw new MalformedDataException(
                    name,
                    LENGTH_BYTES,
                    "block of " + (encoded.remaining() - LENGTH_BYTES) + " bytes does not decode to the "
                            + decoded.remaining() + " that the header says",
                    e);
        }
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        int declared = declaredBytes(encoded);
        if (decodedBytes >= 0 && declared != decodedBytes) {
            throw new MalformedDataException(name, 0, "header says " + declared + " bytes, expected " + decodedBytes);
        }
    }

    /** The number in the header, which the block can at least hold. */
    private int declaredBytes(ByteBuffer encoded) {
        int blockBytes = encoded.remaining() - LENGTH_BYTES;
        if (blockBytes < 1) {
            throw new MalformedDataException(
                    name, 0, "expected at least " + (LENGTH_BYTES + 1) + " bytes, found " + encoded.remaining());
        }
        int inBufferOrder = encoded.getInt(encoded.position());
        int declared = encoded.order() == ByteOrder.LITTLE_ENDIAN ? inBufferOrder : Integer.reverseBytes(inBufferOrder);
        if (declared < 0 || declared > blockBytes * MAX_EXPANSION) {
            throw new MalformedDataException(
                    name,
                    0,
                    "header says " + Integer.toUnsignedLong(declared) + " bytes, a block of " + blockBytes
                            + " bytes has at most " + Math.min(blockBytes * MAX_EXPANSION, Integer.MAX_VALUE));
        }
        return declared;
    }

    /** Loaded when the first block is coded, not when metadata are read. */
    private static final class Native {
        static final LZ4Compressor COMPRESSOR = Lz4Library.FACTORY.fastCompressor();
        static final LZ4SafeDecompressor DECOMPRESSOR = Lz4Library.FACTORY.safeDecompressor();
    }
}
