/**
 * Reads layout 0.7: an array family is a group of byte arrays, one for each chunk; links that cross chunks, objects and groups are arrays of the level.
 */
@NullMarked
package io.rezarr.vectors.layout.v07;

import org.jspecify.annotations.NullMarked;
