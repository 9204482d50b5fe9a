package io.rezarr.rechunk;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.metadata.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Small pieces of the syntax of specs. */
final class SpecText {
    private SpecText() {}

    static String join(List<?> items) {
        return items.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** A shape as one writes it in a spec: {@code 512,32,32}. */
    static String exampleOf(Shape shape) {
        return Arrays.stream(shape.toArray()).mapToObj(Long::toString).collect(Collectors.joining(","));
    }

    /** The items NAME=VALUE of a spec, each name once. */
    static Map<String, String> byName(String option, String spec, String example) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String item : spec.split(",", -1)) {
            int equals = item.indexOf('=');
            if (equals <= 0
                    || values.put(
                                    item.substring(0, equals).strip(),
                                    item.substring(equals + 1).strip())
                            != null) {
                throw new InvalidRequestException(
                        option + " " + spec + ": '" + item + "' must be NAME=EXTENT, each name once, as in " + example);
            }
        }
        return values;
    }

    /** A pattern for paths: {@code *} is anything within a name, {@code **} across names, {@code ?} one character. */
    static Pattern glob(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (c == '*') {
                boolean across = i + 1 < glob.length() && glob.charAt(i + 1) == '*';
                regex.append(across ? ".*" : "[^/]*");
                i += across ? 1 : 0;
            } else if (c == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }

    /** Whether a glob means that path: the whole path, or, of a glob without a slash, the last name. */
    static boolean matches(String glob, String path) {
        Pattern pattern = glob(glob.startsWith("/") ? glob.substring(1) : glob);
        return pattern.matcher(path).matches()
                || (glob.indexOf('/') < 0
                        && pattern.matcher(path.substring(path.lastIndexOf('/') + 1))
                                .matches());
    }
}
