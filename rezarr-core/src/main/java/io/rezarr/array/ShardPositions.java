package io.rezarr.array;

import io.rezarr.codec.ShardIndex;
import io.rezarr.codec.ShardingCodec;

/** The index of a shard that is being written, and the order in which its inner chunks may come. */
final class ShardPositions {
    private final ShardIndex index;
    private int last = -1;
    private boolean finished;

    ShardPositions(ShardingCodec sharding) {
        index = new ShardIndex(Math.toIntExact(sharding.innerChunksPerShard().elements()));
    }

    boolean isEmpty() {
        return last < 0;
    }

    void requireNext(int position) {
        if (finished) {
            throw new IllegalStateException("the shard is committed already");
        }
        if (position <= last || position >= index.innerChunks()) {
            throw new IllegalArgumentException("position " + position + " after " + last + " in a shard of "
                    + index.innerChunks() + " inner chunks; positions must ascend");
        }
    }

    void add(int position, long offset, long length) {
        index.set(position, offset, length);
        last = position;
    }

    ShardIndex finish() {
        if (finished) {
            throw new IllegalStateException("the shard is committed already");
        }
        finished = true;
        return index;
    }
}
