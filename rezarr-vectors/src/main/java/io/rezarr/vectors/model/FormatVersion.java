package io.rezarr.vectors.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The version of the format that a store declares. Patches of one minor version have one layout. */
public record FormatVersion(int major, int minor, int patch) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,6})\\.([0-9]{1,6})(?:\\.([0-9]{1,6}))?");

    /** {@code null} if the text is no version. */
    public static @Nullable FormatVersion parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        String patch = matcher.group(3);
        return new FormatVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
    }

    /** Whether it is a version of that layout. */
    public boolean is(int majorVersion, int minorVersion) {
        return major == majorVersion && minor == minorVersion;
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
