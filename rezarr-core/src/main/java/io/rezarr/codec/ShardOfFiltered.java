package io.rezarr.codec;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;

/**
 * A shard behind filters, which need all of its elements before one of them is known: a shard of bytes that is coded whole.
 *
 * @param sharding of the elements behind the filters
 */
record ShardOfFiltered(ShardingCodec sharding) implements BytesToBytesCodec {
    @Override
    public String name() {
        return sharding.name();
    }

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return sharding.maxShardBytes();
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        return sharding.encodeShard(decoded, workspace);
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        return sharding.decodeShard(encoded, maxDecodedBytes, workspace);
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        sharding.checkShard(encoded, workspace);
    }

    @Override
    public long encodingBytes(long decodedBytes) {
        return sharding.encodingBytes();
    }

    @Override
    public long decodingBytes(long maxDecodedBytes) {
        return sharding.decodingBytes(maxDecodedBytes);
    }

    @Override
    public long contextBytes(long decodedBytes) {
        return sharding.inner().contextBytes();
    }
}
