package io.rezarr.cli;

import io.rezarr.rechunk.ByteSize;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them. Sizes on disk and rates in powers of 1000, memory in powers of 1024. */
final class Figures {
    private static final String[] DECIMAL_UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Figures() {}

    /** {@code 980 B}, {@code 1.2 GB}. */
    static String bytes(long bytes) {
        return ByteSize.scaled(bytes, 1000, DECIMAL_UNITS);
    }

    /** {@code 980 B}, {@code 1.4 GiB}. */
    static String binary(long bytes) {
        return ByteSize.text(bytes);
    }

    /** {@code 310 MB/s}. */
    static String rate(long bytes, double seconds) {
        return seconds <= 0 ? "-" : bytes((long) (bytes / seconds)) + "/s";
    }

    /** {@code 0:41}, {@code 1:02:03}. */
    static String clock(double seconds) {
        long whole = Math.max(0, Math.round(seconds));
        long hours = whole / 3600;
        return hours > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", hours, whole / 60 % 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }

    /** {@code 0.42 s}, {@code 12.3 s}, {@code 2:05}. */
    static String duration(double seconds) {
        if (seconds >= 120) {
            return clock(seconds);
        }
        return decimal(seconds, seconds < 10 ? 2 : 1) + " s";
    }

    /** {@code 2.31}; {@code -} without a denominator. */
    static String ratio(long numerator, long denominator) {
        return denominator <= 0 ? "-" : decimal((double) numerator / denominator, 2);
    }

    /** A plain decimal number, which is a JSON number too. */
    static String decimal(double value, int places) {
        return BigDecimal.valueOf(value).setScale(places, RoundingMode.HALF_UP).toPlainString();
    }

    /** {@code 1 chunk}, {@code 2 chunks}. */
    static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
