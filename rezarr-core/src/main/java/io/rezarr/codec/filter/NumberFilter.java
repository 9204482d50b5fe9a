package io.rezarr.codec.filter;

import io.rezarr.codec.ElementFilter;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Numbers to numbers, as many as there were. */
abstract class NumberFilter implements ElementFilter {
    private final String name;
    private final NumberType decoded;
    private final NumberType encoded;

    /**
     * @param name as the metadata have it
     * @param decoded what it decodes to
     * @param encoded what it makes of that
     */
    NumberFilter(String name, NumberType decoded, NumberType encoded) {
        this.name = name;
        this.decoded = decoded;
        this.encoded = encoded;
    }

    /**
     * Encodes so many numbers. Where one does not decode to its bits again, it {@link #refuse refuses} that one.
     *
     * @param at of the first, in bytes
     */
    abstract void encode(byte[] from, int at, byte[] to, int target, int count);

    /**
     * Decodes so many numbers.
     *
     * @throws MalformedDataException if one decodes to no number of the type
     */
    abstract void decode(byte[] from, int at, byte[] to, int target, int count);

    @Override
    public final String name() {
        return name;
    }

    final NumberType decoded() {
        return decoded;
    }

    final NumberType encoded() {
        return encoded;
    }

    @Override
    public final DataType encodedType() {
        return encoded.toDataType();
    }

    @Override
    public final byte[] encodedFill(byte[] littleEndianFill) {
        byte[] fill = new byte[encoded.bytes()];
        if (littleEndianFill.length == decoded.bytes()) {
            encoded.convert(decoded, littleEndianFill, 0, fill, 0);
        }
        return fill;
    }

    @Override
    public final long maxEncodedBytes(long decodedBytes) {
        return fixedEncodedBytes(decodedBytes);
    }

    @Override
    public final long fixedEncodedBytes(long decodedBytes) {
        long count = decodedBytes / decoded.bytes() + (decodedBytes % decoded.bytes() == 0 ? 0 : 1);
        return Math.multiplyExact(count, (long) encoded.bytes());
    }

    @Override
    public final ByteBuffer encode(ByteBuffer numbers, Workspace workspace) {
        int count = countOf(numbers, decoded);
        ByteBuffer result = workspace.borrowBuffer(Math.multiplyExact(count, encoded.bytes()));
        encode(
                numbers.array(),
                numbers.arrayOffset() + numbers.position(),
                result.array(),
                result.arrayOffset() + result.position(),
                count);
        return result;
    }

    @Override
    public final ByteBuffer decode(ByteBuffer numbers, int maxDecodedBytes, Workspace workspace) {
        int count = countOf(numbers, encoded);
        long bytes = (long) count * decoded.bytes();
        if (bytes > maxDecodedBytes) {
            throw new MalformedDataException(
                    name, 0, "expected at most " + maxDecodedBytes + " decoded bytes, found " + bytes);
        }
        ByteBuffer result = workspace.borrowBuffer((int) bytes);
        decode(
                numbers.array(),
                numbers.arrayOffset() + numbers.position(),
                result.array(),
                result.arrayOffset() + result.position(),
                count);
        return result;
    }

    @Override
    public final void check(ByteBuffer numbers, long decodedBytes, Workspace workspace) {
        int count = countOf(numbers, encoded);
        if (decodedBytes >= 0 && (long) count * decoded.bytes() != decodedBytes) {
            throw new MalformedDataException(
                    name,
                    0,
                    "expected " + fixedEncodedBytes(decodedBytes) + " bytes for " + decodedBytes
                            + " decoded ones, found " + numbers.remaining());
        }
    }

    private int countOf(ByteBuffer numbers, NumberType type) {
        if (numbers.remaining() % type.bytes() != 0) {
            throw new MalformedDataException(
                    name,
                    0,
                    "expected a multiple of the " + type.bytes() + " bytes of a number, found " + numbers.remaining());
        }
        return numbers.remaining() / type.bytes();
    }

    /** The error that says that a number would be another one if it were encoded. */
    final UnsupportedFeatureException refuse(byte[] numbers, int at) {
        return refusal(name, describe(decoded, numbers, at));
    }

    static UnsupportedFeatureException refusal(String name, String element) {
        return new UnsupportedFeatureException("Filter '" + name + "' cannot keep the element " + element
                + ": encoded, it would be read as another one. Leave chunks and codecs as they are, so that chunks are"
                + " moved undecoded, or take the filters away (--filters none).");
    }

    static String describe(NumberType type, byte[] numbers, int at) {
        String value =
                type.isFloat() ? Double.toString(type.real(numbers, at)) : Long.toString(type.integer(numbers, at));
        byte[] bytes = java.util.Arrays.copyOfRange(numbers, at, at + type.bytes());
        return value + " (bytes " + HexFormat.of().formatHex(bytes) + ")";
    }

    /** The error that says that a number decodes to none. */
    final MalformedDataException noNumber(byte[] numbers, int at, int offset) {
        return new MalformedDataException(
                name,
                offset,
                "the number " + describe(encoded, numbers, at) + " decodes to no "
                        + decoded.toDataType().name());
    }
}
