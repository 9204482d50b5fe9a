package io.rezarr.vectors.node;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The groups of the links within a chunk, of which both reference implementations make one. */
public final class LinkGroups {
    private static final int MAGIC = 0x5A564647;
    private static final int BYTES = 44;

    private LinkGroups() {}

    /** An encoded {@link io.rezarr.vectors.model.FragmentIndex} of one range over that many links. */
    public static ByteBuffer one(long links) {
        ByteBuffer index = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        index.putInt(MAGIC).putShort((short) 1).putShort((short) 0).putInt(1).putInt(1);
        index.putLong(1).putLong(0).putLong(links).putInt(0);
        return index.flip();
    }
}
