/**
 * Runs a plan: reads, scatters, encodes, writes, counts. Decides nothing that the plan has decided.
 */
@NullMarked
package io.rezarr.execute;

import org.jspecify.annotations.NullMarked;
