/**
 * What stands at a path, for people and programs.
 */
@NullMarked
package io.rezarr.vectors.info;

import org.jspecify.annotations.NullMarked;
