package io.rezarr.store;

import io.rezarr.error.InvalidRequestException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a store is, as a user names it: a path, or a URL ({@code docs/stores.md}). The one place that tells them apart. {@link #toString} is for
 * messages: it leaves out what may be secret (user, password, query).
 */
public final class StoreLocation {
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(.*)", Pattern.DOTALL);
    private static final String ZIP_SUFFIX = ".zip";

    private final String scheme;
    private final String text;
    private final String name;
    /** {@code null} if it is not in the local file system. */
    private final @Nullable Path path;

    private StoreLocation(String scheme, String text, @Nullable Path path) {
        this.scheme = scheme;
        this.text = text;
        this.path = path;
        this.name = path == null ? withoutSecrets(text) : path.toString();
    }

    /**
     * Reads a path or URL; looks at nothing but whether a path that ends in {@code .zip} is a file.
     *
     * @param what it is, for the message: {@code "the source"}
     * @throws InvalidRequestException if it is empty, no path, or a URL of a kind that is not known
     */
    public static StoreLocation parse(String what, String text) {
        Matcher url = SCHEME.matcher(text);
        if (!url.matches()) {
            return ofPath(what, text, text);
        }
        String scheme = url.group(1).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "file" -> ofPath(what, text, pathOf(what, text, url.group(2)));
            case "zip" -> new StoreLocation(scheme, url.group(2), path(what, text, url.group(2)));
            case "memory", "http", "https" -> new StoreLocation(scheme, text, null);
            default -> {
                provider(what, scheme, text);
                yield new StoreLocation(scheme, text, null);
            }
        };
    }

    /** A directory, whatever its name. */
    public static StoreLocation of(Path directory) {
        return new StoreLocation("file", directory.toString(), directory);
    }

    private static StoreLocation ofPath(String what, String text, String named) {
        Path path = path(what, text, named);
        boolean isZip = ZipStore.isNamedInside(named)
                || (named.toLowerCase(Locale.ROOT).endsWith(ZIP_SUFFIX) && !Files.isDirectory(path));
        return new StoreLocation(isZip ? "zip" : "file", named, path);
    }

    private static Path path(String what, String text, String named) {
        try {
            Path path = Path.of(named);
            if (path.toString().isEmpty()) {
                throw new InvalidRequestException(
                        text.isEmpty() ? what + " is empty; name a directory" : what + " '" + text + "' names no path");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new InvalidRequestException(what + " '" + text + "' is no path: " + e.getMessage(), e);
        }
    }

    /** The path of a {@code file:} URL, whose percent signs are decoded. */
    private static String pathOf(String what, String text, String rest) {
        if (rest.startsWith("//") && !rest.startsWith("///") && !rest.startsWith("//localhost/")) {
            throw new InvalidRequestException(what + " '" + text
                    + "' names a host; a file URL has none: file:///absolute/path, or just the path");
        }
        String encoded = rest.startsWith("//") ? rest.substring(rest.indexOf('/', 2)) : rest;
        try {
            // Behind "/./" no slash begins a host.
            return new URI("file:/./" + encoded).getPath().substring(3);
        } catch (URISyntaxException e) {
            throw new InvalidRequestException(
                    what + " '" + text + "' is no file URL: " + e.getReason()
                            + ". Write such characters as %XX, or name the path without 'file:'.",
                    e);
        }
    }

    private static StoreProvider provider(String what, String scheme, String text) {
        List<String> known = new ArrayList<>(List.of("file", "zip", "http", "https"));
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            if (provider.schemes().contains(scheme)) {
                return provider;
            }
            known.addAll(provider.schemes());
        }
        throw new InvalidRequestException(what + " '" + withoutSecrets(text) + "' is a URL of the kind '" + scheme
                + ":', which is not known; there are paths and " + String.join(":, ", known)
                + ":. A path with a colon in its name is written with ./ in front.");
    }

    /** Without user, password and query, any of which may be or hold a secret. */
    static String withoutSecrets(String url) {
        int end = url.length();
        for (char c : new char[] {'?', '#'}) {
            int at = url.indexOf(c);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        String shown = url.substring(0, end);
        int authority = shown.indexOf("://");
        if (authority < 0) {
            return shown;
        }
        int slash = shown.indexOf('/', authority + 3);
        int at = shown.lastIndexOf('@', slash < 0 ? shown.length() : slash);
        return at < 0 ? shown : shown.substring(0, authority + 3) + shown.substring(at + 1);
    }

    /** The path of a local directory (or of what stands in its place); {@code null} for every other kind of store. */
    public @Nullable Path directory() {
        return scheme.equals("file") ? path : null;
    }

    /**
     * Refuses what cannot be a destination.
     *
     * @throws InvalidRequestException if its kind is read only
     */
    public void requireWritable(String what) {
        boolean writable = switch (scheme) {
            case "file", "memory" -> true;
            case "zip", "http", "https" -> false;
            default -> provider(what, scheme, text).isWritable();
        };
        if (!writable) {
            throw new InvalidRequestException(what + " '" + this + "' can only be read ("
                    + (scheme.equals("zip") ? "a zip file" : scheme + "://")
                    + "); name a directory, or another store that can be written");
        }
    }

    /** Whether one of the two is, or holds, the other, as far as their names tell. Always false for two local paths, which links can join. */
    public boolean overlaps(StoreLocation other) {
        if (path != null || other.path != null || !scheme.equals(other.scheme)) {
            return false;
        }
        String mine = slashed(name);
        String others = slashed(other.name);
        return (mine.startsWith(others) || others.startsWith(mine))
                && endpoint().equals(other.endpoint());
    }

    private static String slashed(String name) {
        return name.replaceAll("/+$", "") + "/";
    }

    private String endpoint() {
        Matcher matcher = Pattern.compile("[?&]endpoint=([^&]*)").matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    /**
     * Opens it for reading. Local directories and URLs are not asked for anything yet; a zip file is opened and its directory read.
     *
     * @throws io.rezarr.error.StoreException if that fails
     * @throws io.rezarr.error.MalformedDataException if the zip file is damaged
     */
    public Store open() {
        return open(null);
    }

    /**
     * Opens it for writing; writes nothing yet.
     *
     * @param spool directory for values that are being written, where the store cannot take them piece by piece
     */
    public Store openForWriting(Path spool) {
        requireWritable("the destination");
        return open(spool);
    }

    private Store open(@Nullable Path spool) {
        return switch (scheme) {
            case "file" -> FileStore.open(Objects.requireNonNull(path));
            case "zip" -> ZipStore.open(text);
            case "memory" -> MemoryStore.named(text);
            case "http", "https" -> HttpStore.open(text);
            default -> provider("the store", scheme, text).open(text, spool);
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
