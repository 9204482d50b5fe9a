package io.rezarr.rechunk;

import io.rezarr.commit.LocalPath;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.store.StoreLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What holds of every request to rewrite something, be it an array, a group or a vector store: each rule once, and the words in which a request is refused.
 * Options are named as the command line has them.
 */
public final class RewriteRules {
    private RewriteRules() {}

    /** @throws InvalidRequestException if one of them is less than 1 */
    public static void requireLimits(long maxBytes, int threads) {
        if (threads < 1 || maxBytes < 1) {
            throw new InvalidRequestException(
                    "threads (" + threads + ") and memory (" + maxBytes + " bytes) must be at least 1");
        }
    }

    /**
     * Of a request that is not in place.
     *
     * @throws InvalidRequestException if no destination is named
     */
    public static void requireDestination(@Nullable String destination) {
        if (destination == null) {
            throw new InvalidRequestException("DST is missing: name where the result goes, or say --in-place");
        }
    }

    /**
     * Of a request in place.
     *
     * @throws InvalidRequestException if a destination is named
     */
    public static void requireNoDestination(@Nullable String destination) {
        if (destination != null) {
            throw new InvalidRequestException(
                    "--in-place takes no DST, found '" + destination + "'; leave out one of them");
        }
    }

    /** For a request in place that is to replace a destination. */
    public static InvalidRequestException overwriteInPlace() {
        return new InvalidRequestException("--overwrite is about DST; in place the source is replaced anyway");
    }

    /** For a request in place of which nothing is to be verified. */
    public static InvalidRequestException unverifiedInPlace() {
        return new InvalidRequestException(
                "--verify none does not go in place: what replaces the source is always verified");
    }

    /**
     * What can be seen of the places without opening them.
     *
     * @param scratch directory for scratch files, if one is named
     * @throws InvalidRequestException if one of them is no place of its kind
     */
    public static void checkPlaces(String source, @Nullable String destination, @Nullable String scratch) {
        StoreLocation.parse("the source", source);
        if (destination != null) {
            StoreLocation.parse("the destination", destination).requireWritable("the destination");
        }
        LocalPath.require("the scratch directory", scratch);
        if (scratch != null && !Files.isDirectory(Path.of(scratch))) {
            throw new InvalidRequestException("--scratch '" + scratch + "' is no directory; name one that exists");
        }
    }

    /**
     * The directory of a source that is to be changed in place.
     *
     * @throws InvalidRequestException if it is none
     */
    public static Path directoryInPlace(String source) {
        StoreLocation location = StoreLocation.parse("the source", source);
        Path directory = location.directory();
        if (directory == null) {
            throw new InvalidRequestException("--in-place needs renames of directories, which '" + location
                    + "' does not have; name a destination instead");
        }
        return directory;
    }
}
