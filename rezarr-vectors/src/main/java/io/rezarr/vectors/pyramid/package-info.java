/**
 * Makes levels of detail: bins of vertices become metavertices, objects follow. Moves pieces as {@code rechunk} does; no layout is known here.
 */
@NullMarked
package io.rezarr.vectors.pyramid;

import org.jspecify.annotations.NullMarked;
