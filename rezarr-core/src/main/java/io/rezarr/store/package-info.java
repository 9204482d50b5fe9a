/**
 * Bytes by key: stores, keys, ranges, writers; their hash. Knows nothing of Zarr.
 */
@NullMarked
package io.rezarr.store;

import org.jspecify.annotations.NullMarked;
