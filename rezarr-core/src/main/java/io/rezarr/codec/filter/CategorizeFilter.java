package io.rezarr.codec.filter;

import io.rezarr.codec.ElementFilter;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Strings of fixed length as numbers of labels.
 *
 * <p>Encoded form: for each string, the number of its label counted from 1, as {@code astype}; 0 and whatever has no label is the empty string. Id in
 * v2: {@code categorize}, {@code {"id": "categorize", "labels": ["a", "z"], "dtype": "<U5", "astype": "|u1"}}; v3 has none. A string that is
 * no label is refused. Labels of objects ({@code dtype} {@code |O}) are not known.
 *
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/filter/categorize.html">numcodecs, Categorize</a>
 */
final class CategorizeFilter implements ElementFilter {
    static final String NAME = "categorize";

    private final int elementBytes;
    private final NumberType numbers;
    private final List<byte[]> elements;
    private final Map<ByteBuffer, Integer> numberOf = new HashMap<>();

    /**
     * @param elements what 0, 1, 2 … decode to, in the byte order of the array
     * @param numbers an integer type
     */
    CategorizeFilter(int elementBytes, NumberType numbers, List<byte[]> elements) {
        this.elementBytes = elementBytes;
        this.numbers = numbers;
        this.elements = List.copyOf(elements);
        for (int number = elements.size() - 1; number >= 0; number--) {
            numberOf.put(ByteBuffer.wrap(elements.get(number)), number);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    public DataType encodedType() {
        return numbers.toDataType();
    }

    @Override
    public byte[] encodedFill(byte[] littleEndianFill) {
        return new byte[numbers.bytes()];
    }

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return fixedEncodedBytes(decodedBytes);
    }

    @Override
    public long fixedEncodedBytes(long decodedBytes) {
        long count = decodedBytes / elementBytes + (decodedBytes % elementBytes == 0 ? 0 : 1);
        return Math.multiplyExact(count, (long) numbers.bytes());
    }

    @Override
    public ByteBuffer encode(ByteBuffer strings, Workspace workspace) {
        int count = countOf(strings, elementBytes);
        ByteBuffer encoded = workspace.borrowBuffer(Math.multiplyExact(count, numbers.bytes()));
        ByteBuffer string = strings.duplicate();
        for (int i = 0; i < count; i++) {
            string.limit(strings.position() + (i + 1) * elementBytes).position(strings.position() + i * elementBytes);
            Integer number = numberOf.get(string);
            int place = i * numbers.bytes();
            if (number == null) {
                byte[] bytes = new byte[elementBytes];
                string.get(bytes);
                throw NumberFilter.refusal(NAME, java.util.HexFormat.of().formatHex(bytes));
            }
            numbers.putBits(number, encoded.array(), encoded.arrayOffset() + place);
        }
        return encoded;
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        int count = countOf(encoded, numbers.bytes());
        long bytes = (long) count * elementBytes;
        if (bytes > maxDecodedBytes) {
            throw new MalformedDataException(
                    NAME, 0, "expected at most " + maxDecodedBytes + " decoded bytes, found " + bytes);
        }
        ByteBuffer decoded = workspace.borrowBuffer((int) bytes);
        for (int i = 0; i < count; i++) {
            int at = encoded.arrayOffset() + encoded.position() + i * numbers.bytes();
            long number = numbers.integer(encoded.array(), at);
            boolean isLabel = number > 0 && number < elements.size();
            decoded.put(elements.get(isLabel ? (int) number : 0));
        }
        return decoded.flip();
    }

    @Override
    public void check(ByteBuffer encoded, long decodedBytes, Workspace workspace) {
        long bytes = (long) countOf(encoded, numbers.bytes()) * elementBytes;
        if (decodedBytes >= 0 && bytes != decodedBytes) {
            throw new MalformedDataException(NAME, 0, "expected " + decodedBytes + " decoded bytes, found " + bytes);
        }
    }

    private static int countOf(ByteBuffer bytes, int size) {
        if (bytes.remaining() % size != 0) {
            throw new MalformedDataException(
                    NAME, 0, "expected a multiple of " + size + " bytes, found " + bytes.remaining());
        }
        return bytes.remaining() / size;
    }

    @Override
    public String toString() {
        return NAME + " of " + (elements.size() - 1) + " labels as " + numbers;
    }
}
