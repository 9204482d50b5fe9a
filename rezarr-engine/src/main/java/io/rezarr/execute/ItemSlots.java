package io.rezarr.execute;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ItemForm;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.store.Sha256;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Items of variable size as elements of fixed size: each has a slot of eight bytes that says where its bytes are. Slots are scattered as
 * other elements are; only units that are decoded, and those that are written, have to do with the bytes.
 *
 * <p>A slot of zeros is the destination's fill value, whatever bytes it may have; so a unit that holds nothing else is all zeros. An item
 * of the source that equals it gets this slot, too. Immutable.
 */
public final class ItemSlots {
    private static final long FILL = 0;
    private static final long SOURCE_FILL = 1;
    /** The slot of the item at address 0. */
    private static final long FIRST = 2;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int LENGTH_BYTES = ItemForm.LENGTH_BYTES;

    private final ItemForm form;
    private final byte[] fill;
    private final byte[] sourceFill;

    private ItemSlots(ItemForm form, byte[] fill, byte[] sourceFill) {
        this.form = form;
        this.fill = fill;
        this.sourceFill = sourceFill;
    }

    /**
     * Those of an array on its way to another one, or to itself.
     *
     * @param chain of the source's units
     * @return {@code null} if elements have a fixed size
     */
    static @Nullable ItemSlots of(ArrayMetadata source, ArrayMetadata destination, CodecChain chain) {
        ItemForm form = chain.items();
        return form == null
                ? null
                : new ItemSlots(
                        form,
                        destination.fillValue().itemOf(destination.dataType()),
                        source.fillValue().itemOf(source.dataType()));
    }

    /** The slot of what the source does not have. */
    byte[] absentSlot() {
        byte[] slot = new byte[ItemForm.SLOT_BYTES];
        LONG.set(slot, 0, Arrays.equals(fill, sourceFill) ? FILL : SOURCE_FILL);
        return slot;
    }

    /**
     * The slots of a chunk's items, whose addresses are offsets in the chunk, in the order in which they stand there.
     *
     * @param chunk decoded and checked
     */
    ByteBuffer of(ByteBuffer chunk, int items, Workspace workspace) {
        byte[] bytes = chunk.array();
        int start = chunk.arrayOffset() + chunk.position();
        byte[] slots = workspace.borrow(items * ItemForm.SLOT_BYTES);
        int at = LENGTH_BYTES;
        for (int item = 0; item < items; item++) {
            int length = (int) INT.get(bytes, start + at);
            int first = start + at + LENGTH_BYTES;
            boolean isFill = length == fill.length && Arrays.equals(bytes, first, first + length, fill, 0, length);
            LONG.set(slots, item * ItemForm.SLOT_BYTES, isFill ? FILL : FIRST + at);
            at += LENGTH_BYTES + length;
        }
        return ByteBuffer.wrap(slots, 0, items * ItemForm.SLOT_BYTES);
    }

    /** The address that a slot says; negative if it is a fill value. */
    static long addressIn(byte[] slots, int at) {
        return (long) LONG.get(slots, at) - FIRST;
    }

    static void setAddress(byte[] slots, int at, long address) {
        LONG.set(slots, at, address + FIRST);
    }

    /** The bytes of an item. */
    byte[] itemAt(byte[] slots, int at, ItemBytes items) {
        long slot = (long) LONG.get(slots, at);
        if (slot < FIRST) {
            return slot == FILL ? fill.clone() : sourceFill.clone();
        }
        byte[] item = new byte[items.lengthOf(slot - FIRST)];
        items.get(slot - FIRST + LENGTH_BYTES, item, 0, item.length);
        return item;
    }

    /** The item with the bytes of its numbers in little-endian order. */
    byte[] littleEndian(byte[] item) {
        byte[] ordered = item.clone();
        if (form.isBigEndian()) {
            for (int i = 0; i < ordered.length; i++) {
                int number = i / form.numberBytes() * form.numberBytes();
                ordered[i] = item[2 * number + form.numberBytes() - 1 - i];
            }
        }
        return ordered;
    }

