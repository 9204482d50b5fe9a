package io.rezarr.store.s3;

import io.rezarr.error.CancelledException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.StoreException;
import io.rezarr.store.StoreKey;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What S3 and its client report, in the words and exceptions of a {@link io.rezarr.store.Store}. */
final class S3Failures {
    private static final int NOT_FOUND = 404;

    private final String location;

    S3Failures(String location) {
        this.location = location;
    }

    /** A key in full, for messages. */
    String nameOf(StoreKey key) {
        return location + "/" + key;
    }

    /**
     * Whether it says that there is no such key.
     *
     * @throws StoreException if it says that there is no such bucket
     */
    boolean isAbsence(SdkException failure) {
        return failure instanceof S3Exception e
                && e.statusCode() == NOT_FOUND
                && !codeOf(e).equals("NoSuchBucket");
    }

    static boolean hasStatus(SdkException failure, int status) {
        return failure instanceof S3Exception e && e.statusCode() == status;
    }

    private static String codeOf(S3Exception failure) {
        return failure.awsErrorDetails() == null
                ? ""
                : String.valueOf(failure.awsErrorDetails().errorCode());
    }

    /** @param verb what could not be done */
    RezarrException of(String verb, String key, SdkException failure) {
        String what = "cannot " + verb + " '" + location + (key.isEmpty() ? "" : "/" + key) + "': ";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RezarrException own) {
                return own;
            }
            if (cause instanceof AbortedException || cause instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                return new CancelledException(what + "interrupted", failure);
            }
        }
        return failure instanceof S3Exception e
                ? new StoreException(what + answer(e), failure)
                : new StoreException(what + reasonOf(failure), failure);
    }

    private static String answer(S3Exception failure) {
        String code = codeOf(failure);
        String message = failure.awsErrorDetails() == null
                ? null
                : failure.awsErrorDetails().errorMessage();
        String remedy = switch (failure.statusCode()) {
            case 401, 403 ->
                " Check the credentials, and that they allow this; without the right to list a bucket, S3 answers so for"
                        + " keys that are absent, too. Public data are read with ?anonymous=true.";
            case NOT_FOUND -> " Check the name of the bucket.";
            case 301, 307, 400 -> " Check the region (?region=NAME) and the endpoint.";
            default -> " Try again when the server and the network are well.";
        };
        return "HTTP " + failure.statusCode() + (code.isEmpty() ? "" : " " + code)
                + (message == null ? "" : ", " + message) + "." + remedy;
    }

    private static String reasonOf(SdkException failure) {
        @Nullable String message = failure.getMessage();
        if (message != null && message.startsWith("Unable to load credentials")) {
            return "no credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or name a"
                    + " profile (?profile=NAME); public data are read with ?anonymous=true.";
        }
        return (message == null ? failure.getClass().getSimpleName() : message) + " (after up to " + S3Clients.ATTEMPTS
                + " attempts). Check the endpoint and the network.";
    }
}
