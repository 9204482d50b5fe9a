package io.rezarr.rechunk;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Specs for arrays by name: {@code tas:SPEC}, {@code 'lat*:SPEC'}, or {@code SPEC} for every array it fits. Of several for
 * one array a path without wildcards goes before a glob, a glob before none, and then the first before the others.
 *
 * @param <S> the kind of spec
 */
final class ArrayRules<S> {
    /**
     * @param glob {@code null} for every array
     * @param text as the user wrote it
     */
    record Rule<S>(@Nullable String glob, S spec, String text) {
        boolean isForAll() {
            return glob == null;
        }

        private int precedence() {
            if (glob == null) {
                return 2;
            }
            return glob.indexOf('*') < 0 && glob.indexOf('?') < 0 ? 0 : 1;
        }
    }

    private final List<Rule<S>> rules;

    private ArrayRules(List<Rule<S>> rules) {
        this.rules = rules;
    }

    static <S> ArrayRules<S> parse(List<String> texts, Function<String, S> parser) {
        List<Rule<S>> rules = new ArrayList<>();
        for (int precedence = 0; precedence <= 2; precedence++) {
            for (String text : texts) {
                int colon = isAuto(text) ? -1 : text.indexOf(':');
                String glob = colon < 0 ? null : text.substring(0, colon);
                Rule<S> rule = new Rule<>(glob, parser.apply(text.substring(colon + 1)), text);
                if (rule.precedence() == precedence) {
                    rules.add(rule);
                }
            }
        }
        return new ArrayRules<>(List.copyOf(rules));
    }

    private static boolean isAuto(String text) {
        return text.startsWith("auto:") && ByteSize.isSize(text.substring("auto:".length()));
    }

    List<Rule<S>> all() {
        return rules;
    }

    /** Whether a rule is for the array at a path and no other. */
    boolean name(String path) {
        return rules.stream().anyMatch(rule -> rule.precedence() == 0 && path.equals(rule.glob()));
    }

    /** The rule for the array at a path; {@code null} if there is none. A rule for every array must also fit. */
    @Nullable
    Rule<S> ruleFor(String path, Predicate<S> fits) {
        for (Rule<S> rule : rules) {
            if (rule.glob() == null ? fits.test(rule.spec()) : SpecText.matches(rule.glob(), path)) {
                return rule;
            }
        }
        return null;
    }
}
