/**
 * Groups, arrays and attributes below the root of a store, as both layouts use them. Knows names and metadata, nothing of the meaning of values.
 */
@NullMarked
package io.rezarr.vectors.node;

import org.jspecify.annotations.NullMarked;
