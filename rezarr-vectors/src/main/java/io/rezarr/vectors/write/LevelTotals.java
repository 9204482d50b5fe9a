package io.rezarr.vectors.write;

/**
 * What is known of a level when all of it was written.
 *
 * @param rows vertices that are stored
 * @param liveRows those that are in some fragment
 * @param fragmentsTile whether in every chunk all fragments are ranges that cover its rows in order
 */
public record LevelTotals(long rows, long liveRows, boolean fragmentsTile) {}
