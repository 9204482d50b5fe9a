/**
 * What a layout must be able to write: values by chunk, links, objects, what is carried over. Interfaces and what they are told; no layout is known here, and nothing is moved.
 */
@NullMarked
package io.rezarr.vectors.write;

import org.jspecify.annotations.NullMarked;
