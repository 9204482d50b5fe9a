package io.rezarr.execute;

import io.rezarr.codec.ItemForm;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/** Brings the items of read units into the arena of a region; the slots that tell of them are scattered after that. */
final class RegionItems {
    private RegionItems() {}

    /**
     * Copies the items of a box of a unit, and lets their slots tell where they are now.
     *
     * @param chunk the decoded unit
     * @param slots of the unit; addresses are offsets in the chunk
     * @param start of the first slot of the box
     * @param strides of slots, in bytes
     * @return whether there was room; if not, the slots are as they were
     */
    static boolean keep(ItemArena arena, ByteBuffer chunk, byte[] slots, int start, long[] extents, long[] strides) {
        ChunkItems items = new ChunkItems(chunk);
        Sum sum = new Sum(slots, items);
        forEach(extents, strides, start, sum);
        long to = arena.take(sum.bytes);
        if (to < 0) {
            return false;
        }
        forEach(extents, strides, start, new Move(arena, items, chunk, slots, to));
        return true;
    }

    /** Calls for each slot of a box, where it stands. */
    static void forEach(long[] extents, long[] strides, int start, IntConsumer consumer) {
        forEach(extents, strides, 0, start, consumer);
    }

    private static void forEach(long[] extents, long[] strides, int axis, int at, IntConsumer consumer) {
        if (axis == extents.length) {
            consumer.accept(at);
            return;
        }
        int step = (int) strides[axis];
        int end = at + (int) extents[axis] * step;
        for (int i = at; i < end; i += step) {
            if (axis == extents.length - 1) {
                consumer.accept(i);
            } else {
                forEach(extents, strides, axis + 1, i, consumer);
            }
        }
    }

    private static final class Sum implements IntConsumer {
        private final byte[] slots;
        private final ChunkItems chunk;
        private long bytes;

        Sum(byte[] slots, ChunkItems chunk) {
            this.slots = slots;
            this.chunk = chunk;
        }

        @Override
        public void accept(int at) {
            long address = ItemSlots.addressIn(slots, at);
            if (address >= 0) {
                bytes += ItemForm.LENGTH_BYTES + chunk.lengthOf(address);
            }
        }
    }

    private static final class Move implements IntConsumer {
        private final ItemArena arena;
        private final ChunkItems items;
        private final byte[] chunk;
        private final int chunkStart;
        private final byte[] slots;
        private long to;

        Move(ItemArena arena, ChunkItems items, ByteBuffer chunk, byte[] slots, long to) {
            this.arena = arena;
            this.items = items;
            this.chunk = chunk.array();
            this.chunkStart = chunk.arrayOffset() + chunk.position();
            this.slots = slots;
            this.to = to;
        }

        @Override
        public void accept(int at) {
            long address = ItemSlots.addressIn(slots, at);
            if (address >= 0) {
                int bytes = ItemForm.LENGTH_BYTES + items.lengthOf(address);
                arena.put(to, chunk, chunkStart + (int) address, bytes);
                ItemSlots.setAddress(slots, at, to);
                to += bytes;
            }
        }
    }
}
