package io.rezarr.codec.filter;

/**
 * Floats with fewer bits of mantissa. Only the writer that rounds has something to do: to decode changes nothing, and what was read is not
 * rounded again.
 *
 * <p>Encoded form: the numbers as they are. Id in v2: {@code bitround}, {@code {"id": "bitround", "keepbits": 7}}; names in v3: {@code bitround}
 * and {@code numcodecs.bitround}.
 *
 * @see <a href="https://numcodecs.readthedocs.io/en/stable/filter/bitround.html">numcodecs, BitRound</a>
 */
final class BitRoundFilter extends NumberFilter {
    static final String NAME = "bitround";

    BitRoundFilter(String name, NumberType type) {
        super(name, type, type);
    }

    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    public boolean isFreeOfByteOrder() {
        return true;
    }

    @Override
    void encode(byte[] from, int at, byte[] to, int target, int count) {
        System.arraycopy(from, at, to, target, count * decoded().bytes());
    }

    @Override
    void decode(byte[] from, int at, byte[] to, int target, int count) {
        System.arraycopy(from, at, to, target, count * decoded().bytes());
    }

    @Override
    public String toString() {
        return name() + " " + decoded();
    }
}
