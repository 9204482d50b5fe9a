package io.rezarr.cli;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.Shape;
import io.rezarr.plan.Plan;
import io.rezarr.plan.Work;
import io.rezarr.rechunk.ArrayRechunk;
import io.rezarr.rechunk.RechunkReport;
import io.rezarr.rechunk.RechunkReport.ArrayReport;
import io.rezarr.rechunk.RechunkReport.Verdict;
import java.util.List;

/** What {@code rechunk --json} prints for programs. Names are snake_case; a member once given keeps its meaning. */
final class RechunkJson {
    private RechunkJson() {}

    static JsonObject ofPlan(List<ArrayRechunk> arrays) {
        return JsonObject.EMPTY
                .with("dry_run", JsonLiteral.TRUE)
                .with(
                        "arrays",
                        new JsonArray(arrays.stream()
                                .<JsonValue>map(RechunkJson::ofArray)
                                .toList()));
    }

    /** @param peakBytes of the process; negative if not known */
    static JsonObject ofReport(RechunkReport report, long peakBytes) {
        return JsonObject.EMPTY
                .with("dry_run", JsonLiteral.FALSE)
                .with("destination", new JsonString(report.committed()))
                .with("seconds", seconds(report.seconds()))
                .with("peak_memory_bytes", peakBytes < 0 ? JsonLiteral.NULL : JsonNumber.of(peakBytes))
                .with(
                        "arrays",
                        new JsonArray(report.arrays().stream()
                                .<JsonValue>map(RechunkJson::ofArrayReport)
                                .toList()));
    }

    private static JsonObject ofArrayReport(ArrayReport report) {
        String digest = report.verdict().digest();
        return ofArray(report.array())
                .with("finished_before", JsonNumber.of(report.finishedBefore()))
                .with("done", ofWork(report.done()))
                .with("seconds", seconds(report.seconds()))
                .with("verified", JsonLiteral.of(report.verdict().how() != Verdict.How.NOT))
                .with("digest", digest == null ? JsonLiteral.NULL : new JsonString(digest));
    }

    private static JsonObject ofArray(ArrayRechunk array) {
        Plan plan = array.plan();
        return JsonObject.EMPTY
                .with("path", new JsonString(array.path()))
                .with("source", ofMetadata(array.source().metadata()))
                .with("destination", ofMetadata(array.destination()))
                .with("strategy", new JsonString(Choice.wordOf(plan.strategy())))
                .with("reason", new JsonString(plan.reason()))
                .with("region_shape", ofShape(plan.regionShape()))
                .with("concurrent_regions", JsonNumber.of(plan.concurrentRegions()))
                .with("planned_memory_bytes", JsonNumber.of(plan.peakBytes()))
                .with("predicted", ofWork(plan.predicted()));
    }

    static JsonObject ofMetadata(ArrayMetadata array) {
        return JsonObject.EMPTY
                .with("format", new JsonString(array.format().toString()))
                .with("shape", ofShape(array.shape()))
                .with("data_type", new JsonString(array.dataType().name()))
                .with("chunks", ofShape(LayoutText.chunks(array)))
                .with("shards", array.innerChunkShape() == null ? JsonLiteral.NULL : ofShape(array.chunkShape()))
                .with("codecs", new JsonString(LayoutText.codecs(array)));
    }

    static JsonArray ofShape(Shape shape) {
        return JsonArray.ofLongs(shape.toArray());
    }

    static JsonObject ofWork(Work work) {
        return JsonObject.EMPTY
                .with("reads", JsonNumber.of(work.reads()))
                .with("absent", JsonNumber.of(work.absent()))
                .with("decodes", JsonNumber.of(work.decodes()))
                .with("encodes", JsonNumber.of(work.encodes()))
                .with("all_fill", JsonNumber.of(work.allFill()))
                .with("moved", JsonNumber.of(work.moved()))
                .with("writes", JsonNumber.of(work.writes()))
                .with("bytes_read", JsonNumber.of(work.bytesRead()))
                .with("bytes_decoded", JsonNumber.of(work.bytesDecoded()))
                .with("bytes_written", JsonNumber.of(work.bytesWritten()))
                .with("bytes_scratch", JsonNumber.of(work.bytesScratch()))
                .with("requests", JsonNumber.of(work.requests()));
    }

    static JsonNumber seconds(double seconds) {
        return new JsonNumber(Figures.decimal(seconds, 3));
    }
}
