/**
 * The memory that is taken for data: the budget, the buffers lent from it, arithmetic on what that takes. Knows nothing of Zarr.
 */
@NullMarked
package io.rezarr.memory;

import org.jspecify.annotations.NullMarked;
