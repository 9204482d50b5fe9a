package io.rezarr.metadata;

/** pending */
public final class ConsolidatedMetadata {
    private ConsolidatedMetadata() {}
}
