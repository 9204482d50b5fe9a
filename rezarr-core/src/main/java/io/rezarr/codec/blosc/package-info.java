/**
 * The {@code blosc} codec: frames of the Blosc 1 format, read and written here, block by block, over libraries for the plain
 * compressors. No c-blosc, so that it runs wherever those do, and decodes single blocks.
 */
@NullMarked
package io.rezarr.codec.blosc;

import org.jspecify.annotations.NullMarked;
