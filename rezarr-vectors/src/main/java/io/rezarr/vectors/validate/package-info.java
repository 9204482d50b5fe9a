/**
 * Checks a store at five levels. Reports, never repairs, and never fails on what it checks.
 */
@NullMarked
package io.rezarr.vectors.validate;

import org.jspecify.annotations.NullMarked;
