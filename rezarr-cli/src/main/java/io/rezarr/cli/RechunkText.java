package io.rezarr.cli;

import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.plan.Work;
import io.rezarr.rechunk.ArrayRechunk;
import io.rezarr.rechunk.RechunkReport;
import io.rezarr.rechunk.RechunkReport.ArrayReport;
import java.util.ArrayList;
import java.util.List;

/** What {@code rechunk} prints for people: the plan, or what was done. */
final class RechunkText {
    private RechunkText() {}

    static List<String> ofPlan(List<ArrayRechunk> arrays) {
        List<String> lines = new ArrayList<>();
        for (ArrayRechunk array : arrays) {
            lines.addAll(change(array));
            lines.addAll(PlanText.of(array.plan()));
        }
        lines.add("dry run: nothing was written");
        return lines;
    }

    /** @param peakBytes of the process; negative if not known */
    static List<String> ofReport(RechunkReport report, long peakBytes, long maxBytes) {
        List<String> lines = new ArrayList<>();
        report.arrays().forEach(array -> lines.addAll(ofArray(array)));
        String memory = peakBytes < 0
                ? ""
                : ", peak memory " + Figures.binary(peakBytes) + " (--max-memory " + Figures.binary(maxBytes) + ")";
        lines.add(report.committed() + ": " + Figures.count(report.arrays().size(), "array") + " in "
                + Figures.duration(report.seconds()) + memory);
        return lines;
    }

    private static List<String> ofArray(ArrayReport report) {
        Work done = report.done();
        List<String> lines = new ArrayList<>(change(report.array()));
        if (report.finishedBefore() > 0) {
            lines.add(entry("resumed", "after " + Figures.count(report.finishedBefore(), "chunk")));
        }
        lines.add(entry("work", counts(done)));
        lines.add(entry("planned", counts(report.array().plan().predicted())));
        if (done.moved() > 0) {
            lines.add(entry("moved", Figures.count(done.moved(), "chunk") + " moved undecoded"));
        }
        lines.add(entry("bytes", sizes(report)));
        lines.add(entry(
                "time",
                Figures.duration(report.seconds()) + ", read " + Figures.rate(done.bytesRead(), report.seconds())
                        + ", decoded " + Figures.rate(done.bytesDecoded(), report.seconds()) + ", written "
                        + Figures.rate(done.bytesWritten(), report.seconds())));
        lines.add(entry("verified", verdict(report)));
        return lines;
    }

    private static String verdict(ArrayReport report) {
        return switch (report.verdict().how()) {
            case NOT -> "no (--verify written)";
            case DIGEST ->
                "read again, the content digest is that of the source: "
                        + report.verdict().digest();
            case COMPARED -> "read again, every element is equal";
        };
    }

    /** {@code read 1.2 GB, written 0.9 GB in 12 objects, ratio 2.31}. */
    private static String sizes(ArrayReport report) {
        Work done = report.done();
        long decoded = LayoutText.decodedBytes(report.array().destination());
        String ratio =
                decoded < 0 || done.bytesWritten() == 0 ? "" : ", ratio " + Figures.ratio(decoded, done.bytesWritten());
        return "read " + Figures.bytes(done.bytesRead()) + ", written " + Figures.bytes(done.bytesWritten()) + " in "
                + Figures.count(done.writes(), "object") + ratio;
    }

    private static String counts(Work work) {
        return Figures.count(work.reads(), "chunk") + " read (" + work.absent() + " absent), " + work.decodes()
                + " decoded, " + work.encodes() + " encoded (" + work.allFill() + " all fill), " + work.moved()
                + " moved, " + Figures.count(work.writes(), "object") + " written"
                + (work.bytesScratch() == 0 ? "" : ", " + Figures.bytes(work.bytesScratch()) + " to scratch");
    }

    /** The name, then what becomes what; what stays as it is has no arrow. */
    static List<String> change(ArrayRechunk array) {
        ArrayMetadata old = array.source().metadata();
        ArrayMetadata now = array.destination();
        List<String> lines = new ArrayList<>();
        lines.add(array.path().isEmpty() ? array.source().store().location() : array.path());
        lines.add(entry("format", arrow(old.format(), now.format())));
        lines.add(entry(
                "shape", arrow(old.shape(), now.shape()) + " " + now.dataType().name()));
        lines.add(entry("chunks", arrow(LayoutText.chunks(old), LayoutText.chunks(now))));
        lines.add(entry("shards", arrow(LayoutText.shards(old), LayoutText.shards(now))));
        lines.add(entry("codecs", arrow(LayoutText.codecs(old), LayoutText.codecs(now))));
        return lines;
    }

    private static String arrow(Object before, Object after) {
        return before.equals(after) ? after.toString() : before + " -> " + after;
    }

    static String entry(String name, String value) {
        return "  %-9s %s".formatted(name, value);
    }
}
