package io.rezarr.cli;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.metadata.DataType;
import io.rezarr.plan.Alternative;
import io.rezarr.plan.CostModel;
import io.rezarr.plan.ItemMemory;
import io.rezarr.plan.Plan;
import io.rezarr.plan.Planner;
import io.rezarr.plan.ShufflePlan;
import io.rezarr.plan.Work;
import io.rezarr.rechunk.ArrayRechunk;
import java.util.ArrayList;
import java.util.List;

/** Plans for people. Figures behind {@code ~} are estimates, the others are what a run of a full store does. */
final class PlanText {
    private PlanText() {}

    static List<String> of(List<ArrayRechunk> arrays) {
        List<String> lines = new ArrayList<>();
        for (ArrayRechunk array : arrays) {
            lines.addAll(RechunkText.change(array));
            lines.addAll(of(array.plan()));
            long least = Planner.leastBytes(array.plan().request());
            lines.add(RechunkText.entry("least", Figures.binary(least) + " of memory would do (-m " + least + ")"));
        }
        return lines;
    }

    static List<String> of(Plan plan) {
        List<String> lines = new ArrayList<>();
        Work work = plan.predicted();
        boolean ofItems = plan.request().source().dataType().kind() == DataType.Kind.VARIABLE;
        lines.add(RechunkText.entry("strategy", plan.strategy().label() + ": " + plan.reason()));
        lines.add(RechunkText.entry("regions", regions(plan)));
        lines.add(RechunkText.entry(
                "reads",
                Figures.count(work.reads(), "chunk") + ", ~" + Figures.bytes(work.bytesRead()) + ", at most "
                        + Figures.count(work.requests(), "request")));
        if (work.moved() > 0) {
            lines.add(RechunkText.entry("moves", Figures.count(work.moved(), "chunk") + " undecoded"));
        } else {
            lines.add(RechunkText.entry(
                    "decodes",
                    Figures.count(work.decodes(), "chunk")
                            + (ofItems ? ", ~" : ", ")
                            + Figures.bytes(work.bytesDecoded())
                            + (plan.parts() == null ? "" : " in parts")));
            lines.add(RechunkText.entry("encodes", Figures.count(work.encodes(), "chunk")));
        }
        lines.add(RechunkText.entry(
                "writes",
                Figures.count(work.writes(), "object")
                        + (ofItems ? ", ~" : ", at most ")
                        + Figures.bytes(work.bytesWritten())));
        if (ofItems && plan.method() != Plan.Method.VALUES) {
            lines.add(RechunkText.entry("items", items(plan.items())));
        }
        ShufflePlan shuffle = plan.shuffle();
        lines.add(RechunkText.entry("scratch", shuffle == null ? "none" : scratch(shuffle)));
        lines.add(RechunkText.entry(
                "memory",
                "at most " + Figures.binary(plan.peakBytes()) + " of "
                        + Figures.binary(plan.request().maxBytes()) + ", "
                        + Figures.count(plan.threads(), "thread")));
        lines.add(RechunkText.entry("cost", cost(plan.cost())));
        plan.alternatives().forEach(alternative -> lines.add(RechunkText.entry("or", of(alternative))));
        return lines;
    }

    private static String regions(Plan plan) {
        return plan.regions() + " of " + plan.regionShape() + ", " + plan.concurrentRegions() + " at a time"
                + (plan.sweepAxis() < 0
                        ? ""
                        : "; what straddles two along axis " + plan.sweepAxis() + " is decoded once");
    }

    private static String items(ItemMemory room) {
        return "of variable size; room for " + Figures.bytes(room.readBytes()) + " of a chunk that is read, "
                + Figures.bytes(room.writtenBytes()) + " of one that is written"
                + (room.regionBytes() == 0 ? "" : ", " + Figures.bytes(room.regionBytes()) + " of a region");
    }

    private static String scratch(ShufflePlan shuffle) {
        return "at most " + Figures.bytes(shuffle.scratchBytes()) + " at once"
                + (shuffle.levels() == 1
                        ? ""
                        : ", " + Figures.bytes(shuffle.writtenBytes()) + " written in " + shuffle.levels() + " passes");
    }

    private static String cost(CostModel.Cost cost) {
        return "~" + Figures.duration(cost.seconds()) + ": read " + Figures.duration(cost.read()) + ", decode "
                + Figures.duration(cost.decode()) + ", scatter " + Figures.duration(cost.scatter()) + ", scratch "
                + Figures.duration(cost.scratch()) + ", encode " + Figures.duration(cost.encode()) + ", write "
                + Figures.duration(cost.write());
    }

    private static String of(Alternative alternative) {
        Work work = alternative.predicted();
        return alternative.strategy().label() + " with regions of " + alternative.regionShape() + ": "
                + Figures.count(work.decodes(), "chunk") + " decoded (" + Figures.bytes(work.bytesDecoded())
                + "), scratch " + Figures.bytes(work.bytesScratch()) + ", memory "
                + Figures.binary(alternative.peakBytes()) + ", ~"
                + Figures.duration(alternative.cost().seconds());
    }

    static List<String> compared(List<ArrayRechunk> arrays, List<Long> budgets) {
        List<String> lines = new ArrayList<>();
        for (ArrayRechunk array : arrays) {
            lines.addAll(RechunkText.change(array));
            lines.add("  %-11s %-13s %14s %12s %12s %11s %10s"
                    .formatted("max-memory", "strategy", "decodes", "decoded", "scratch", "memory", "cost"));
            budgets.forEach(budget -> lines.add(compared(array, budget)));
        }
        return lines;
    }

    private static String compared(ArrayRechunk array, long budget) {
        try {
            Plan plan = Planner.plan(array.plan().request().withMaxBytes(budget));
            Work work = plan.predicted();
            return "  %-11s %-13s %14d %12s %12s %11s %10s"
                    .formatted(
                            Figures.binary(budget),
                            plan.strategy().label(),
                            work.decodes(),
                            Figures.bytes(work.bytesDecoded()),
                            Figures.bytes(work.bytesScratch()),
                            Figures.binary(plan.peakBytes()),
                            "~" + Figures.duration(plan.cost().seconds()));
        } catch (InfeasiblePlanException e) {
            return "  %-11s refused: %s".formatted(Figures.binary(budget), e.getMessage());
        }
    }
}
