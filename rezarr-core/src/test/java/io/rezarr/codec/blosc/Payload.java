package io.rezarr.codec.blosc;

/** Payloads for frames, as {@code src/test/python/blosc_payload.py} makes them. */
final class Payload {
    static final int NOISE = 0;
    static final int RAMP = 1;
    static final int RUNS = 2;

    private Payload() {}

    /** Elements of {@code itemsize} bytes: noise, a slightly noisy ramp, or runs of 50 equal elements. */
    static byte[] of(int kind, long seed, int itemsize, int bytes) {
        byte[] payload = new byte[bytes];
        for (int position = 0; position < bytes; position++) {
            long element = position / itemsize;
            int place = position % itemsize;
            long value = switch (kind) {
                case NOISE -> mixed(position, seed) >>> 24;
                case RAMP -> place < 8 ? (element * 3 + ((mixed(element, seed) >>> 20) & 7)) >>> (8 * place) : 0;
                default -> mixed(element / 50, seed) >>> (8 * (place % 8));
            };
            payload[position] = (byte) value;
        }
        return payload;
    }

    private static long mixed(long value, long seed) {
        long x = (value + seed) * 0x9E37_79B9_7F4A_7C15L;
        return x ^ (x >>> 32);
    }
}
