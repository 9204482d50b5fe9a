/**
 * What turns the elements of a chunk into stored bytes and back: codecs, their chains and the shard index. No I/O.
 */
@NullMarked
package io.rezarr.codec;

import org.jspecify.annotations.NullMarked;
