package io.rezarr.store;

/**
 * What the keys of a node begin with: {@code ""} for the root of the store, else a path with a trailing {@code /}.
 * The same rules as for {@link StoreKey} hold for its names.
 */
public record StorePrefix(String value) {
    public static final StorePrefix ROOT = new StorePrefix("");

    /** @throws IllegalArgumentException if it is no prefix */
    public StorePrefix {
        if (!value.isEmpty()) {
            String problem = value.endsWith("/")
                    ? StoreKey.problemOf(value.substring(0, value.length() - 1))
                    : "it does not end with '/'";
            if (problem != null) {
                throw new IllegalArgumentException("'" + value + "' is no store prefix: " + problem);
            }
        }
    }

    /** The prefix of a path such as {@code ""}, {@code a/b} or {@code /a/b/}. */
    public static StorePrefix ofPath(String path) {
        int from = path.startsWith("/") ? 1 : 0;
        String inner =
                path.endsWith("/") ? path.substring(from, Math.max(from, path.length() - 1)) : path.substring(from);
        return inner.isEmpty() ? ROOT : new StorePrefix(inner + "/");
    }

    /** The prefix of a child. */
    public StorePrefix child(String name) {
        return new StorePrefix(value + name + "/");
    }

    /** The key of a value directly or deeper below this prefix. */
    public StoreKey key(String relative) {
        return new StoreKey(value + relative);
    }

    /** The path without the trailing slash: {@code ""} for the root. */
    public String path() {
        return value.isEmpty() ? "" : value.substring(0, value.length() - 1);
    }

    @Override
    public String toString() {
        return value;
    }
}
