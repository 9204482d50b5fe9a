/**
 * Reads layout 0.9: an array family is one array of byte strings, an element for each chunk; links stand in arrays by the offsets of their ends.
 */
@NullMarked
package io.rezarr.vectors.layout.v09;

import org.jspecify.annotations.NullMarked;
