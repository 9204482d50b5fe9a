package io.rezarr.vectors.validate;

/** What a finding means. */
public enum Severity {
    /** A reader would fail, or get wrong data. */
    ERROR,
    /** Odd, or lost on some readers. */
    WARNING
}
