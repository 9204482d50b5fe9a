/**
 * What makes a result visible and a run safe: locks, the in-place swap, recovery.
 */
@NullMarked
package io.rezarr.commit;

import org.jspecify.annotations.NullMarked;
