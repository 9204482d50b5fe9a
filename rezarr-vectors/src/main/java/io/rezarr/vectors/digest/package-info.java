/**
 * What identifies the content of a store, whatever its chunks, bins and layout.
 */
@NullMarked
package io.rezarr.vectors.digest;

import org.jspecify.annotations.NullMarked;
