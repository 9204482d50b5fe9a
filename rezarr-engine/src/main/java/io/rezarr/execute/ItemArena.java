package io.rezarr.execute;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of all items of one region, in memory of a fixed size that is used again for the next one. When they need more, the arena
 * goes on counting, so that it can be said how much. Items are put in by many threads, each in room of its own, and read when
 * all are there.
 */
final class ItemArena implements ItemBytes {
    private final RegionBuffers buffers;
    private final int slabBytes;
    private final int slabShift;
    private final long capacity;
    private final AtomicReferenceArray<byte @Nullable []> slabs;
    private final AtomicLong needed = new AtomicLong();

    /**
     * @param buffers give slabs of that size
     * @param slabBytes a power of two
     */
    ItemArena(RegionBuffers buffers, int slabBytes, long capacity) {
        this.buffers = buffers;
        this.slabBytes = slabBytes;
        this.slabShift = Integer.numberOfTrailingZeros(slabBytes);
        this.capacity = capacity;
        this.slabs = new AtomicReferenceArray<>(Math.toIntExact((capacity + slabBytes - 1) / slabBytes));
    }

    /** Takes room, and says where it begins; -1 if there is none. */
    long take(long bytes) {
        long end = needed.addAndGet(bytes);
        return end <= capacity ? end - bytes : -1;
    }

    /** What was asked for, whether or not there was room. */
    long neededBytes() {
        return needed.get();
    }

    boolean isOutgrown() {
        return needed.get() > capacity;
    }

    void put(long address, byte[] from, int at, int length) {
        long to = address;
        int done = 0;
        while (done < length) {
            int offset = (int) to & slabBytes - 1;
            int piece = Math.min(length - done, slabBytes - offset);
            System.arraycopy(from, at + done, slab((int) (to >>> slabShift)), offset, piece);
            done += piece;
            to += piece;
        }
    }

    private byte[] slab(int i) {
        byte[] slab = slabs.get(i);
        return slab != null ? slab : newSlab(i);
    }

    private synchronized byte[] newSlab(int i) {
        byte[] slab = slabs.get(i);
        if (slab == null) {
            slab = buffers.take();
            slabs.set(i, slab);
        }
        return slab;
    }

    @Override
    public void get(long address, byte[] to, int at, int length) {
        long from = address;
        int done = 0;
        while (done < length) {
            int offset = (int) from & slabBytes - 1;
            int piece = Math.min(length - done, slabBytes - offset);
            System.arraycopy(slab((int) (from >>> slabShift)), offset, to, at + done, piece);
            done += piece;
            from += piece;
        }
    }

    @Override
    public int lengthOf(long address) {
        int length = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            long at = address + i;
            length |= (slab((int) (at >>> slabShift))[(int) at & slabBytes - 1] & 0xFF) << (Byte.SIZE * i);
        }
        return length;
    }

    /** Gives the memory back; what was put in is gone. */
    void release() {
        for (int i = 0; i < slabs.length(); i++) {
            byte[] slab = slabs.getAndSet(i, null);
            if (slab != null) {
                buffers.giveBack(slab);
            }
        }
    }
}
