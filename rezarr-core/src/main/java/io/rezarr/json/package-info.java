/**
 * JSON documents as values that keep what was read: the order of members, the text of numbers, unknown fields. Knows nothing of Zarr.
 */
@NullMarked
package io.rezarr.json;

import org.jspecify.annotations.NullMarked;
