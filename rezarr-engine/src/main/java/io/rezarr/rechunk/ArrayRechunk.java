package io.rezarr.rechunk;

import io.rezarr.array.ZarrArray;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.plan.Plan;

/**
 * One array of a run: what it is, what it becomes, and how.
 *
 * @param path of the array below the request's source; {@code ""} if that is the array itself
 * @param source as it stands
 * @param destination metadata as they will be written
 * @param plan how its chunks get there
 */
public record ArrayRechunk(String path, ZarrArray source, ArrayMetadata destination, Plan plan) {}
