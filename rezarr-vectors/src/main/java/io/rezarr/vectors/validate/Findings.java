package io.rezarr.vectors.validate;

import io.rezarr.error.CancelledException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.vectors.model.ChunkKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what does not hold; of each check only the first few, and a count of the others. Safe for use by many threads. */
final class Findings {
    private static final int KEPT = 20;

    private final int level;

    private final List<Finding> kept = new ArrayList<>();
    private final Map<Check, Long> counts = new EnumMap<>(Check.class);
    private long errors;
    private int levelsWithErrors;

    /** @param level the validation level: findings of deeper checks, met on the way, are left out */
    Findings(int level) {
        this.level = level;
    }

    synchronized void add(Finding finding) {
        if (finding.check().level() > level) {
            return;
        }
        long before = counts.merge(finding.check(), 1L, Long::sum) - 1;
        if (before < KEPT) {
            kept.add(finding);
        }
        if (finding.severity() == Severity.ERROR) {
            errors++;
            levelsWithErrors |= 1 << finding.check().level();
        }
    }

    /** A finding of the check's own severity. */
    void add(Check check, @Nullable Integer ofLevel, String array, @Nullable ChunkKey chunk, String found) {
        add(check, check.severity(), ofLevel, array, chunk, found);
    }

    void add(
            Check check,
            Severity severity,
            @Nullable Integer ofLevel,
            String array,
            @Nullable ChunkKey chunk,
            String found) {
        add(new Finding(check, severity, ofLevel, array, chunk == null ? null : chunk.toString(), found));
    }

    /** Whether an error was found by a check of that level. */
    synchronized boolean hasErrors(int ofLevel) {
        return (levelsWithErrors & 1 << ofLevel) != 0;
    }

    /**
     * Does something that may fail on what it reads: the failure becomes a finding.
     *
     * @return whether it did not fail
     */
    boolean attempt(Check check, @Nullable Integer ofLevel, String array, @Nullable ChunkKey chunk, Runnable work) {
        return value(check, ofLevel, array, chunk, () -> {
                    work.run();
                    return Boolean.TRUE;
                })
                != null;
    }

    /** Likewise; {@code null} if it failed. */
    <T> @Nullable T value(
            Check check, @Nullable Integer ofLevel, String array, @Nullable ChunkKey chunk, Supplier<T> work) {
        try {
            return work.get();
        } catch (CancelledException e) {
            throw e;
        } catch (UnsupportedFeatureException e) {
            add(Check.SUPPORTED, ofLevel, array, chunk, messageOf(e));
        } catch (RezarrException e) {
            add(check, Severity.ERROR, ofLevel, array, chunk, messageOf(e));
        } catch (ArithmeticException e) {
            String found = "a size or number in the metadata is so large that what follows from it exceeds 64 bits";
            add(check, Severity.ERROR, ofLevel, array, chunk, found);
        }
        return null;
    }

    private static String messageOf(RuntimeException e) {
        if (e instanceof MalformedDataException malformed) {
            return malformed.problem();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    synchronized ValidationReport report() {
        return new ValidationReport(level, kept, counts, errors);
    }
}
