package io.rezarr.vectors.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class CheckTest {
    @Test
    void theDocumentationHasTheTableOfChecks() throws IOException {
        List<String> rows = Arrays.stream(Check.values())
                .map(check -> "| %d | `%s` | %s | %s |"
                        .formatted(
                                check.level(),
                                check.token(),
                                check.severity().name().toLowerCase(Locale.ROOT),
                                check.rule()))
                .toList();
        List<String> page = Files.readAllLines(Path.of("..", "docs", "zvf.md"));
        assertThat(page.stream().filter(line -> line.matches("\\| [1-5] \\| `.*")))
                .isEqualTo(rows);
    }
}
