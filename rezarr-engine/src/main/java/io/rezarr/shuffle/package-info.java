/**
 * Pieces of data, sent to numbered buckets through scratch files and read back bucket range by bucket range. Knows neither Zarr nor plans:
 * what a piece is and what a bucket stands for is its caller's. {@link io.rezarr.shuffle.ShuffleLimits} is pure arithmetic, for planners too.
 */
@NullMarked
package io.rezarr.shuffle;

import org.jspecify.annotations.NullMarked;
