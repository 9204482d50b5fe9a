package io.rezarr.store;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The central directory of a zip file (zip64 too), kept as it stands in the file, with the places of its records sorted by name: about 70 bytes of
 * memory for an entry. Of several entries of one name the last counts, as zarr-python reads (and, replacing a value, writes) them. Records of
 * directories are left out.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT</a>
 */
final class ZipDirectory {
    /**
     * One value.
     *
     * @param headerOffset of its local header, from the start of the file
     */
    record Entry(String name, int method, int crc, long storedBytes, long bytes, long headerOffset) {}

    static final int STORED = 0;
    static final int DEFLATED = 8;

    private static final int END_BYTES = 22;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int END64_BYTES = 56;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int RECORD_BYTES = 46;
    private static final int RECORD_SIGNATURE = 0x02014b50;
    private static final int MAX_COMMENT_BYTES = 0xffff;
    private static final int ENCRYPTED = 1;
    private static final int UTF8 = 1 << 11;
    private static final int EXTRA_ZIP64 = 1;
    /** More than that is no directory of a Zarr store: ten million entries have less. */
    private static final long MAX_DIRECTORY_BYTES = 1L << 30;

    private final String name;
    private final ByteBuffer records;
    /** Places of records, by name. */
    private final int[] sorted;
    /** What stands before the zip file in the same file, which offsets do not count. */
    private final long shift;
    /** Where the directory begins, and all data end. */
    private final long dataEnd;

    private ZipDirectory(String name, ByteBuffer records, int[] sorted, long shift, long dataEnd) {
        this.name = name;
        this.records = records;
        this.sorted = sorted;
        this.shift = shift;
        this.dataEnd = dataEnd;
    }

    private record Place(long entries, long bytes, long offset, long end) {}

    /**
     * Reads it.
     *
     * @throws MalformedDataException if there is none, or it contradicts itself or the file
     * @throws UnsupportedFeatureException if the zip file has several parts, or a name that could mean several things
     */
    static ZipDirectory read(FileChannel channel, String name) throws IOException {
        Place place = place(channel, name);
        long start = place.end() - place.bytes();
        long shift = start - place.offset();
        if (place.bytes() < 0 || place.bytes() > MAX_DIRECTORY_BYTES || start < 0 || place.offset() < 0 || shift < 0) {
            throw damaged(
                    name,
                    place.end(),
                    "its directory is said to have " + place.bytes() + " bytes at " + place.offset()
                            + ", which do not fit into the " + place.end() + " bytes before its end record");
        }
        if (place.entries() < 0 || place.entries() > place.bytes() / RECORD_BYTES) {
            throw damaged(name, place.end(), place.entries() + " entries do not fit into " + place.bytes() + " bytes");
        }
        ByteBuffer records = bytes(channel, start, (int) place.bytes());
        int[] places = places(records, (int) place.entries(), name, start);
        int[] sorted = sortedByName(records, places);
        return new ZipDirectory(name, records, sorted, shift, start);
    }

    private static Place place(FileChannel channel, String name) throws IOException {
        long size = channel.size();
        int tail = (int) Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
        ByteBuffer bytes = bytes(channel, size - tail, tail);
        for (int at = tail - END_BYTES; at >= 0; at--) {
            if (bytes.getInt(at) == END_SIGNATURE && at + END_BYTES + unsignedShort(bytes, at + 20) == tail) {
                return place(channel, bytes, at, size - tail + at, name);
            }
        }
        throw damaged(
                name, size, "no end record of a zip file is in its last " + tail + " bytes: it is cut off, or none");
    }

    private static Place place(FileChannel channel, ByteBuffer tail, int at, long end, String name) throws IOException {
        long entries = unsignedShort(tail, at + 10);
        long bytes = unsignedInt(tail, at + 12);
        long offset = unsignedInt(tail, at + 16);
        boolean isZip64 = entries == 0xffff || bytes == 0xffffffffL || offset == 0xffffffffL;
        if (isZip64 && end >= LOCATOR_BYTES) {
            ByteBuffer locator = bytes(channel, end - LOCATOR_BYTES, LOCATOR_BYTES);
            if (locator.getInt(0) == LOCATOR_SIGNATURE) {
                return place64(channel, locator.getLong(8), end - LOCATOR_BYTES, name);
            }
        }
        int disks = unsignedShort(tail, at + 4) | unsignedShort(tail, at + 6);
        requireOnePart(disks != 0 || unsignedShort(tail, at + 8) != entries, name);
        return new Place(entries, bytes, offset, end);
    }

