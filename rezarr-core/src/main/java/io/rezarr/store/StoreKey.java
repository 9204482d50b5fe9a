package io.rezarr.store;

/**
 * The key of a value: names separated by {@code /}, without a leading or trailing one. No name is empty, {@code .} or
 * {@code ..}, or holds a NUL or a backslash, so that no key can leave the store's root.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html#abstract-store-interface">Zarr v3, abstract store interface</a>
 */
public record StoreKey(String value) implements Comparable<StoreKey> {
    /** @throws IllegalArgumentException if it is no key */
    public StoreKey {
        String problem = problemOf(value);
        if (problem != null) {
            throw new IllegalArgumentException("'" + value + "' is no store key: " + problem);
        }
    }

    /** The key of a value below a prefix. */
    public static StoreKey of(StorePrefix prefix, String relative) {
        return new StoreKey(prefix.value() + relative);
    }

    @Override
    public int compareTo(StoreKey other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    static @org.jspecify.annotations.Nullable String problemOf(String value) {
        if (value.isEmpty()) {
            return "it is empty";
        }
        int start = 0;
        for (int i = 0; i <= value.length(); i++) {
            char c = i == value.length() ? '/' : value.charAt(i);
            if (c == 0 || c == '\\') {
                return "it holds a NUL or a backslash";
            }
            if (c == '/') {
                int length = i - start;
                if (length == 0) {
                    return "a name in it is empty";
                }
                if (value.charAt(start) == '.' && (length == 1 || (length == 2 && value.charAt(start + 1) == '.'))) {
                    return "a name in it is '.' or '..'";
                }
                start = i + 1;
            }
        }
        return null;
    }
}
