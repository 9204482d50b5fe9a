/**
 * Bytes by key: stores, keys, ranges, writers. Knows nothing of Zarr.
 */
@NullMarked
package io.rezarr.store;

import org.jspecify.annotations.NullMarked;
