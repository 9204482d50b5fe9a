/**
 * What a store of the Zarr Vector Format holds, whatever its layout: levels, array families, and the records of one chunk or one batch read at a time. No layout is known here.
 */
@NullMarked
package io.rezarr.vectors.model;

import org.jspecify.annotations.NullMarked;
