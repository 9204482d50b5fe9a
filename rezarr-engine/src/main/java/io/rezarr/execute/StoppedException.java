package io.rezarr.execute;

/** Ends the work of a thread because another one has failed; never the failure that is reported. */
final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoppedException() {
        super("another thread of the run has failed", null, false, false);
    }
}
