package io.rezarr.rechunk;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.error.VerificationException;
import io.rezarr.execute.RunListener;
import io.rezarr.execute.RunOptions;
import io.rezarr.plan.Plan;
import io.rezarr.rechunk.RechunkReport.Verdict;
import io.rezarr.rechunk.RechunkRequest.Verify;
import io.rezarr.verify.ArrayComparison;
import io.rezarr.verify.ContentDigest;
import io.rezarr.verify.Difference;
import io.rezarr.verify.DigestSum;
import org.jspecify.annotations.Nullable;

/**
 * The verification of one array: what was written is read again, and its content digest compared with that of the source
 * as it was read. Where the source was not decoded, or that is asked for, both sides are read and compared element by element.
 */
final class Verification {
    private final RechunkRequest request;
    private final ArrayRechunk array;
    /** Of the source as it is read; {@code null} if no digest is compared. */
    private final @Nullable DigestSum asRead;

    private Verification(RechunkRequest request, ArrayRechunk array, @Nullable DigestSum asRead) {
        this.request = request;
        this.array = array;
        this.asRead = asRead;
    }

    /** @param readsAll whether the run reads the whole source */
    static Verification of(RechunkRequest request, ArrayRechunk array, boolean readsAll) {
        boolean byDigest = isWanted(request) && readsAll && request.verify() != Verify.FULL && isDecoded(array.plan());
        return new Verification(request, array, byDigest ? sumOf(array.source()) : null);
    }

    private static boolean isDecoded(Plan plan) {
        return plan.method() == Plan.Method.CODED
                || plan.method() == Plan.Method.SCATTERED
                || plan.method() == Plan.Method.ITEMS;
    }

    private static DigestSum sumOf(ZarrArray source) {
        return new DigestSum(
                source.metadata(), new ChunkReader(source).unitChain().layout());
    }

    static boolean isWanted(RechunkRequest request) {
        return request.verify() != Verify.NONE;
    }

    /** Those options, with what takes the elements that are read. */
    RunOptions with(RunOptions options) {
        return asRead == null ? options : options.withElements(asRead);
    }

    /**
     * Reads what was written.
     *
     * @throws VerificationException if it is not what the source holds
     */
    Verdict check(ZarrArray destination, RunListener listener) {
        if (!isWanted(request)) {
            return Verdict.NONE;
        }
        if (asRead == null) {
            compare(destination, listener);
            return new Verdict(Verdict.How.COMPARED, null);
        }
        ContentDigest expected = asRead.digest();
        ContentDigest written = ContentDigest.of(destination, request.maxBytes(), request.threads(), listener);
        if (!written.equals(expected)) {
            // Says where they differ, if the source still reads as it did.
            compare(destination, listener);
            throw new VerificationException(
                    "What was written for '" + array.path() + "' has the content digest "
                            + written.hex() + ", the source as it was read has " + expected.hex()
                            + ", yet both are equal when they are read"
                            + " again. The source is as it was. Has something changed it meanwhile, or is the memory or the disk faulty?");
        }
        return new Verdict(Verdict.How.DIGEST, written.hex());
    }

    private void compare(ZarrArray destination, RunListener listener) {
        Difference difference =
                ArrayComparison.compare(array.source(), destination, request.maxBytes(), request.threads(), listener);
        if (difference != null) {
            throw new VerificationException("What was written for '" + array.path()
                    + "' differs from the source in its "
                    + difference.what() + " " + difference.index() + ": " + difference.left() + " was read, "
                    + difference.right() + " was written. The source is as it was. This is a fault of rezarr, of the"
                    + " memory or of the disk; please report it.");
        }
    }
}
