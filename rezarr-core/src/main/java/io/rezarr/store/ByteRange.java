package io.rezarr.store;

/**
 * A part of a value, in bytes.
 *
 * @param offset from the start if not negative; a negative one counts from the end: {@code -16} with length 16 is the
 *     last 16 bytes
 * @param length of the part
 */
public record ByteRange(long offset, int length) {
    /** @throws IllegalArgumentException if the length is negative, or a part from the end reaches beyond it */
    public ByteRange {
        if (length < 0 || (offset < 0 && offset + length > 0)) {
            throw new IllegalArgumentException("no byte range: offset " + offset + ", length " + length);
        }
    }

    public static ByteRange suffix(int length) {
        return new ByteRange(-(long) length, length);
    }
}