    private static Place place64(FileChannel channel, long said, long locator, String name) throws IOException {
        // Where it should be, or right before its locator if something stands before the zip file.
        for (long at : new long[] {said, locator - END64_BYTES}) {
            if (at >= 0 && at <= locator - END64_BYTES) {
                ByteBuffer end = bytes(channel, at, END64_BYTES);
                if (end.getInt(0) == END64_SIGNATURE) {
                    boolean parts = end.getInt(16) != 0 || end.getInt(20) != 0 || end.getLong(24) != end.getLong(32);
                    requireOnePart(parts, name);
                    return new Place(end.getLong(32), end.getLong(40), end.getLong(48), at);
                }
            }
        }
        throw damaged(name, locator, "its zip64 end record is not at " + said);
    }

    private static void requireOnePart(boolean isOneOfSeveral, String name) {
        if (isOneOfSeveral) {
            throw new UnsupportedFeatureException(
                    "'" + name + "' is one part of a zip file of several; put them together first.");
        }
    }

    private static ByteBuffer bytes(FileChannel channel, long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        FileReads.part(channel, offset, length, bytes, 0);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the records begin, each checked, without those of directories. */
    private static int[] places(ByteBuffer records, int entries, String name, long start) {
        int[] places = new int[entries];
        int count = 0;
        int at = 0;
        for (int i = 0; i < entries; i++) {
            if (records.limit() - at < RECORD_BYTES || records.getInt(at) != RECORD_SIGNATURE) {
                throw damaged(name, start + at, "expected record " + i + " of " + entries + " of its directory");
            }
            int next = addExactly(
                    at,
                    RECORD_BYTES + nameBytes(records, at) + extraBytes(records, at) + unsignedShort(records, at + 32));
            if (next > records.limit()) {
                throw damaged(name, start + at, "record " + i + " of its directory ends behind it");
            }
            if (isValue(records, at, name, start)) {
                places[count++] = at;
            }
            at = next;
        }
        return Arrays.copyOf(places, count);
    }

    private static int addExactly(int at, int bytes) {
        return Math.addExact(at, bytes);
    }

    private static boolean isValue(ByteBuffer records, int at, String name, long start) {
        int length = nameBytes(records, at);
        int flags = unsignedShort(records, at + 8);
        if (length > 0 && records.get(at + RECORD_BYTES + length - 1) == '/') {
            return false;
        }
        String entry = nameOf(records, at);
        boolean isAscii = true;
        for (int i = 0; i < length; i++) {
            isAscii &= records.get(at + RECORD_BYTES + i) >= 0;
        }
        if (!isAscii && (flags & UTF8) == 0) {
            throw new UnsupportedFeatureException("'" + name + "' holds the name '" + entry
                    + "', which is neither ASCII nor marked as UTF-8, so that it may mean several keys. Make the zip"
                    + " file again with a tool that writes UTF-8 names.");
        }
        String problem = StoreKey.problemOf(entry);
        if (problem != null) {
            throw damaged(name, start + at, "the name '" + entry + "' is no key: " + problem);
        }
        return true;
    }

    private static int[] sortedByName(ByteBuffer records, int[] places) {
        int[] sorted = places;
        int[] other = new int[places.length];
        // A stable merge sort from the bottom up, so that of equal names the last stays last.
        for (int width = 1; width < places.length; width *= 2) {
            for (int from = 0; from < places.length; from += 2 * width) {
                int middle = Math.min(from + width, places.length);
                int end = Math.min(middle + width, places.length);
                merge(records, sorted, from, middle, end, other);
            }
            int[] swapped = sorted;
            sorted = other;
            other = swapped;
        }
        int count = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i + 1 == sorted.length || compare(records, sorted[i], sorted[i + 1]) != 0) {
                sorted[count++] = sorted[i];
            }
        }
        return Arrays.copyOf(sorted, count);
    }

    private static void merge(ByteBuffer records, int[] from, int start, int middle, int end, int[] to) {
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++) {
            boolean takesLeft = left < middle && (right >= end || compare(records, from[left], from[right]) <= 0);
            to[i] = takesLeft ? from[left++] : from[right++];
        }
    }

    private static int compare(ByteBuffer records, int a, int b) {
        byte[] bytes = records.array();
        int startA = records.arrayOffset() + a + RECORD_BYTES;
        int startB = records.arrayOffset() + b + RECORD_BYTES;
        return Arrays.compareUnsigned(
                bytes, startA, startA + nameBytes(records, a), bytes, startB, startB + nameBytes(records, b));
    }

    /** The value of that name; {@code null} if there is none. */
    @Nullable
    Entry find(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        int index = ceiling(utf8);
        return index < sorted.length && compare(sorted[index], utf8) == 0 ? entry(index) : null;
    }

    /** The index of the first value whose name is not before that one. */
    int ceiling(String key) {
        return ceiling(key.getBytes(StandardCharsets.UTF_8));
    }

    private int ceiling(byte[] key) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(sorted[middle], key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int compare(int at, byte[] key) {
        int start = records.arrayOffset() + at + RECORD_BYTES;
        return Arrays.compareUnsigned(records.array(), start, start + nameBytes(records, at), key, 0, key.length);
    }

    int size() {
        return sorted.length;
    }

    String nameAt(int index) {
        return nameOf(records, sorted[index]);
    }

    /**
     * The value at an index, in the order of the bytes of names.
     *
     * @throws MalformedDataException if its record contradicts itself
     * @throws UnsupportedFeatureException if it is encrypted
     */
    Entry entry(int index) {
        int at = sorted[index];
        String entry = nameOf(records, at);
        if ((unsignedShort(records, at + 8) & ENCRYPTED) != 0) {
            throw new UnsupportedFeatureException("'" + name + "/" + entry
                    + "' is encrypted; rezarr reads no encrypted zip files. Decrypt it first.");
        }
        long bytes = unsignedInt(records, at + 24);
        long stored = unsignedInt(records, at + 20);
        long offset = unsignedInt(records, at + 42);
        if (bytes == 0xffffffffL || stored == 0xffffffffL || offset == 0xffffffffL) {
            Extra64 extra = new Extra64(at);
            bytes = extra.of(bytes);
            stored = extra.of(stored);
            offset = extra.of(offset);
        }
        if (bytes < 0 || stored < 0 || offset < 0 || offset > dataEnd - shift || stored > dataEnd - shift - offset) {
            throw damaged(
                    name,
                    dataEnd + at,
                    "'" + entry + "' is said to have " + stored + " bytes at " + offset + ", but its data end at "
                            + (dataEnd - shift));
        }
        int method = unsignedShort(records, at + 10);
        if (method == STORED && stored != bytes) {
            throw damaged(
                    name,
                    dataEnd + at,
                    "'" + entry + "' is stored as it is, in " + stored + " bytes, but is said to have " + bytes);
        }
        return new Entry(entry, method, records.getInt(at + 16), stored, bytes, offset + shift);
    }

    long dataEnd() {
        return dataEnd;
    }

    /** The eight-byte figures of a record, which stand there only for those that do not fit into four. */
    private final class Extra64 {
        private final int record;
        private int next = -1;
        private int end = -1;

        Extra64(int record) {
            this.record = record;
            int at = record + RECORD_BYTES + nameBytes(records, record);
            int limit = at + extraBytes(records, record);
            while (at <= limit - 4 && next < 0) {
                int bytes = unsignedShort(records, at + 2);
                if (unsignedShort(records, at) == EXTRA_ZIP64 && bytes <= limit - at - 4) {
                    next = at + 4;
                    end = next + bytes;
                }
                at += 4 + bytes;
            }
        }

        long of(long figure) {
            if (figure != 0xffffffffL) {
                return figure;
            }
            if (next < 0 || next > end - Long.BYTES) {
                throw damaged(
                        name,
                        dataEnd + record,
                        "'" + nameOf(records, record) + "' lacks the figures of its zip64 record");
            }
            next += Long.BYTES;
            return records.getLong(next - Long.BYTES);
        }
    }

    private static int nameBytes(ByteBuffer records, int at) {
        return unsignedShort(records, at + 28);
    }

    private static int extraBytes(ByteBuffer records, int at) {
        return unsignedShort(records, at + 30);
    }

    private static String nameOf(ByteBuffer records, int at) {
        return new String(
                records.array(),
                records.arrayOffset() + at + RECORD_BYTES,
                nameBytes(records, at),
                StandardCharsets.UTF_8);
    }

    private static int unsignedShort(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    private static long unsignedInt(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    static MalformedDataException damaged(String name, long offset, String problem) {
        return new MalformedDataException("zip file", offset, problem).in(name);
    }
}
