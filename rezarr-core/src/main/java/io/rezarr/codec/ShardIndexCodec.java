package io.rezarr.codec;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Shard indices as bytes: an array of uint64 with an offset and a length for each inner chunk, in the axes that are stored, through
 * codecs of fixed size.
 */
final class ShardIndexCodec {
    private static final String INDEX = "shard index";
    private static final DataType UINT64 = new DataType("uint64", DataType.Kind.UINT, 8, List.of(new ByteRun(0, 8, 1)));
    private static final int ENTRY_BYTES = 2 * Long.BYTES;

    private final CodecChain chain;
    private final int innerChunks;
    private final ByteOrder byteOrder;
    private final long[] strides;

    private ShardIndexCodec(CodecChain chain, int innerChunks) {
        this.chain = chain;
        this.innerChunks = innerChunks;
        this.byteOrder = chain.layout().bigEndian().isEmpty() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        this.strides = chain.layout().strides(chain.chunkShape());
    }

    /** @throws InvalidMetadataException if the codecs do not make a fixed number of bytes */
    static ShardIndexCodec of(List<CodecSpec> codecs, List<Integer> storedAxes, Shape innerChunksPerShard) {
        long innerChunks = innerChunksPerShard.elements();
        if (innerChunks > Workspace.MAX_ARRAY_BYTES / (2 * ENTRY_BYTES)) {
            throw new UnsupportedFeatureException(
                    "A shard of " + innerChunksPerShard + " inner chunks has " + innerChunks
                            + " of them, more than the " + Workspace.MAX_ARRAY_BYTES / (2 * ENTRY_BYTES)
                            + " whose index fits in memory. Use larger inner chunks, or smaller shards.");
        }
        long[] indexShape = new long[storedAxes.size() + 1];
        for (int i = 0; i < storedAxes.size(); i++) {
            indexShape[i] = innerChunksPerShard.extent(storedAxes.get(i));
        }
        indexShape[storedAxes.size()] = 2;
        CodecChain chain = CodecChain.of(codecs, UINT64, List.of(), new byte[Long.BYTES], Shape.of(indexShape));
        if (chain.fixedEncodedBytes() < 0) {
            throw new InvalidMetadataException("Codec 'sharding_indexed': index_codecs "
                    + codecs.stream().map(CodecSpec::name).toList()
                    + " must make a fixed number of bytes: 'bytes', then perhaps 'crc32c'.");
        }
        return new ShardIndexCodec(chain, (int) innerChunks);
    }

    int encodedBytes() {
        return (int) chain.fixedEncodedBytes();
    }

    long workspaceBytes() {
        return Arithmetic.plus(chain.workspaceBytes(), Workspace.sizeFor(chain.decodedBytes()));
    }

    ShardIndex decode(ByteBuffer encoded, long shardBytes, Workspace workspace) {
        if (encoded.remaining() != encodedBytes()) {
            throw new MalformedDataException(
                    INDEX,
                    0,
                    "expected " + encodedBytes() + " bytes for " + innerChunks + " inner chunks, found "
                            + encoded.remaining());
        }
        int mark = workspace.mark();
        ByteBuffer entries = decodeEntries(encoded, workspace).order(byteOrder);
        ShardIndex index = new ShardIndex(innerChunks);
        for (int position = 0; position < innerChunks; position++) {
            int at = entries.position() + entryOffset(position);
            long offset = entries.getLong(at);
            long length = entries.getLong(at + (int) strides[strides.length - 1]);
            if (offset == -1 && length == -1) {
                continue;
            }
            requireInside(position, offset, length, shardBytes);
            index.set(position, offset, length);
        }
        workspace.releaseTo(mark);
        return index;
    }

    private ByteBuffer decodeEntries(ByteBuffer encoded, Workspace workspace) {
        try {
            return chain.decode(encoded, workspace);
        } catch (MalformedDataException e) {
            throw new MalformedDataException(INDEX, 0, "" + e.getMessage(), e);
        }
    }

    /** All three numbers are unsigned: 2^63 and more is never inside. */
    private static void requireInside(int position, long offset, long length, long shardBytes) {
        if (offset < 0 || length < 0 || length > shardBytes || offset > shardBytes - length) {
            throw new MalformedDataException(
                    INDEX,
                    (long) position * ENTRY_BYTES,
                    "inner chunk at position " + position + " has offset " + Long.toUnsignedString(offset)
                            + " and length "
                            + Long.toUnsignedString(length)
                            + (offset == -1 || length == -1 ? ", one of which says that it is absent" : "")
                            + "; expected both inside the " + shardBytes + " bytes of the shard");
        }
    }

    ByteBuffer encode(ShardIndex index, Workspace workspace) {
        if (index.innerChunks() != innerChunks) {
            throw new IllegalArgumentException(
                    "index has " + index.innerChunks() + " inner chunks, must have " + innerChunks);
        }
        ByteBuffer entries = workspace.borrowBuffer((int) chain.decodedBytes()).order(byteOrder);
        for (int position = 0; position < innerChunks; position++) {
            int at = entries.position() + entryOffset(position);
            entries.putLong(at, index.offset(position));
            entries.putLong(at + (int) strides[strides.length - 1], index.length(position));
        }
        return chain.encode(entries, workspace);
    }

    /** Where the offset of an inner chunk lies; a transpose among the index codecs may have moved it. */
    private int entryOffset(int position) {
        long rest = position;
        long offset = 0;
        for (int axis = strides.length - 2; axis >= 0; axis--) {
            long extent = chain.chunkShape().extent(axis);
            offset += rest % extent * strides[axis];
            rest /= extent;
        }
        return (int) offset;
    }
}
