package io.rezarr.plan;

import io.rezarr.metadata.Shape;

/**
 * A plan that was weighed against the chosen one.
 *
 * @param strategy of it
 * @param regionShape in elements
 * @param predicted work
 * @param cost of it
 * @param peakBytes of memory
 */
public record Alternative(Strategy strategy, Shape regionShape, Work predicted, CostModel.Cost cost, long peakBytes) {}
