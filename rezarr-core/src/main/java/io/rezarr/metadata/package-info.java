/**
 * Zarr v2 and v3 metadata documents, data types, fill values, chunk grids and chunk keys. No I/O, no codecs.
 */
@NullMarked
package io.rezarr.metadata;

import org.jspecify.annotations.NullMarked;
