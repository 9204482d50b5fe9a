package io.rezarr.commit;

import io.rezarr.error.InvalidRequestException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Paths that requests name. */
public final class LocalPath {
    private LocalPath() {}

    /**
     * Refuses what is no path of a local directory.
     *
     * @param what it is, for the message
     * @param path {@code null} if the request names none: nothing is refused then
     * @throws InvalidRequestException if it is a URL, empty, or no path
     */
    public static void require(String what, @Nullable String path) {
        if (path == null) {
            return;
        }
        if (path.matches("[a-z][a-z0-9+.-]+:.*") && !path.matches("[A-Za-z]:[\\\\/].*")) {
            throw new InvalidRequestException(what + " '" + path + "' is a URL; it must be a local directory");
        }
        try {
            if (Path.of(path).toString().isEmpty()) {
                throw new InvalidRequestException(what + " is empty; name a directory");
            }
        } catch (InvalidPathException e) {
            throw new InvalidRequestException(what + " '" + path + "' is no path: " + e.getMessage(), e);
        }
    }
}
