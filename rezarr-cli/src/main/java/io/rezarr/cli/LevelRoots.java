package io.rezarr.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code --source-root} and {@code --dest-root}: the stores between which levels are moved one by one, as the format's page has it. */
final class LevelRoots {
    /** Levels are named by their numbers; the format's page writes {@code resolution_0}. */
    private static final Pattern LEVEL = Pattern.compile("(?:resolution_)?(0|[1-9][0-9]{0,8})");

    private final String source;
    private final String destination;
    private final CommonOptions common;

    LevelRoots(@Nullable String source, @Nullable String destination, CommonOptions common) {
        if (source == null || destination == null) {
            throw common.usage(
                    "--source-root and --dest-root go together: the stores that the level is of, and goes to");
        }
        this.source = source;
        this.destination = destination;
        this.common = common;
    }

    String source() {
        return source;
    }

    String destination() {
        return destination;
    }

    /**
     * The levels that are meant.
     *
     * @param from SRC, which may name a level of the source
     * @param to DST, likewise
     * @param numbers of {@code --level}
     */
    List<Integer> levels(@Nullable String from, @Nullable String to, List<Integer> numbers) {
        List<Integer> levels = new ArrayList<>(numbers);
        Integer ofSource = level("SRC", from, "--source-root", source);
        Integer ofDestination = level("DST", to, "--dest-root", destination);
        for (Integer named : new Integer[] {ofSource, ofDestination}) {
            if (named != null && levels.isEmpty()) {
                levels.add(named);
            }
            if (named != null && !levels.equals(List.of(named))) {
                throw common.usage("SRC, DST and --level name different levels: "
                        + (from == null ? "" : "'" + from + "' ") + (to == null ? "" : "'" + to + "' ") + numbers);
            }
        }
        if (levels.isEmpty()) {
            throw common.usage("--level is missing: say which level is to be written; without --source-root and"
                    + " --dest-root all are");
        }
        return levels;
    }

    /** {@code null} if none is named. */
    private @Nullable Integer level(String parameter, @Nullable String path, String option, String root) {
        String inner = path == null ? "" : stripped(path);
        String outer = stripped(root);
        if (path == null || inner.equals(outer)) {
            return null;
        }
        Matcher name = LEVEL.matcher(inner.startsWith(outer + "/") ? inner.substring(outer.length() + 1) : "");
        if (!name.matches()) {
            throw common.usage(parameter + " '" + path + "' is no level of " + option + " '" + root + "': expected "
                    + outer + "/N, or leave it out");
        }
        return Integer.valueOf(name.group(1));
    }

    private static String stripped(String path) {
        String stripped = path;
        while (stripped.length() > 1 && stripped.endsWith("/")) {
            stripped = stripped.substring(0, stripped.length() - 1);
        }
        return stripped;
    }
}