    /**
     * A unit as it is encoded: the items of its slots in order, in memory of the workspace.
     *
     * @param slots of one unit
     * @param maxBytes that the unit may have
     * @param unit in the grid of the destination, for messages
     * @throws InfeasiblePlanException if it has more
     */
    ByteBuffer gather(ByteBuffer slots, ItemBytes items, long maxBytes, long[] unit, Workspace workspace) {
        byte[] from = slots.array();
        int start = slots.arrayOffset() + slots.position();
        int end = start + slots.remaining();
        long bytes = bytesOf(from, start, end, items);
        if (bytes > maxBytes) {
            throw tooLarge(bytes, maxBytes, unit);
        }
        byte[] to = workspace.borrow((int) bytes);
        INT.set(to, 0, (end - start) / ItemForm.SLOT_BYTES);
        int at = LENGTH_BYTES;
        for (int i = start; i < end; i += ItemForm.SLOT_BYTES) {
            long slot = (long) LONG.get(from, i);
            if (slot < FIRST) {
                byte[] item = slot == FILL ? fill : sourceFill;
                INT.set(to, at, item.length);
                System.arraycopy(item, 0, to, at + LENGTH_BYTES, item.length);
                at += LENGTH_BYTES + item.length;
            } else {
                int length = LENGTH_BYTES + items.lengthOf(slot - FIRST);
                items.get(slot - FIRST, to, at, length);
                at += length;
            }
        }
        return ByteBuffer.wrap(to, 0, (int) bytes);
    }

    /** How many bytes a unit has; the sum of 2^28 numbers below 2^31 is a long. */
    private long bytesOf(byte[] slots, int start, int end, ItemBytes items) {
        long bytes = LENGTH_BYTES;
        for (int i = start; i < end; i += ItemForm.SLOT_BYTES) {
            long slot = (long) LONG.get(slots, i);
            int length =
                    slot == FILL ? fill.length : slot == SOURCE_FILL ? sourceFill.length : items.lengthOf(slot - FIRST);
            bytes += LENGTH_BYTES + (long) length;
        }
        return bytes;
    }

    private InfeasiblePlanException tooLarge(long bytes, long maxBytes, long[] unit) {
        if (bytes > ItemForm.MAX_CHUNK_BYTES) {
            return new InfeasiblePlanException(
                    "Chunk %s of the destination would have %d bytes decoded; chunks of %s of at most %d bytes can be. Choose smaller chunks, and shards (-s) of that shape if it is the file size that matters: shards have no such limit."
                            .formatted(Arrays.toString(unit), bytes, form.name(), (long) ItemForm.MAX_CHUNK_BYTES));
        }
        return new InfeasiblePlanException(
                "Chunk %s of the destination has %d bytes decoded, more than was to be expected from what was looked at: the memory leaves %d for one. Give %s times as much (-m), use fewer threads (-j), or choose smaller chunks."
                        .formatted(Arrays.toString(unit), bytes, maxBytes, (bytes + maxBytes - 1) / maxBytes));
    }

    /** What digests have of the items of a chunk: of each the first eight bytes of its SHA-256, numbers in it little-endian. */
    ByteBuffer words(ByteBuffer chunk, int items, Workspace workspace) {
        MessageDigest sha256 = workspace.context(ItemHash.class, "items", () -> new ItemHash(Sha256.start())).sha256;
        byte[] bytes = chunk.array();
        int at = chunk.arrayOffset() + chunk.position() + LENGTH_BYTES;
        ByteBuffer words = workspace.borrowBuffer(items * ItemForm.SLOT_BYTES);
        for (int item = 0; item < items; item++) {
            int length = (int) INT.get(bytes, at);
            int first = at + LENGTH_BYTES;
            byte[] hash;
            if (form.isBigEndian()) {
                hash = sha256.digest(littleEndian(Arrays.copyOfRange(bytes, first, first + length)));
            } else {
                sha256.update(bytes, first, length);
                hash = sha256.digest();
            }
            words.put(item * ItemForm.SLOT_BYTES, hash, 0, ItemForm.SLOT_BYTES);
            at = first + length;
        }
        return words;
    }

    /** What a digest has of one item, numbers in it little-endian. */
    public static byte[] wordOf(byte[] item) {
        return Arrays.copyOf(Sha256.start().digest(item), ItemForm.SLOT_BYTES);
    }

    /** The hash function of one thread. */
    private record ItemHash(MessageDigest sha256) implements AutoCloseable {
        @Override
        public void close() {}
    }
}
