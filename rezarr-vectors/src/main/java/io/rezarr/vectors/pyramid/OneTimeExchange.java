package io.rezarr.vectors.pyramid;

import io.rezarr.vectors.rechunk.Exchange;
import io.rezarr.vectors.rechunk.RunContext;

/** Exchanges of a pyramid go to scratch files where they do not fit, and are never filled again. */
final class OneTimeExchange {
    private OneTimeExchange() {}

    /**
     * @param bytes of all pieces, as good as it is known
     * @param share of the memory that pieces may take, as its inverse
     */
    static Exchange open(RunContext context, long buckets, long bytes, int share) {
        return new Exchange(context, buckets, bytes, 0, share, () -> {
            throw new IllegalStateException("pieces of a pyramid are made once");
        });
    }
}
