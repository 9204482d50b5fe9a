/**
 * The attributes of roots and levels, which both layouts share but for a few members. No I/O.
 */
@NullMarked
package io.rezarr.vectors.metadata;

import org.jspecify.annotations.NullMarked;
