package io.rezarr.codec.blosc;

import static java.lang.Math.addExact;

import io.rezarr.codec.BlockCodec;
import io.rezarr.codec.DecodedPart;
import io.rezarr.codec.EncodedRanges;
import io.rezarr.codec.NeededBytes;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import java.nio.ByteBuffer;

/**
 * Compresses with Blosc 1: cut into blocks, shuffled by bytes or bits, compressed by one of six compressors.
 *
 * <p>Encoded form: one Blosc 1 frame, laid out as c-blosc 1.21 does (the same sizes of blocks and streams; what does not get
 * smaller is copied behind a header). The size grows by at most 16 bytes. Every frame describes itself: decoding needs
 * nothing of the configuration.
 *
 * <p>Name: {@code blosc} in v2 and v3. Configuration, v2: {@code {"cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize":
 * 0}}, with the typesize of the data type, and shuffle 0 (none), 1 (bytes), 2 (bits) or -1 (bits for elements of one byte, bytes
 * for others). v3: {@code {"cname": "zstd", "clevel": 5, "shuffle": "shuffle", "typesize": 4, "blocksize": 0}}, with shuffle
 * {@code noshuffle}, {@code shuffle} or {@code bitshuffle}. {@code cname} is one of {@code blosclz}, {@code lz4}, {@code lz4hc},
 * {@code snappy}, {@code zlib}, {@code zstd}; {@code clevel} 0 to 9, where 0 only copies; {@code blocksize} 0 lets the encoder
 * choose. A typesize over 255 is taken as 1.
 *
 * <p>Known incompatibilities: an empty input gives a valid frame that numcodecs does not decode; {@code snappy} is not in
 * numcodecs' wheels; {@code lz4} compresses a little more than c-blosc below level 9, and slower.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/codecs/blosc/index.html">Zarr v3, blosc codec</a>
 * @see <a href="https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst">Blosc chunk format</a>
 */
public final class BloscCodec implements BlockCodec {
    public static final String NAME = "blosc";

    private final BloscConfig config;

    private BloscCodec(BloscConfig config) {
        this.config = config;
    }

    /**
     * The codec of a v2 compressor or v3 codec of that name.
     *
     * @param elementBytes of the array's data type, 0 if it has no fixed size: the typesize, where the configuration has none
     * @throws io.rezarr.error.InvalidMetadataException if a member of the configuration is wrong or unknown; by its name,
     *     with what was found and expected
     */
    public static BlockCodec of(CodecSpec spec, int elementBytes) {
        return new BloscCodec(BloscConfig.of(spec, elementBytes));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return addExact(decodedBytes, FrameWriter.MAX_OVERHEAD);
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        int bytes = decoded.remaining();
        if (bytes > FrameWriter.MAX_DECODED_BYTES) {
            throw new IllegalArgumentException(
                    "bytes to encode are " + bytes + ", at most " + FrameWriter.MAX_DECODED_BYTES + " are possible");
        }
        ByteBuffer heap = withArray(decoded);
        return new FrameWriter(config, heap.array(), heap.arrayOffset() + heap.position(), bytes).write(workspace);
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        Frame frame = frameOf(encoded);
        if (frame.decodedBytes > maxDecodedBytes) {
            throw Frame.malformed(
                    4, "header says " + frame.decodedBytes + " decoded bytes, expected at most " + maxDecodedBytes);
        }
        if (frame.isCopied()) {
            return encoded.slice(encoded.position() + Frame.HEADER_BYTES, frame.decodedBytes);
        }
        byte[] target = workspace.borrow(frame.decodedBytes);
        new FrameReader(frame, workspace).decodeAll(target, 0);
        return ByteBuffer.wrap(target, 0, frame.decodedBytes);
    }

    @Override
    public int blockBytes(EncodedRanges encoded) {
        return FramePart.header(encoded).blockBytes;
    }

    @Override
    public DecodedPart decodePart(EncodedRanges encoded, long decodedBytes, NeededBytes needed, Workspace workspace) {
        return FramePart.decode(encoded, decodedBytes, needed, workspace);
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        Frame frame = frameOf(encoded);
        if (decodedBytes >= 0) {
            frame.checkDecodedBytes(decodedBytes);
        }
        if (!frame.isCopied()) {
            FrameReader.walk(frame);
        }
    }

    @Override
    public long encodingBytes(long decodedBytes) {
        return ContextBytes.borrowedToEncode(config, decodedBytes);
    }

    /**
     * {@inheritDoc}
     *
     * <p>For frames with blocks as c-blosc writes them (1 MiB at most, unless {@code blocksize} says more). A frame with
     * larger ones, from another writer, needs as much as two of its blocks more.
     */
    @Override
    public long decodingBytes(long maxDecodedBytes) {
        return ContextBytes.borrowedToDecode(config, maxDecodedBytes);
    }

    @Override
    public long contextBytes(long decodedBytes) {
        return ContextBytes.of(config, decodedBytes);
    }

    private static Frame frameOf(ByteBuffer encoded) {
        ByteBuffer heap = withArray(encoded);
        return new Frame(heap.array(), heap.arrayOffset() + heap.position(), heap.remaining());
    }

    /** The buffer itself, or a copy if it is read-only, which hides its array. */
    private static ByteBuffer withArray(ByteBuffer buffer) {
        return buffer.hasArray()
                ? buffer
                : ByteBuffer.allocate(buffer.remaining())
                        .put(buffer.duplicate())
                        .flip();
    }
}
