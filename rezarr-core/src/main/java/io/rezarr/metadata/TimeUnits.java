package io.rezarr.metadata;

import java.util.Set;

/** The units of NumPy's datetimes and timedeltas. */
final class TimeUnits {
    static final String GENERIC = "generic";
    private static final Set<String> UNITS =
            Set.of("Y", "M", "W", "D", "h", "m", "s", "ms", "us", "μs", "ns", "ps", "fs", "as");

    private TimeUnits() {}

    static boolean isKnown(String unit) {
        return UNITS.contains(unit);
    }

    /** {@code [25s]}, {@code [s]}; empty for the generic unit. Microseconds have two spellings and get one. */
    static String step(long factor, String unit) {
        if (unit.equals(GENERIC)) {
            return "";
        }
        return "[" + (factor == 1 ? "" : Long.toString(factor)) + (unit.equals("μs") ? "us" : unit) + "]";
    }

    /** The factor of a step such as {@code 25s}. */
    static long factorOf(String step) {
        int digits = digitsOf(step);
        return digits == 0 ? 1 : Long.parseLong(step.substring(0, digits));
    }

    /** The unit of a step such as {@code 25s}; generic if it is empty. */
    static String unitOf(String step) {
        return step.isEmpty() ? GENERIC : step.substring(digitsOf(step));
    }

    private static int digitsOf(String step) {
        int digits = 0;
        while (digits < step.length() && Character.isDigit(step.charAt(digits))) {
            digits++;
        }
        return digits;
    }
}
