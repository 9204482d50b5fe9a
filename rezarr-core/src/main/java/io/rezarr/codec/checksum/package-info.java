/**
 * Codecs that change no byte, but notice when one has changed.
 */
@NullMarked
package io.rezarr.codec.checksum;

import org.jspecify.annotations.NullMarked;
