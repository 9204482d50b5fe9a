/**
 * The filters of NumCodecs: what turns elements into elements before they are compressed. They see bytes, in the order in which the elements
 * lie in memory, and know from their configuration what numbers these are.
 */
@NullMarked
package io.rezarr.codec.filter;

import org.jspecify.annotations.NullMarked;
