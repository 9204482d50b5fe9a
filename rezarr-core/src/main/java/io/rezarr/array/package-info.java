/**
 * Arrays and groups in a store: opening and listing them, reading and writing their chunks. Below this, nothing knows of both bytes and metadata.
 */
@NullMarked
package io.rezarr.array;

import org.jspecify.annotations.NullMarked;
