package io.rezarr.codec;

import io.rezarr.error.MalformedDataException;
import io.rezarr.json.JsonString;
import io.rezarr.metadata.CodecSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the items of a chunk stand in bytes whose elements are of variable size: strings, byte strings, ragged arrays.
 *
 * <p>Encoded form, of all three codecs: the number of items as a little-endian uint32, then for each the number of its bytes as a
 * little-endian uint32 and these bytes. So no item, no number of items exceeds 2^32 - 1; and since rezarr holds a chunk in one
 * array, no chunk has more than {@value #MAX_CHUNK_BYTES} bytes.
 *
 * <p>The bytes of an item are kept as they are. That a string is valid UTF-8 is not checked: NumCodecs writes and reads no other, and
 * what is damaged is better carried to where it can be looked at than changed.
 *
 * <p>Names: {@code vlen-utf8}, {@code vlen-bytes} in v2 (a filter) and v3; {@code vlen-array} in v2 only, with the {@code dtype} of the
 * numbers that an item is made of.
 *
 * @param name of the codec
 * @param itemBytes that the size of an item is a multiple of: that of one number of {@code vlen-array}, else 1
 * @param numberBytes of a number that has a byte order (a part of a complex one); 1 if there is none
 * @param isBigEndian whether numbers are stored big-endian
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/vlen.html">NumCodecs, codecs for variable-length objects</a>
 * @see <a href="https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/vlen-bytes">zarr-extensions, vlen-bytes codec</a>
 */
public record ItemForm(String name, int itemBytes, int numberBytes, boolean isBigEndian) {
    /** In memory each item of an array has a slot of this size, which tells where its bytes are. */
    public static final int SLOT_BYTES = Long.BYTES;

    /** The most bytes of a chunk that are decoded or encoded: what a Java array holds, with room for what does not compress. */
    public static final int MAX_CHUNK_BYTES = Integer.MAX_VALUE / 64 * 63;

    /** What stands in front of the items, and in front of each. */
    public static final int LENGTH_BYTES = Integer.BYTES;

    static final ItemForm BYTES = new ItemForm("vlen-bytes", 1, 1, false);
    private static final ItemForm UTF8 = new ItemForm("vlen-utf8", 1, 1, false);
    private static final Pattern NUMBER = Pattern.compile("([<>|])([biufcMm])(1|2|4|8|16)(\\[.*])?");

    /** The form that a codec gives its chunks; {@code null} if it is none of them, or one of a type that rezarr does not know. */
    static @Nullable ItemForm of(CodecSpec codec) {
        return switch (codec.name()) {
            case "vlen-utf8" -> UTF8;
            case "vlen-bytes" -> BYTES;
            case "vlen-array" -> codec.family() == CodecSpec.Family.V2 ? ofNumbers(codec) : null;
            default -> null;
        };
    }

    private static @Nullable ItemForm ofNumbers(CodecSpec codec) {
        if (!(codec.configuration().member("dtype") instanceof JsonString type)) {
            return null;
        }
        Matcher number = NUMBER.matcher(type.value());
        if (!number.matches()) {
            return null;
        }
        int bytes = Integer.parseInt(number.group(3));
        int ordered = number.group(2).equals("c") ? bytes / 2 : bytes;
        return new ItemForm(codec.name(), bytes, ordered, number.group(1).equals(">") && ordered > 1);
    }

    /** What data type an array has whose elements this codec encodes. */
    boolean fits(String dataType) {
        return switch (name) {
            case "vlen-utf8" -> dataType.equals("string");
            case "vlen-bytes" -> dataType.equals("bytes");
            default -> dataType.startsWith("vlen-array[");
        };
    }

    /**
     * Checks the number of items and all lengths; allocates nothing.
     *
     * @param chunk the remaining bytes
     * @param items how many there must be, padding included
     * @throws MalformedDataException if there are more or fewer, one reaches beyond the end or has a part of a number, or bytes are left
     *     over
     */
    public void check(ByteBuffer chunk, long items) {
        ByteBuffer bytes = chunk.slice().order(ByteOrder.LITTLE_ENDIAN);
        requireCount(bytes, items);
        int at = LENGTH_BYTES;
        for (long item = 0; item < items; item++) {
            int end = endOf(bytes, at, item);
            if (itemBytes > 1 && (end - at - LENGTH_BYTES) % itemBytes != 0) {
                throw new MalformedDataException(
                        name,
                        at,
                        "item " + item + " has " + (end - at - LENGTH_BYTES) + " bytes, expected a multiple of "
                                + itemBytes);
            }
            at = end;
        }
        requireEnd(bytes, at, items);
    }

    private void requireEnd(ByteBuffer bytes, int at, long items) {
        if (at != bytes.limit()) {
            throw new MalformedDataException(
                    name,
                    at,
                    "expected the end after " + items + " elements, found " + (bytes.limit() - at) + " bytes");
        }
    }

    private void requireCount(ByteBuffer bytes, long items) {
        if (bytes.limit() < LENGTH_BYTES) {
            throw new MalformedDataException(
                    name, 0, "expected a number of elements (4 bytes), found " + bytes.limit() + " bytes");
        }
        long found = Integer.toUnsignedLong(bytes.getInt(0));
        // Before anything is made of that size: each element takes at least the bytes of its length.
        if (found != items || items > (bytes.limit() - LENGTH_BYTES) / LENGTH_BYTES) {
            throw new MalformedDataException(
                    name, 0, "expected " + items + " elements, found " + found + " in " + bytes.limit() + " bytes");
        }
    }

    private int endOf(ByteBuffer bytes, int at, long item) {
        int left = bytes.limit() - at - LENGTH_BYTES;
        long length = left < 0 ? 0 : Integer.toUnsignedLong(bytes.getInt(at));
        if (left < 0 || length > left) {
            throw new MalformedDataException(
                    name,
                    at,
                    "element " + item + " has " + length + " bytes, but only " + Math.max(left, 0) + " follow");
        }
        return at + LENGTH_BYTES + (int) length;
    }
}
