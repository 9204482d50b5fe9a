package io.rezarr.execute;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ElementLayout;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.ByteRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Single elements as bytes: fill values in the byte order of a layout, and what differs between two byte orders. */
public final class ElementBytes {
    private ElementBytes() {}

    /** What the elements of absent chunks are, as a layout stores them; zeros for a v2 null. */
    public static byte[] fillOf(ArrayMetadata metadata, ElementLayout layout) {
        if (!metadata.dataType().isFixedSize()) {
            return new byte[layout.elementBytes()]; // the slot of the fill value
        }
        return inByteOrder(metadata.fillValue().elementOf(metadata.dataType()), layout.bigEndian());
    }

    /** What stands beyond the array in chunks at its edge, as a layout stores it: the fill value, if filters can keep that. */
    static byte[] paddingOf(ArrayMetadata metadata, ElementLayout layout) {
        return CodecChain.of(metadata).paddingElement(fillOf(metadata, layout));
    }

    /** The element with the bytes of those numbers reversed: from little-endian to a layout, or back. */
    public static byte[] inByteOrder(byte[] element, List<ByteRun> bigEndian) {
        byte[] ordered = element.clone();
        for (ByteRun run : bigEndian) {
            for (int i = 0; i < run.count() * run.width(); i++) {
                int number = i / run.width() * run.width();
                ordered[run.offset() + i] = element[run.offset() + number + run.width() - 1 - (i - number)];
            }
        }
        return ordered;
    }

    /** The numbers whose byte order differs. */
    static List<ByteRun> swaps(List<ByteRun> from, List<ByteRun> to) {
        if (from.equals(to)) {
            return List.of();
        }
        TreeMap<Integer, Integer> widths = new TreeMap<>();
        for (List<ByteRun> side : List.of(from, to)) {
            for (ByteRun run : side) {
                for (int i = 0; i < run.count(); i++) {
                    int offset = run.offset() + i * run.width();
                    // A number that is on both sides is big-endian on both.
                    if (widths.remove(offset) == null) {
                        widths.put(offset, run.width());
                    }
                }
            }
        }
        List<ByteRun> swaps = new ArrayList<>();
        widths.forEach((offset, width) -> addTo(swaps, offset, width));
        return swaps;
    }

    private static void addTo(List<ByteRun> runs, int offset, int width) {
        ByteRun last = runs.isEmpty() ? new ByteRun(0, 0, 0) : runs.get(runs.size() - 1);
        boolean continues = last.width() == width && last.offset() + last.width() * last.count() == offset;
        if (continues) {
            runs.set(runs.size() - 1, new ByteRun(last.offset(), width, last.count() + 1));
        } else {
            runs.add(new ByteRun(offset, width, 1));
        }
    }

    /** Whether those bytes are nothing but that element again and again, bit for bit. */
    static boolean isAll(byte[] element, byte[] bytes, int offset, int length) {
        int size = element.length;
        if (length < size) {
            return length == 0;
        }
        int end = offset + length;
        // Equal to itself shifted by one element, and the first one right: all are.
        return Arrays.equals(bytes, offset, offset + size, element, 0, size)
                && Arrays.equals(bytes, offset, end - size, bytes, offset + size, end);
    }
}
