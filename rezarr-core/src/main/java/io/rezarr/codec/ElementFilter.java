package io.rezarr.codec;

import io.rezarr.metadata.DataType;

/**
 * Elements to elements, one of those perhaps of another type and size. What it decodes to is exact; where what it encodes would not
 * decode to the same bits again, it refuses to encode.
 */
public interface ElementFilter extends BytesToBytesCodec {
    /** Whether each element is encoded by itself, so that their order does not matter. */
    boolean isElementwise();

    /** Whether there are as many elements behind it as before, in the same shape. */
    default boolean keepsShape() {
        return true;
    }

    /** Whether the numbers that it makes may stand in either byte order. */
    default boolean isFreeOfByteOrder() {
        return encodedType().numbers().isEmpty();
    }

    /** What it makes of the elements; its numbers are little-endian in v3. */
    DataType encodedType();

    /** What readers take an element of absent inner chunks behind it for: the fill value, as a number of the type that it makes. */
    byte[] encodedFill(byte[] littleEndianFill);
}
