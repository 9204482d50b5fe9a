/**
 * What can go wrong, by what the user can do about it. Nothing else is here, and every other package may use it.
 */
@NullMarked
package io.rezarr.error;

import org.jspecify.annotations.NullMarked;
