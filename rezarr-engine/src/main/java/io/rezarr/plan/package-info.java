/**
 * From the metadata of both sides and the limits to a plan: strategy, regions, predicted work. Pure arithmetic, no I/O.
 */
@NullMarked
package io.rezarr.plan;

import org.jspecify.annotations.NullMarked;
