package io.rezarr.codec;

/** One step between elements and stored bytes, with its configuration. Immutable, safe for use by many threads. */
public sealed interface Codec permits TransposeCodec, BytesCodec, ShardingCodec, BytesToBytesCodec {
    /** The name as metadata have it. */
    String name();
}
