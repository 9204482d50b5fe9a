package io.rezarr.execute;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The items of one decoded chunk; their addresses are offsets in it. A view: valid as long as its bytes are. */
final class ChunkItems implements ItemBytes {
    private final ByteBuffer chunk;

    /** @param chunk checked; its remaining bytes */
    ChunkItems(ByteBuffer chunk) {
        this.chunk = chunk.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void get(long address, byte[] to, int at, int length) {
        chunk.get((int) address, to, at, length);
    }

    @Override
    public int lengthOf(long address) {
        return chunk.getInt((int) address);
    }
}
