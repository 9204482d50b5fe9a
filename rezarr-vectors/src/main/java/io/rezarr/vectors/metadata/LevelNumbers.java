package io.rezarr.vectors.metadata;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of levels: {@code 0}, {@code 1}, ... */
public final class LevelNumbers {
    private static final Pattern TEXT = Pattern.compile("0|[1-9][0-9]{0,8}");

    private LevelNumbers() {}

    /** {@code null} if the name is not that of a level. */
    public static @Nullable Integer parse(String name) {
        return TEXT.matcher(name).matches() ? Integer.valueOf(name) : null;
    }
}
