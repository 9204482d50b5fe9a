/**
 * The {@code blosc} codec: frames of the Blosc 1 format, read and written here, block by block, over the plain
 * compressors. Byte for byte no wrapper of c-blosc: no native code of its own, every platform that the compressors know.
 */
@NullMarked
package io.rezarr.codec.blosc;

import org.jspecify.annotations.NullMarked;
