/**
 * The public way in to rewriting stores of the Zarr Vector Format: request, prepare, run, verify, commit.
 */
@NullMarked
package io.rezarr.vectors.api;

import org.jspecify.annotations.NullMarked;
