package io.rezarr.vectors.validate;

import java.util.List;
import java.util.Map;

/**
 * What was found.
 *
 * @param level up to which it was checked
 * @param findings in the order found, of each check at most 20
 * @param counts for each check that has findings how many there are
 * @param errors how many there are in all
 */
public record ValidationReport(int level, List<Finding> findings, Map<Check, Long> counts, long errors) {
    public ValidationReport {
        findings = List.copyOf(findings);
        counts = Map.copyOf(counts);
    }

    /** Whether no error was found. */
    public boolean isValid() {
        return errors == 0;
    }
}
