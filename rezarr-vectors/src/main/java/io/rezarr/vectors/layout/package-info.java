/**
 * Opens a store in whichever layout it has.
 */
@NullMarked
package io.rezarr.vectors.layout;

import org.jspecify.annotations.NullMarked;
