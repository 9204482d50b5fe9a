package io.rezarr.plan;

/** Makes plans. */
public final class Planner {
    private Planner() {}

    /**
     * The cheapest plan.
     *
     * @throws io.rezarr.error.InfeasiblePlanException if no plan fits {@code maxBytes} (names the least that would do), or a unit is larger than
     *     2 GiB decoded (names the remedy)
     * @throws io.rezarr.error.UnsupportedFeatureException if the chunks must be decoded or encoded, and a codec or the type is not known
     */
    public static Plan plan(PlanRequest request) {
        throw new UnsupportedOperationException();
    }
}
