package io.rezarr.store;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens stores of some URL schemes. Those that bring libraries of their own live in modules of their own, which no other compiles against, and
 * are found by {@link java.util.ServiceLoader} when a URL of theirs is opened.
 */
public interface StoreProvider {
    /** In lower case: {@code s3}. */
    Set<String> schemes();

    /** Whether its stores can be written. */
    boolean isWritable();

    /**
     * Opens a store; asks nothing of it yet.
     *
     * @param url as the user wrote it; what may be secret in it must not get into {@link Store#location} or any message
     * @param spool directory for values that are being written; {@code null} if the store is only read
     * @throws io.rezarr.error.InvalidRequestException if the URL is not one of this kind
     */
    Store open(String url, java.nio.file.@Nullable Path spool);
}
