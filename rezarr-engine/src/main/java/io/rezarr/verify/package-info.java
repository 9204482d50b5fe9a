/**
 * Compares arrays; reports, never repairs.
 */
@NullMarked
package io.rezarr.verify;

import org.jspecify.annotations.NullMarked;
