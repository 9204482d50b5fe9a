package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArrayRulesTest {
    @Test
    void aPathGoesBeforeAGlobAndAGlobBeforeAllWhateverTheOrder() {
        ArrayRules<String> rules = ArrayRules.parse(List.of("1,1", "*:2,2", "tas:3,3", "sub/*:4,4"), text -> text);
        assertThat(specFor(rules, "tas")).isEqualTo("3,3");
        assertThat(specFor(rules, "pr")).isEqualTo("2,2");
        assertThat(specFor(rules, "sub/tas")).isEqualTo("3,3");
        assertThat(specFor(rules, "sub/pr")).isEqualTo("2,2");
    }

    @Test
    void aRuleForAllMustFit() {
        ArrayRules<String> rules = ArrayRules.parse(List.of("1,1", "2"), text -> text);
        assertThat(rules.ruleFor("a", spec -> spec.length() == 1))
                .isNotNull()
                .satisfies(rule -> assertThat(rule.spec()).isEqualTo("2"));
    }

    @Test
    void autoWithASizeIsNoArrayOfThatName() {
        ArrayRules<String> rules = ArrayRules.parse(List.of("auto:16MiB"), text -> text);
        assertThat(specFor(rules, "x")).isEqualTo("auto:16MiB");
    }

    private static @Nullable String specFor(ArrayRules<String> rules, String path) {
        ArrayRules.Rule<String> rule = rules.ruleFor(path, spec -> true);
        return rule == null ? null : rule.spec();
    }
}
