package io.rezarr.cli;

import io.rezarr.error.CancelledException;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.StoreException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.error.VerificationException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import picocli.CommandLine.ParameterException;

/** How a process ends; {@code docs/cli.md} promises these numbers to scripts. */
enum ExitCode {
    DONE(0),
    /** A difference was found: by {@code diff}, or by the verification of what was written; or an invalid store, by {@code vectors validate}. */
    DIFFERENT(1),
    USAGE(2),
    /** Bad input data, or a type or codec that is not supported. */
    BAD_INPUT(3),
    /** Not carried out: memory, codec limits, an existing, nested or locked destination, no counterpart in the other format. */
    REFUSED(4),
    /** The store or the disk failed. */
    STORE_FAILED(5),
    /** A bug. */
    INTERNAL(6),
    /** By SIGINT: 128 + 2, as shells have it. */
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The one mapping from what went wrong to how the process ends. */
    static ExitCode of(Throwable failure) {
        if (failure instanceof ParameterException
                || failure instanceof InvalidRequestException
                || failure instanceof InvalidPathException) {
            return USAGE;
        }
        if (failure instanceof CancelledException) {
            return INTERRUPTED;
        }
        if (failure instanceof VerificationException) {
            return DIFFERENT;
        }
        if (failure instanceof RefusedException || failure instanceof OutOfMemoryError) {
            return REFUSED;
        }
        if (failure instanceof InvalidMetadataException
                || failure instanceof MalformedDataException
                || failure instanceof UnsupportedFeatureException) {
            return BAD_INPUT;
        }
        if (failure instanceof StoreException || failure instanceof UncheckedIOException) {
            return STORE_FAILED;
        }
        return INTERNAL;
    }
}
