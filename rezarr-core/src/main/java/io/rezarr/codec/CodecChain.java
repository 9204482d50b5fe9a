package io.rezarr.codec;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All codecs of one chunk, resolved for its shape and data type. Immutable, safe for use by many threads (each with a
 * workspace of its own).
 *
 * <p>What lies between two bytes→bytes codecs may have at most {@link StageSizes#limit} bytes: exactly as many as are known, where
 * only codecs of fixed size lie before; else an eighth more than rezarr would make there at worst, and 64 KiB.
 */
public final class CodecChain {
    private final Shape chunkShape;
    private final ElementLayout layout;
    private final long decodedBytes;
    private final @Nullable ShardingCodec sharding;
    private final List<BytesToBytesCodec> bytesToBytes;
    private final @Nullable ItemForm items;
    private final StageSizes sizes;

    /** @param sharding {@code null} if elements are serialised by {@code bytes} */
    CodecChain(
            Shape chunkShape,
            ElementLayout layout,
            long decodedBytes,
            @Nullable ShardingCodec sharding,
            List<BytesToBytesCodec> bytesToBytes) {
        this.chunkShape = chunkShape;
        this.layout = layout;
        this.decodedBytes = decodedBytes;
        this.sharding = sharding;
        this.bytesToBytes = List.copyOf(bytesToBytes);
        this.items = null;
        this.sizes = sharding == null
                ? new StageSizes(decodedBytes, decodedBytes, bytesToBytes)
                : new StageSizes(-1, sharding.maxShardBytes(), bytesToBytes);
    }

    /** Of items of variable size, whose slots have that layout. */
    CodecChain(
            Shape chunkShape,
            ElementLayout layout,
            long slotBytes,
            ItemForm items,
            long maxItemBytes,
            List<BytesToBytesCodec> bytesToBytes) {
        this.chunkShape = chunkShape;
        this.layout = layout;
        this.decodedBytes = slotBytes;
        this.sharding = null;
        this.bytesToBytes = List.copyOf(bytesToBytes);
        this.items = items;
        this.sizes = StageSizes.ofItems(maxItemBytes, bytesToBytes);
    }

    /**
     * The chain of an array's chunks (shards, when it is sharded).
     *
     * @throws io.rezarr.error.UnsupportedFeatureException if a codec or the data type is not known, by name, with those that are
     * @throws io.rezarr.error.InvalidMetadataException if a configuration is wrong, or the codecs are not in the order array→array,
     *     array→bytes, bytes→bytes
     */
    public static CodecChain of(ArrayMetadata metadata) {
        return of(metadata, ItemForm.MAX_CHUNK_BYTES);
    }

    /**
     * The chain, likewise.
     *
     * @param maxItemBytes the most bytes that the items of one chunk (inner chunk) may have together, lengths included; only arrays of items
     *     of variable size ask for it
     */
    public static CodecChain of(ArrayMetadata metadata, long maxItemBytes) {
        DataType type = metadata.dataType();
        if (type.kind() == DataType.Kind.VARIABLE) {
            return new ItemChainResolver(type, maxItemBytes).resolve(metadata.codecs(), metadata.chunkShape());
        }
        return of(
                metadata.codecs(),
                type,
                metadata.bigEndianRuns(),
                metadata.fillValue().elementOf(type),
                metadata.chunkShape());
    }

    /**
     * The chain of chunks of a shape, likewise.
     *
     * @param codecs from elements to bytes
     * @param type of the elements
     * @param mixedBigEndian the numbers that are big-endian where {@code bytes} has the endian {@code mixed} (v2 structs)
     * @param fillElement what the elements of absent inner chunks are: one element, little-endian
     * @param chunkShape of one chunk, no extent 0
     * @throws io.rezarr.error.InvalidMetadataException also if such a chunk has 2^63 bytes or more
     */
    public static CodecChain of(
            List<CodecSpec> codecs, DataType type, List<ByteRun> mixedBigEndian, byte[] fillElement, Shape chunkShape) {
        return ChainResolver.of(type, mixedBigEndian, fillElement).resolve(codecs, chunkShape);
    }

    public Shape chunkShape() {
        return chunkShape;
    }

    /** The layout of decoded chunks; of shards, it is that of their innermost chunks. */
    public ElementLayout layout() {
        return layout;
    }

    /**
     * An element for the part of a chunk that lies beyond the array, where any will do: the fill value; where filters cannot keep that,
     * what zeros behind them decode to.
     *
     * @param fill one element in the byte order of {@link #layout}
     */
    public byte[] paddingElement(byte[] fill) {
        if (sharding != null) {
            return sharding.inner().paddingElement(fill);
        }
        List<BytesToBytesCodec> filters =
                bytesToBytes.stream().takeWhile(ElementFilter.class::isInstance).toList();
        try (Workspace workspace = new Workspace()) {
            ByteBuffer element = ByteBuffer.wrap(fill);
            for (BytesToBytesCodec filter : filters) {
                element = filter.encode(element, workspace);
            }
            return fill.clone();
        } catch (UnsupportedFeatureException cannotBeKept) {
            return decodedZeros(filters, fill.length);
        }
    }

    private static byte[] decodedZeros(List<BytesToBytesCodec> filters, int elementBytes) {
        long[] sizes = new long[filters.size() + 1];
        sizes[0] = elementBytes;
        for (int i = 0; i < filters.size(); i++) {
            sizes[i + 1] = filters.get(i).fixedEncodedBytes(sizes[i]);
        }
        ByteBuffer element = ByteBuffer.allocate((int) sizes[filters.size()]);
        try (Workspace workspace = new Workspace()) {
            for (int i = filters.size() - 1; i >= 0; i--) {
                element = filters.get(i).decode(element, (int) sizes[i], workspace);
            }
            byte[] decoded = new byte[elementBytes];
            element.get(decoded);
            return decoded;
        }
    }

    /** How items of variable size stand in the bytes that are decoded; {@code null} if elements have a fixed size. */
    public @Nullable ItemForm items() {
        return items;
    }

    /** The most bytes that the items of a chunk may have together, lengths included. */
    public long maxItemBytes() {
        return items == null ? 0 : sizes.limit(0);
    }

    /** The size of a decoded chunk (of items of variable size: of their slots); may exceed what {@link #decode} can hold (2 GiB) when the chain is sharded. */
    public long decodedBytes() {
        return decodedBytes;
    }

    /** The most bytes that {@link #encode} makes. */
    public long maxEncodedBytes() {
        return sizes.maxEncodedBytes();
    }

    /** The number of bytes that every chunk is encoded to; -1 if that depends on its elements. */
    public long fixedEncodedBytes() {
        return sizes.fixedEncodedBytes();
    }

    /** The bytes→bytes codecs in the order of encoding. */
    public List<BytesToBytesCodec> bytesToBytes() {
        return bytesToBytes;
    }

    /** The sharding codec; {@code null} if chunks are not sharded. */
    public @Nullable ShardingCodec sharding() {
        return sharding;
    }

    /**
     * Whether an inner chunk can be read without the rest of its shard: sharded, without bytes→bytes codecs around the shard. (When
     * shards are nested, an inner chunk is a shard of the next level, which is read whole.)
     */
    public boolean hasReadableInnerChunks() {
        return sharding != null && bytesToBytes.isEmpty();
    }

    /**
     * Decodes one chunk, whole shards included (absent inner chunks become the fill value).
     *
     * @return {@link #decodedBytes} bytes in {@link #layout}; of items of variable size the bytes that {@link ItemForm} describes, checked,
     *     the items in the order of the layout
     * @throws io.rezarr.error.MalformedDataException if they do not decode to exactly that many
     * @throws UnsupportedFeatureException if a decoded chunk has more than 2 GiB
     */
    public ByteBuffer decode(ByteBuffer encoded, Workspace workspace) {
        requireInMemory();
        ByteBuffer serialised = encoded.duplicate();
        for (int i = bytesToBytes.size() - 1; i >= 0; i--) {
            serialised = bytesToBytes.get(i).decode(serialised, sizes.limit(i), workspace);
        }
        if (items != null) {
            items.check(serialised, chunkShape.elements());
            return serialised;
        }
        if (sharding != null) {
            return sharding.decodeShard(serialised, (int) decodedBytes, workspace);
        }
        requireExact(serialised.remaining());
        return serialised;
    }

    /** Which parts of an encoded chunk {@link #decodePart} decodes without the rest. */
    public PartialDecoding partialDecoding() {
        if (sharding != null || items != null || bytesToBytes.size() > 1) {
            return PartialDecoding.NONE;
        }
        if (bytesToBytes.isEmpty()) {
            return PartialDecoding.BYTES;
        }
        return bytesToBytes.get(0) instanceof BlockCodec ? PartialDecoding.BLOCKS : PartialDecoding.NONE;
    }

    /**
     * The decoded size of what decodes alone in this chunk: 1 where any bytes do, that of a block, as its header tells it, or 0 if
     * it is the whole chunk.
     *
     * @throws io.rezarr.error.MalformedDataException if the header is wrong
     */
    public int partBytes(EncodedRanges encoded) {
        return switch (partialDecoding()) {
            case NONE -> 0;
            case BYTES -> 1;
            case BLOCKS -> ((BlockCodec) bytesToBytes.get(0)).blockBytes(encoded);
        };
    }

    /**
     * Decodes no more of one chunk than is needed, as far as {@link #partialDecoding} allows; else all of it. What is not needed is
     * not checked, except for the size of the whole.
     *
     * @param encoded of which no more is read than is needed, but for gaps that are cheaper to read than to leave out
     * @param needed within {@link #decodedBytes}
     * @return a part in {@link #layout}, whose buffer spans the needed bytes; what lies between them may be anything
     * @throws io.rezarr.error.MalformedDataException if what is needed does not decode, or the header or length of the whole shows
     *     that it has not {@link #decodedBytes}
     * @throws UnsupportedFeatureException if the part, or what must be decoded for it, has more than 2 GiB
     */
    public DecodedPart decodePart(EncodedRanges encoded, NeededBytes needed, Workspace workspace) {
        needed.requireWithin(decodedBytes);
        if (partialDecoding() != PartialDecoding.BYTES) {
            requireInMemory();
        } else if (needed.spanBytes() > Workspace.MAX_ARRAY_BYTES) {
            throw new UnsupportedFeatureException("A part of " + needed.spanBytes() + " bytes is more than the "
                    + Workspace.MAX_ARRAY_BYTES + " that are decoded at once. Use smaller parts.");
        }
        return switch (partialDecoding()) {
            case NONE -> decodeWhole(encoded, workspace);
            case BYTES -> {
                requireExact(encoded.bytes());
                yield StoredRuns.read(encoded, 0, needed, 0, workspace);
            }
            case BLOCKS -> ((BlockCodec) bytesToBytes.get(0)).decodePart(encoded, decodedBytes, needed, workspace);
        };
    }

    private DecodedPart decodeWhole(EncodedRanges encoded, Workspace workspace) {
        int encodedBytes = Math.toIntExact(encoded.bytes());
        byte[] all = workspace.borrow(encodedBytes);
        encoded.read(0, all, 0, encodedBytes);
        ByteBuffer decoded = decode(ByteBuffer.wrap(all, 0, encodedBytes), workspace);
        return new DecodedPart(decoded, 0, encodedBytes, decoded.remaining());
    }

    /**
     * Encodes one chunk of {@link #decodedBytes} bytes in {@link #layout}, or of at most {@link #maxItemBytes} bytes of items. Inner chunks of a shard that are all fill value, bit for bit,
     * are left out; the others stand in the order of their {@link ShardingCodec#position}. (A shard that does not fit in memory is
     * written inner chunk by inner chunk instead.)
     *
     * @throws IllegalArgumentException if it has another size
     * @throws UnsupportedFeatureException if a decoded chunk, or what it may be encoded to, has more than 2 GiB
     */
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        requireInMemory();
        boolean fits = items == null ? decoded.remaining() == decodedBytes : decoded.remaining() <= sizes.limit(0);
        if (!fits) {
            throw new IllegalArgumentException("decoded has " + decoded.remaining() + " bytes, must have "
                    + (items == null ? String.valueOf(decodedBytes) : "at most " + sizes.limit(0)));
        }
        ByteBuffer encoded = sharding == null ? decoded.duplicate() : sharding.encodeShard(decoded, workspace);
        for (BytesToBytesCodec codec : bytesToBytes) {
            encoded = codec.encode(encoded, workspace);
        }
        return encoded;
    }

    /**
     * Checks an encoded chunk as far as it can be without decoding: exact length where it is known, headers, checksums of encoded bytes,
     * shard indices and the inner chunks that they tell of.
     *
     * @throws io.rezarr.error.MalformedDataException if it cannot be decoded
     */
    public void check(ByteBuffer encoded, Workspace workspace) {
        ByteBuffer bytes = encoded.duplicate();
        for (int i = bytesToBytes.size() - 1; i >= 0; i--) {
            BytesToBytesCodec codec = bytesToBytes.get(i);
            codec.check(bytes, sizes.fixedBytes(i), workspace);
            if (!codec.onlyAddsBytes()) {
                return;
            }
            bytes = codec.decode(bytes, sizes.limit(i), workspace);
        }
        if (sharding != null) {
            sharding.checkShard(bytes, workspace);
        } else if (items != null) {
            items.check(bytes, chunkShape.elements());
        } else {
            requireExact(bytes.remaining());
        }
    }

    /** The most stored bytes of a chunk that are worth reading: an eighth more than {@link #maxEncodedBytes}, and 64 KiB; twice as many if sharded. */
    public int maxStoredBytes() {
        return sizes.maxStoredBytes();
    }

    /** The most bytes that {@link #decode} or {@link #check} borrows from the workspace; 2^63 - 1 if there is no bound. */
    public long decodingBytes() {
        long shardBytes = sharding == null ? 0 : sharding.decodingBytes(decodedBytes);
        return Arithmetic.plus(sizes.decodingBytes(), shardBytes);
    }

    /** The most bytes that {@link #encode} borrows from the workspace; 2^63 - 1 if there is no bound. */
    public long encodingBytes() {
        long shardBytes = sharding == null ? 0 : sharding.encodingBytes();
        return Arithmetic.plus(sizes.encodingBytes(), shardBytes);
    }

    /** The most that {@link #encode} takes, contexts included, for items that have no more than so many bytes; 2^63 - 1 if there is no bound. */
    public long itemEncodingBytes(long itemBytes) {
        StageSizes ofItems = StageSizes.ofItems(itemBytes, bytesToBytes);
        return Arithmetic.plus(ofItems.encodingBytes(), ofItems.contextBytes());
    }

    /** The most bytes that the contexts of all codecs take, which the workspace keeps: to encode and to decode. */
    public long contextBytes() {
        long shardBytes = sharding == null ? 0 : sharding.inner().contextBytes();
        return Arithmetic.plus(sizes.contextBytes(), shardBytes);
    }

    /**
     * The most bytes that decoding or encoding one chunk holds besides the chunk that is given: what it borrows from the workspace, and the
     * contexts of codecs, which the workspace keeps. An upper bound; 2^63 - 1 if there is none.
     */
    public long workspaceBytes() {
        return Arithmetic.plus(Math.max(decodingBytes(), encodingBytes()), contextBytes());
    }

    private void requireExact(long serialisedBytes) {
        if (serialisedBytes != decodedBytes) {
            throw new MalformedDataException(
                    BytesCodec.NAME,
                    0,
                    "expected " + decodedBytes + " bytes for a chunk of " + chunkShape + " elements of "
                            + layout.elementBytes() + " bytes, found " + serialisedBytes);
        }
    }

    private void requireInMemory() {
        if (decodedBytes > Workspace.MAX_ARRAY_BYTES) {
            throw new UnsupportedFeatureException("A chunk of " + chunkShape + " elements of " + layout.elementBytes()
                    + " bytes has " + decodedBytes + " bytes decoded, more than the " + Workspace.MAX_ARRAY_BYTES
                    + " that are coded at once. Use smaller chunks, or shards of smaller inner chunks.");
        }
    }
}
