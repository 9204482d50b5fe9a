/**
 * Moves a vector store to other chunks or bins: reads every level once, sends its vertices to the chunks that they belong to, and writes each of
 * these once. Everything is in terms of the model; how a layout stores it is the matter of {@code io.rezarr.vectors.write}.
 */
@NullMarked
package io.rezarr.vectors.rechunk;

import org.jspecify.annotations.NullMarked;
