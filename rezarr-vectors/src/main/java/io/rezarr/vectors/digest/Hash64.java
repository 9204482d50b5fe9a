package io.rezarr.vectors.digest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * 64-bit hashes whose sums modulo 2^64 tell multisets apart, but for accidents of 2^-64: for accidents, not for adversaries. Part of what the digest
 * {@code rzv1} means; never changed.
 */
public final class Hash64 {
    private static final long SEED = 0x9e3779b97f4a7c15L;

    private Hash64() {}

    /** Takes one number into a hash: a bijection of either, given the other. */
    public static long mix(long hash, long value) {
        long x = (hash + SEED ^ value) * 0xff51afd7ed558ccdL;
        x ^= x >>> 33;
        x *= 0xc4ceb9fe1a85ec53L;
        return x ^ x >>> 29;
    }

    /** Takes bytes into a hash, 8 at a time little-endian, the last ones filled up with zeros, then their number. */
    static long bytes(long hash, ByteBuffer littleEndian, int at, int length) {
        long h = hash;
        int end = at + length;
        int i = at;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            h = mix(h, littleEndian.getLong(i));
        }
        if (i < end) {
            long rest = 0;
            for (int shift = 0; i < end; i++, shift += 8) {
                rest |= (littleEndian.get(i) & 0xffL) << shift;
            }
            h = mix(h, rest);
        }
        return mix(h, length);
    }

    /** The hash of a text. */
    static long text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.wrap(utf8).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        return bytes(0, bytes, 0, utf8.length);
    }
}
