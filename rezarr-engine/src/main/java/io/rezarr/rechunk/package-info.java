/**
 * The public way in, which the command line calls too: a request is opened, planned, run, verified and committed.
 */
@NullMarked
package io.rezarr.rechunk;

import org.jspecify.annotations.NullMarked;
