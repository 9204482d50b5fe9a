package io.rezarr.vectors.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.ZvfStores;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stores of the reference implementations are valid. */
class ValidationTest {
    static Stream<String> stores() {
        return ZvfStores.all().stream();
    }

    static ValidationReport validate(Store store, int level) {
        return Validation.run(store, StorePrefix.ROOT, level, 64 << 20);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void storesOfTheReferenceAreValid(String name) {
        ValidationReport report = validate(ZvfStores.copyOf(name), Validation.MAX_LEVEL);
        List<String> errors = report.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(Finding::toString)
                .toList();
        assertThat(errors).isEmpty();
        assertThat(report.isValid()).isTrue();
    }
}
