package io.rezarr.codec.filter;

/**
 * Numbers of one type as those of another, the nearest.
 *
 * <p>Encoded form: the numbers, one after the other. Id in v2: {@code astype}, {@code {"id": "astype", "encode_dtype": "<i2", "decode_dtype":
 * "<i8"}}; name in v3: {@code numcodecs.astype}. {@code quantize} ({@code digits}, {@code dtype}, {@code astype}) is the same to a reader: it
 * rounds before it encodes, which is not done again here, so that every number that was read stays what it is.
 *
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/filter/astype.html">numcodecs, AsType</a>
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/filter/quantize.html">numcodecs, Quantize</a>
 */
final class AsTypeFilter extends NumberFilter {
    static final String NAME = "astype";
    static final String QUANTIZE = "quantize";

    AsTypeFilter(String name, NumberType decoded, NumberType encoded) {
        super(name, decoded, encoded);
    }

    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    void encode(byte[] from, int at, byte[] to, int target, int count) {
        byte[] back = new byte[Long.BYTES];
        for (int i = 0; i < count; i++) {
            int number = at + i * decoded().bytes();
            int place = target + i * encoded().bytes();
            boolean keeps = encoded().convert(decoded(), from, number, to, place)
                    && decoded().convert(encoded(), to, place, back, 0)
                    && decoded().bits(back, 0) == decoded().bits(from, number);
            if (!keeps) {
                throw refuse(from, number);
            }
        }
    }

    @Override
    void decode(byte[] from, int at, byte[] to, int target, int count) {
        for (int i = 0; i < count; i++) {
            int offset = i * encoded().bytes();
            if (!decoded()
                    .convert(
                            encoded(),
                            from,
                            at + offset,
                            to,
                            target + i * decoded().bytes())) {
                throw noNumber(from, at + offset, offset);
            }
        }
    }

    @Override
    public String toString() {
        return name() + " " + decoded() + " as " + encoded();
    }
}
