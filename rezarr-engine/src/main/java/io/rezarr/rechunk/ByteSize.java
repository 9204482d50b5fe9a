package io.rezarr.rechunk;

import io.rezarr.error.InvalidRequestException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as users write them: {@code 1048576}, {@code 64MB} (10^6), {@code 1.5GiB} (2^30), {@code 512m} (2^20); and as they read them. */
public final class ByteSize {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([a-zA-Z]*)");

    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("kb", 1_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("tb", 1_000_000_000_000L),
            Map.entry("k", 1L << 10),
            Map.entry("m", 1L << 20),
            Map.entry("g", 1L << 30),
            Map.entry("t", 1L << 40),
            Map.entry("kib", 1L << 10),
            Map.entry("mib", 1L << 20),
            Map.entry("gib", 1L << 30),
            Map.entry("tib", 1L << 40));

    private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private ByteSize() {}

    /** In powers of 1024, rounded: {@code 980 B}, {@code 1.4 GiB}, {@code 16 MiB}. */
    public static String text(long bytes) {
        return scaled(bytes, 1024, BINARY_UNITS);
    }

    /**
     * A number with the first unit that makes it less than the base, as far as there are units.
     *
     * @param units the first is of the number itself, each other one of the base times the one before
     */
    public static String scaled(long bytes, int base, String... units) {
        double value = bytes;
        int unit = 0;
        // 999.5 would be shown as 1000
        while (value >= base - 0.5 && unit < units.length - 1) {
            value /= base;
            unit++;
        }
        boolean oneDigit = unit > 0 && value < 9.95;
        return String.format(Locale.ROOT, oneDigit ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }

    /**
     * The bytes that a text stands for; a fraction of a byte is cut off.
     *
     * @param option what the text was given for, named in the message
     * @throws InvalidRequestException if it is not a size, is 0 or exceeds 2^63 - 1
     */
    public static long parse(String text, String option) {
        Matcher matcher = FORM.matcher(text.strip());
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw invalid(text, option);
        }
        java.math.BigDecimal bytes =
                new java.math.BigDecimal(matcher.group(1)).multiply(java.math.BigDecimal.valueOf(unit));
        if (bytes.compareTo(java.math.BigDecimal.ONE) < 0
                || bytes.compareTo(java.math.BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw invalid(text, option);
        }
        return bytes.longValue();
    }

    /** Whether {@link #parse} takes it. */
    static boolean isSize(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        return matcher.matches() && UNITS.containsKey(matcher.group(2).toLowerCase(Locale.ROOT));
    }

    private static InvalidRequestException invalid(String text, String option) {
        return new InvalidRequestException(option + ": '" + text
                + "' is no size; write bytes, or a number with KB, MB, GB, TB, KiB, MiB, GiB or TiB");
    }
}
