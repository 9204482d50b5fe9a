/**
 * Compressors that stand alone: zstd, gzip, zlib, lz4. Blosc, which contains some of them, has a package of its own.
 */
@NullMarked
package io.rezarr.codec.compress;

import org.jspecify.annotations.NullMarked;
