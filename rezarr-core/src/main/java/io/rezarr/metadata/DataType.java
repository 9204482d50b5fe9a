package io.rezarr.metadata;

import java.util.List;

/**
 * A data type, without the byte order in which it is stored (which {@link ArrayMetadata#codecs} tells): v2
 * {@code <f4} and {@code >f4} and v3 {@code float32} are one type. The engine needs its size only.
 *
 * @param name as messages show it, in the terms of v3 where it has a name there: {@code float32}, {@code numpy.datetime64[ns]},
 *     {@code S5}, {@code struct{a:int32, b:float64}}, {@code string}
 * @param kind of the type
 * @param elementBytes of one element; 0 if elements have no fixed size, or rezarr does not know the type
 * @param numbers the parts of an element that are stored in a byte order, by ascending offset, of fixed-size types
 */
public record DataType(String name, Kind kind, int elementBytes, List<ByteRun> numbers) {
    public enum Kind {
        BOOL,
        INT,
        UINT,
        FLOAT,
        COMPLEX,
        DATETIME,
        TIMEDELTA,
        /** {@code S} of NumPy: bytes, padded with zeros. */
        BYTES,
        /** {@code U} of NumPy: UTF-32 code units, padded with zeros. */
        UNICODE,
        /** Bytes without a meaning: {@code V} of NumPy, {@code r*} of v3. */
        RAW,
        STRUCT,
        /** Elements of differing size: strings, byte strings, ragged arrays, objects. */
        VARIABLE,
        /** A type that rezarr does not know: its chunks can be moved, not decoded. */
        UNKNOWN
    }

    public DataType {
        numbers = List.copyOf(numbers);
    }

    public boolean isFixedSize() {
        return elementBytes > 0;
    }
}
