package io.rezarr.verify;

import io.rezarr.metadata.ArrayMetadata;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The content digest word by word, as {@code docs/digest.md} writes it down: the slow twin. */
final class SlowDigest {
    static final BigInteger PRIME = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.valueOf(59));
    static final BigInteger BASE = new BigInteger("13198A2E03707344", 16);

    private SlowDigest() {}

    /** @param values little-endian in C order */
    static BigInteger sum(byte[] values) {
        byte[] words = Arrays.copyOf(values, (values.length + 7) / 8 * 8);
        BigInteger sum = BigInteger.ZERO;
        for (int i = words.length - 8; i >= 0; i -= 8) {
            byte[] bigEndian = new byte[8];
            for (int k = 0; k < 8; k++) {
                bigEndian[k] = words[i + 7 - k];
            }
            sum = sum.multiply(BASE).add(new BigInteger(bigEndian)).mod(PRIME);
        }
        return sum;
    }

    static String hex(ArrayMetadata metadata, byte[] values) {
        String shape = Arrays.toString(metadata.shape().toArray()).replaceAll("[\\[\\] ]", "");
        String digits = "0".repeat(16) + sum(values).toString(16);
        return sha256("rz1\n" + metadata.dataType().name() + "\n"
                + metadata.dataType().elementBytes() + "\n" + shape + "\n" + digits.substring(digits.length() - 16)
                + "\n");
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
