package io.rezarr.cli;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.plan.Alternative;
import io.rezarr.plan.CostModel;
import io.rezarr.plan.ItemMemory;
import io.rezarr.plan.Plan;
import io.rezarr.plan.Planner;
import io.rezarr.plan.ShufflePlan;
import io.rezarr.rechunk.ArrayRechunk;
import java.util.ArrayList;
import java.util.List;

/** Plans for programs. Names are snake_case; a member once given keeps its meaning while {@code format_version} stays. */
final class PlanJson {
    private static final int FORMAT_VERSION = 1;

    private PlanJson() {}

    static JsonObject of(List<ArrayRechunk> arrays) {
        List<JsonValue> plans = new ArrayList<>();
        for (ArrayRechunk array : arrays) {
            plans.add(JsonObject.EMPTY
                    .with("path", new JsonString(array.path()))
                    .with("source", RechunkJson.ofMetadata(array.source().metadata()))
                    .with("destination", RechunkJson.ofMetadata(array.destination()))
                    .with("plan", of(array.plan()))
                    .with(
                            "least_memory_bytes",
                            JsonNumber.of(Planner.leastBytes(array.plan().request()))));
        }
        return versioned().with("arrays", new JsonArray(plans));
    }

    private static JsonObject versioned() {
        return JsonObject.EMPTY.with("format_version", JsonNumber.of(FORMAT_VERSION));
    }

    static JsonObject compared(List<ArrayRechunk> arrays, List<Long> budgets) {
        List<JsonValue> rows = new ArrayList<>();
        for (ArrayRechunk array : arrays) {
            for (long budget : budgets) {
                rows.add(JsonObject.EMPTY
                        .with("path", new JsonString(array.path()))
                        .with("max_memory_bytes", JsonNumber.of(budget))
                        .with("plan", planned(array, budget)));
            }
        }
        return versioned().with("compared", new JsonArray(rows));
    }

    private static JsonValue planned(ArrayRechunk array, long budget) {
        try {
            return of(Planner.plan(array.plan().request().withMaxBytes(budget)));
        } catch (InfeasiblePlanException e) {
            return JsonObject.EMPTY
                    .with("refused", new JsonString(String.valueOf(e.getMessage())))
                    .with("least_memory_bytes", JsonNumber.of(e.leastBytes()));
        }
    }

    private static JsonObject of(Plan plan) {
        return JsonObject.EMPTY
                .with("strategy", new JsonString(plan.strategy().label()))
                .with("method", new JsonString(Choice.wordOf(plan.method())))
                .with("reason", new JsonString(plan.reason()))
                .with("region_shape", RechunkJson.ofShape(plan.regionShape()))
                .with("regions", JsonNumber.of(plan.regions()))
                .with("concurrent_regions", JsonNumber.of(plan.concurrentRegions()))
                .with("sweep_axis", plan.sweepAxis() < 0 ? JsonLiteral.NULL : JsonNumber.of(plan.sweepAxis()))
                .with(
                        "part_bytes",
                        plan.parts() == null
                                ? JsonLiteral.NULL
                                : JsonNumber.of(plan.parts().partBytes()))
                .with("threads", JsonNumber.of(plan.threads()))
                .with("scratch", plan.shuffle() == null ? JsonLiteral.NULL : ofShuffle(plan.shuffle()))
                .with("items", plan.items().equals(ItemMemory.NONE) ? JsonLiteral.NULL : ofItems(plan.items()))
                .with("max_memory_bytes", JsonNumber.of(plan.request().maxBytes()))
                .with("peak_memory_bytes", JsonNumber.of(plan.peakBytes()))
                .with("predicted", RechunkJson.ofWork(plan.predicted()))
                .with("cost_seconds", ofCost(plan.cost()))
                .with(
                        "alternatives",
                        new JsonArray(plan.alternatives().stream()
                                .<JsonValue>map(PlanJson::ofAlternative)
                                .toList()));
    }

    private static JsonObject ofItems(ItemMemory room) {
        return JsonObject.EMPTY
                .with("read_bytes", JsonNumber.of(room.readBytes()))
                .with("written_bytes", JsonNumber.of(room.writtenBytes()))
                .with("region_bytes", JsonNumber.of(room.regionBytes()));
    }

    private static JsonObject ofShuffle(ShufflePlan shuffle) {
        return JsonObject.EMPTY
                .with("levels", JsonNumber.of(shuffle.levels()))
                .with("bytes_at_once", JsonNumber.of(shuffle.scratchBytes()))
                .with("bytes_written", JsonNumber.of(shuffle.writtenBytes()));
    }

    private static JsonObject ofAlternative(Alternative alternative) {
        return JsonObject.EMPTY
                .with("strategy", new JsonString(alternative.strategy().label()))
                .with("region_shape", RechunkJson.ofShape(alternative.regionShape()))
                .with("peak_memory_bytes", JsonNumber.of(alternative.peakBytes()))
                .with("predicted", RechunkJson.ofWork(alternative.predicted()))
                .with("cost_seconds", ofCost(alternative.cost()));
    }

    private static JsonObject ofCost(CostModel.Cost cost) {
        return JsonObject.EMPTY
                .with("total", RechunkJson.seconds(cost.seconds()))
                .with("read", RechunkJson.seconds(cost.read()))
                .with("decode", RechunkJson.seconds(cost.decode()))
                .with("scatter", RechunkJson.seconds(cost.scatter()))
                .with("scratch", RechunkJson.seconds(cost.scratch()))
                .with("encode", RechunkJson.seconds(cost.encode()))
                .with("write", RechunkJson.seconds(cost.write()));
    }
}
