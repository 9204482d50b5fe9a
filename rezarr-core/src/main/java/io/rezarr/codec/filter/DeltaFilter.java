package io.rezarr.codec.filter;

/**
 * Differences between neighbours in memory.
 *
 * <p>Encoded form: the first number, then what each has more than the one before it; decoded, sums in the type of the numbers: integers wrap
 * around, floats are rounded at each step. Id in v2: {@code delta}, {@code {"id": "delta", "dtype": "<i4", "astype": "<i4"}} ({@code astype}: the
 * same type if it is missing); name in v3: {@code numcodecs.delta}.
 *
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/filter/delta.html">numcodecs, Delta</a>
 */
final class DeltaFilter extends NumberFilter {
    static final String NAME = "delta";

    /** So many neighbours of the nearest difference are tried: it was rounded, and the sum is rounded again. */
    private static final int NEIGHBOURS = 2;

    DeltaFilter(String name, NumberType decoded, NumberType encoded) {
        super(name, decoded, encoded);
    }

    @Override
    public boolean isElementwise() {
        return false;
    }

    @Override
    void encode(byte[] from, int at, byte[] to, int target, int count) {
        if (decoded().isFloat()) {
            encodeFloats(from, at, to, target, count);
        } else {
            encodeIntegers(from, at, to, target, count);
        }
    }

    private void encodeIntegers(byte[] from, int at, byte[] to, int target, int count) {
        NumberType type = decoded();
        NumberType differences = encoded();
        long before = 0;
        for (int i = 0; i < count; i++) {
            int number = at + i * type.bytes();
            int place = target + i * differences.bytes();
            long value = type.integer(from, number);
            differences.putBits(value - before, to, place);
            if (type.wrapped(before + differences.integer(to, place)) != value) {
                throw refuse(from, number);
            }
            before = value;
        }
    }

    @Override
    void decode(byte[] from, int at, byte[] to, int target, int count) {
        NumberType type = decoded();
        NumberType differences = encoded();
        if (type.isFloat()) {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                double difference = type.rounded(differences.real(from, at + i * differences.bytes()));
                sum = i == 0 ? difference : type.rounded(sum + difference);
                type.putReal(sum, to, target + i * type.bytes());
            }
            return;
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += differences.integer(from, at + i * differences.bytes());
            type.putBits(sum, to, target + i * type.bytes());
        }
    }

    private void encodeFloats(byte[] from, int at, byte[] to, int target, int count) {
        byte[] back = new byte[Long.BYTES];
        double before = 0;
        for (int i = 0; i < count; i++) {
            int number = at + i * decoded().bytes();
            int place = target + i * encoded().bytes();
            double value = decoded().real(from, number);
            double difference = i == 0 ? value : decoded().rounded(value - before);
            encoded().putReal(difference, to, place);
            boolean keeps = decodesTo(from, number, i > 0, before, to, place, back);
            if (!keeps && i > 0) {
                keeps = nudge(from, number, before, to, place, back);
            }
            if (!keeps) {
                throw refuse(from, number);
            }
            before = value;
        }
    }

    /** Tries the neighbours of a difference. */
    private boolean nudge(byte[] from, int number, double before, byte[] to, int place, byte[] back) {
        long nearest = encoded().bits(to, place);
        for (int step = 1; step <= NEIGHBOURS; step++) {
            for (long bits : new long[] {nearest + step, nearest - step}) {
                encoded().putBits(bits, to, place);
                if (decodesTo(from, number, true, before, to, place, back)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean decodesTo(
            byte[] from, int number, boolean isSum, double before, byte[] to, int place, byte[] back) {
        double difference = decoded().rounded(encoded().real(to, place));
        decoded().putReal(isSum ? decoded().rounded(before + difference) : difference, back, 0);
        return decoded().bits(back, 0) == decoded().bits(from, number);
    }

    @Override
    public String toString() {
        return name() + " " + decoded() + " as " + encoded();
    }
}
