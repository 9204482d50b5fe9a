package io.rezarr.store;

import io.rezarr.error.MalformedDataException;

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

    /** That a value of so many bytes does not have this part. */
    public MalformedDataException isBeyond(long bytes) {
        String part = offset < 0 ? "the last " + -offset + " bytes" : length + " bytes at offset " + offset;
        return new MalformedDataException(
                "stored value", bytes, "expected " + part + ", but it has " + bytes + " bytes");
    }

    public static ByteRange suffix(int length) {
        return new ByteRange(-(long) length, length);
    }
}
