package io.rezarr.vectors.api;

import io.rezarr.error.VerificationException;
import io.rezarr.store.FileStore;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.api.VectorRechunkListener.Phase;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.node.RootOverlay;
import io.rezarr.vectors.validate.Finding;
import io.rezarr.vectors.validate.Severity;
import io.rezarr.vectors.validate.Validation;
import io.rezarr.vectors.validate.ValidationReport;
import io.rezarr.vectors.write.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store of the Zarr Vector Format that is to be rewritten, to another place or in place. Nothing is written before {@link #run}.
 *
 * <p>The source is not changed before the result was verified and stands on the disk; out of place it is not changed at all. What is written becomes
 * visible as a whole or not at all: the root's document is the last that is written, in place the new store takes the old one's place when it was verified.
 */
public abstract sealed class VectorRewrite<R extends VectorRewriteReport> implements AutoCloseable
        permits VectorRechunk, VectorPyramid {
    private static final long MAX_BUFFER_BYTES = 64L << 20;
    private static final int BUFFER_PARTS = 16;

    private final VectorRechunkRequest request;
    private final RewritePlaces places;
    private final Store store;
    private final VectorStore source;
    private final StoreDocuments documents;

    /** @param store of the source; is closed with this */
    VectorRewrite(VectorRechunkRequest request, RewritePlaces places, Store store, VectorStore source) {
        this.request = request;
        this.places = places;
        this.store = store;
        this.source = source;
        this.documents = StoreDocuments.of(source);
    }

    /** Prepares a run with a store of the source, which is closed if that fails. */
    static <R> R prepared(Store store, Supplier<R> run) {
        try {
            return VectorStores.reading(store, run);
        } catch (Throwable e) {
            try {
                store.close();
            } catch (RuntimeException notClosed) {
                e.addSuppressed(notClosed);
            }
            throw e;
        }
    }

    /** What was chosen for the user, and what follows from it. */
    public abstract List<String> notes();

    /**
     * Writes, verifies and commits.
     *
     * @throws VerificationException if what was written is not sound, or is not what the source holds; nothing was replaced then
     * @throws io.rezarr.error.RezarrException for every other failure
     */
    public final R run(VectorRechunkListener listener) {
        return VectorStores.reading(store, () -> run(listener, destination()));
    }

    /** @param destination is closed */
    final R run(VectorRechunkListener listener, Destination destination) {
        long start = System.nanoTime();
        try (destination) {
            List<String> notes = new ArrayList<>(notes());
            listener.phase(Phase.WRITE);
            Written<R> written;
            String digest = null;
            try (Store target = destination.open(request.fsync() ? FileStore.Fsync.ALWAYS : FileStore.Fsync.NEVER)) {
                RootOverlay overlay = overlay(target);
                written = write(destination, overlay, listener, notes);
                if (request.verify() == Verify.FULL) {
                    listener.phase(Phase.VERIFY);
                    digest = verify(destination.result(overlay));
                }
                listener.phase(Phase.COMMIT);
                overlay.release();
            }
            destination.commit(documents);
            return written.report(places.result().toString(), notes, digest, (System.nanoTime() - start) / 1e9);
        }
    }

    /** What was written, to be reported when the rest is known. */
    interface Written<R> {
        R report(String committed, List<String> notes, @Nullable String digest, double seconds);
    }

    /** Where the result goes, from now on for this run alone. */
    abstract Destination destination();

    /** What the result is written to, and read from again. */
    RootOverlay overlay(Store target) {
        return new RootOverlay(target);
    }

    /**
     * Writes all of it; the root's document comes last.
     *
     * @param notes are added to
     */
    abstract Written<R> write(
            Destination destination, RootOverlay target, VectorRechunkListener listener, List<String> notes);

    /** Reads what will stand there, and the source once more. Gives the digest of what was written. */
    private String verify(Store written) {
        requireValid(written);
        VectorStore result = VectorStores.open(written, StorePrefix.ROOT, maxValueBytes());
        VectorDigest expected = VectorDigest.of(source, maxValueBytes());
        VectorDigest found = VectorDigest.of(result, maxValueBytes());
        requireSame(found, expected, result.levelNumbers());
        return found.hex();
    }

    private void requireValid(Store written) {
        ValidationReport report = Validation.run(written, StorePrefix.ROOT, Validation.MAX_LEVEL, maxValueBytes());
        if (!report.isValid()) {
            Finding first = report.findings().stream()
                    .filter(finding -> finding.severity() == Severity.ERROR)
                    .findFirst()
                    .orElseThrow();
            throw new VerificationException("What was written is not valid: "
                    + first.check().token() + " in '"
                    + first.array() + "'" + (first.chunk() == null ? "" : " chunk " + first.chunk()) + ": "
                    + first.found() + " (" + report.errors() + " errors). Nothing was replaced. If"
                    + " 'rezarr vectors validate " + request.source() + "' finds the same, mend the source first.");
        }
    }

    /**
     * Compares what was written with what the source holds, as far as it is to be the same.
     *
     * @param present the levels of the result
     * @throws VerificationException if they differ
     */
    abstract void requireSame(VectorDigest found, VectorDigest expected, List<Integer> present);

    final RewritePlaces places() {
        return places;
    }

    final Store store() {
        return store;
    }

    final VectorStore source() {
        return source;
    }

    final StoreDocuments documents() {
        return documents;
    }

    final int maxValueBytes() {
        return VectorStores.maxValueBytes(request.maxBytes());
    }

    final NodeStoreWriter.Settings settings(
            Storage storage, Path scratch, VectorRechunkListener listener, List<String> notes) {
        long buffer = Math.min(MAX_BUFFER_BYTES, Math.max(1 << 16, request.maxBytes() / BUFFER_PARTS));
        return new NodeStoreWriter.Settings(storage, scratch, buffer, note -> {
            synchronized (notes) {
                notes.add(note);
            }
            listener.note(note);
        });
    }

    @Override
    public void close() {
        store.close();
    }
}
