package io.rezarr.array;

import static io.rezarr.memory.Arithmetic.plus;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;

/**
 * What the work on one unit of an array (a chunk, or an inner chunk that can be reached alone) takes of a workspace. Upper bounds in bytes, with
 * buffers as long as they are lent; 2^63 - 1 where there is none.
 *
 * <p>Not in them: the decoded unit that is given to the encoder, unless it was just read; shard indexes, which are on the heap once they
 * are read.
 *
 * @param storedBytes to read the encoded unit from a store
 * @param decodingBytes to decode or check it
 * @param encodingBytes to encode a unit
 * @param contextBytes that contexts for both take, which a workspace keeps
 * @param indexBytes to read or write the index of a shard, while no unit is read or encoded; 0 if there is none
 */
public record UnitMemory(long storedBytes, long decodingBytes, long encodingBytes, long contextBytes, long indexBytes) {
    /** Of the units of an array that is stored through that chain. */
    public static UnitMemory of(CodecChain chain) {
        ShardingCodec sharding = chain.hasReadableInnerChunks() ? chain.sharding() : null;
        CodecChain unit = sharding == null ? chain : sharding.inner();
        boolean ofItems = unit.items() != null;
        // Slots of the items that are read, and as much for their digest; the items that are written, put in order.
        long slots = ofItems ? 2 * Workspace.sizeFor(unit.decodedBytes()) : 0;
        long inOrder = ofItems ? Workspace.sizeFor(unit.maxItemBytes()) : 0;
        return new UnitMemory(
                Workspace.sizeFor(unit.maxStoredBytes()) + Workspace.sizeFor(Store.FIRST_READ_BYTES),
                plus(unit.decodingBytes(), slots),
                plus(unit.encodingBytes(), inOrder),
                unit.contextBytes(),
                sharding == null ? 0 : sharding.indexWorkspaceBytes());
    }

    /** What is lent at once to read a unit and decode it, or to read an index. */
    public long readingBytes() {
        return Math.max(indexBytes, plus(storedBytes, decodingBytes));
    }

    /** What is lent at once to encode a unit that lies elsewhere, or to write an index. */
    public long writingBytes() {
        return Math.max(indexBytes, encodingBytes);
    }
}
