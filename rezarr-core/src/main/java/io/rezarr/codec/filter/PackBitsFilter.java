package io.rezarr.codec.filter;

import io.rezarr.codec.ElementFilter;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.DataType;
import java.nio.ByteBuffer;

/**
 * Booleans as bits.
 *
 * <p>Encoded form: a byte that says how many bits of the last one are padding, then eight booleans a byte, the first in the highest bit. Id in v2:
 * {@code packbits}, {@code {"id": "packbits"}}; name in v3: {@code numcodecs.packbits}, configuration none.
 *
 * @param name as the metadata have it
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/filter/packbits.html">numcodecs, PackBits</a>
 */
record PackBitsFilter(String name) implements ElementFilter {
    static final String NAME = "packbits";

    @Override
    public boolean isElementwise() {
        return false;
    }

    @Override
    public boolean keepsShape() {
        return false;
    }

    @Override
    public DataType encodedType() {
        return new NumberType(DataType.Kind.UINT, 1, false).toDataType();
    }

    @Override
    public byte[] encodedFill(byte[] littleEndianFill) {
        return littleEndianFill.clone();
    }

    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return fixedEncodedBytes(decodedBytes);
    }

    @Override
    public long fixedEncodedBytes(long decodedBytes) {
        return 1 + decodedBytes / 8 + (decodedBytes % 8 == 0 ? 0 : 1);
    }

    @Override
    public ByteBuffer encode(ByteBuffer booleans, Workspace workspace) {
        int count = booleans.remaining();
        ByteBuffer packed = workspace.borrowBuffer((int) fixedEncodedBytes(count));
        packed.put(0, (byte) ((8 - count % 8) % 8));
        for (int i = 0; i < count; i += 8) {
            int bits = 0;
            for (int bit = 0; bit < 8 && i + bit < count; bit++) {
                byte value = booleans.get(booleans.position() + i + bit);
                if (value != 0 && value != 1) {
                    throw NumberFilter.refusal(name, Integer.toString(value));
                }
                bits |= value << (7 - bit);
            }
            packed.put(1 + i / 8, (byte) bits);
        }
        return packed;
    }

    @Override
    public ByteBuffer decode(ByteBuffer packed, int maxDecodedBytes, Workspace workspace) {
        long count = countOf(packed);
        if (count > maxDecodedBytes) {
            throw new MalformedDataException(
                    name, 0, "expected at most " + maxDecodedBytes + " booleans, found " + count);
        }
        ByteBuffer booleans = workspace.borrowBuffer((int) count);
        for (int i = 0; i < count; i++) {
            int bits = packed.get(packed.position() + 1 + i / 8);
            booleans.put(i, (byte) (bits >> (7 - i % 8) & 1));
        }
        return booleans;
    }

    @Override
    public void check(ByteBuffer packed, long decodedBytes, Workspace workspace) {
        long count = countOf(packed);
        if (decodedBytes >= 0 && count != decodedBytes) {
            throw new MalformedDataException(name, 0, "expected " + decodedBytes + " booleans, found " + count);
        }
    }

    private long countOf(ByteBuffer packed) {
        int bytes = packed.remaining() - 1;
        int padding = bytes < 0 ? 0 : packed.get(packed.position());
        if (bytes < 0 || padding < 0 || padding > 7 || (bytes == 0 && padding > 0)) {
            throw new MalformedDataException(
                    name,
                    0,
                    "expected a byte from 0 to 7 that counts bits of padding, and bits, found " + (bytes + 1)
                            + " bytes, the first " + padding);
        }
        return 8L * bytes - padding;
    }
}
