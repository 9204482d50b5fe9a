/**
 * The memory that is taken for data: the budget, and the buffers lent from it. Knows nothing of Zarr.
 */
@NullMarked
package io.rezarr.memory;

import org.jspecify.annotations.NullMarked;
