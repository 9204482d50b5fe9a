package io.rezarr.store;

/**
 * What a listing of a prefix shows of one child.
 *
 * @param name of the child, without a slash
 * @param kind whether it is a value, or a prefix of further keys
 * @param sizeBytes of a value; -1 for a prefix, and where the store does not tell
 */
public record StoreEntry(String name, Kind kind, long sizeBytes) {
    public enum Kind {
        VALUE,
        PREFIX
    }
}
