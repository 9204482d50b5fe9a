package io.rezarr.codec.filter;

/**
 * Numbers minus an offset, times a scale, rounded.
 *
 * <p>Encoded form: {@code round((x - offset) * scale)} as numbers of {@code astype}; decoded, {@code x / scale + offset}, computed in float64 where
 * they are integers, else in their own type. Id in v2: {@code fixedscaleoffset}, {@code {"id": "fixedscaleoffset", "offset": 10, "scale": 100,
 * "dtype": "<f4", "astype": "<i2"}}; name in v3: {@code numcodecs.fixedscaleoffset}.
 *
 * <p>What does not decode to the same bits again is refused, so it is exact for what was read, and no way to round what was not.
 *
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/filter/fixedscaleoffset.html">numcodecs, FixedScaleOffset</a>
 */
final class ScaleOffsetFilter extends NumberFilter {
    static final String NAME = "fixedscaleoffset";

    private final double scale;
    private final double offset;

    ScaleOffsetFilter(String name, NumberType decoded, NumberType encoded, double scale, double offset) {
        super(name, decoded, encoded);
        this.scale = scale;
        this.offset = offset;
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
            double scaled = scaled(decoded().real(from, number));
            boolean keeps = true;
            if (encoded().isFloat()) {
                encoded().putReal(scaled, to, place);
            } else {
                keeps = encoded().putTruncated(scaled, to, place);
            }
            keeps = keeps
                    && decodeOne(to, place, back, 0)
                    && decoded().bits(back, 0) == decoded().bits(from, number);
            if (!keeps) {
                throw refuse(from, number);
            }
        }
    }

    private double scaled(double value) {
        if (!decoded().isFloat()) {
            return Math.rint((value - offset) * scale);
        }
        NumberType type = decoded();
        double shifted = type.rounded(value - type.rounded(offset));
        return Math.rint(type.rounded(shifted * type.rounded(scale)));
    }

    @Override
    void decode(byte[] from, int at, byte[] to, int target, int count) {
        for (int i = 0; i < count; i++) {
            int start = i * encoded().bytes();
            if (!decodeOne(from, at + start, to, target + i * decoded().bytes())) {
                throw noNumber(from, at + start, start);
            }
        }
    }

    private boolean decodeOne(byte[] from, int at, byte[] to, int target) {
        double value = encoded().real(from, at);
        if (encoded().isFloat()) {
            NumberType type = encoded();
            value = type.rounded(type.rounded(value / type.rounded(scale)) + type.rounded(offset));
        } else {
            value = value / scale + offset;
        }
        if (decoded().isFloat()) {
            decoded().putReal(value, to, target);
            return true;
        }
        return decoded().putTruncated(value, to, target);
    }

    @Override
    public String toString() {
        return name() + " " + decoded() + " as " + encoded() + ", scale " + scale + ", offset " + offset;
    }
}
