package io.rezarr.cli;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.vectors.api.VectorRechunkReport;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.rechunk.VectorRunReport;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What {@code vectors rechunk} and {@code rebin} print: for people, and for programs (names are snake_case; a member once given keeps its meaning). */
final class VectorsRewriteReport {
    private VectorsRewriteReport() {}

    /** @param peakBytes of the process; negative if not known */
    static List<String> lines(VectorRechunkReport report, long peakBytes, long maxBytes) {
        List<String> lines = new ArrayList<>();
        for (VectorRunReport.OfLevel level : report.run().levels()) {
            LevelGrid grid = report.grids().level(level.number());
            lines.add("level " + level.number() + ": chunks of " + grid.chunkShape() + ", bins of " + grid.binShape());
            lines.add(entry(
                    "vertices",
                    level.rows() + " in " + Figures.count(level.chunks(), "chunk") + " (from "
                            + Figures.count(level.sourceChunks(), "chunk") + ")"));
            if (level.fullest() != null) {
                lines.add(entry(
                        "fullest",
                        level.fullest() + ": " + level.fullestRows() + " vertices, "
                                + Figures.bytes(level.fullestBytes())));
            }
            if (level.objects() > 0) {
                lines.add(entry("objects", Long.toString(level.objects())));
            }
            if (level.links() > 0) {
                lines.add(entry("links", links(level)));
            }
            repairs(level, lines);
        }
        VectorRunReport run = report.run();
        if (run.conventionSwitched()) {
            lines.add("links_convention is " + run.linksConvention().token()
                    + " now: in these chunks the order of vertices cannot say what all parents are");
        }
        run.pendingLinks()
                .forEach(family -> lines.add(
                        family + " is not written: the level that it leads to is not among those that were asked for"));
        lines.add(
                report.digest() == null
                        ? "not verified (--verify full)"
                        : "verified: valid at level 5, digest " + report.digest());
        String memory = peakBytes < 0
                ? ""
                : ", peak memory " + Figures.binary(peakBytes) + " (--max-memory " + Figures.binary(maxBytes) + ")";
        lines.add(report.committed() + ": " + Figures.count(run.levels().size(), "level") + " in "
                + Figures.duration(report.seconds()) + memory);
        return lines;
    }

    private static String links(VectorRunReport.OfLevel level) {
        return level.links() + " (" + level.nowCrossing() + " cross chunks now, " + level.nowWithin()
                + " no longer do, " + level.nowStored() + " were implied before)";
    }

    private static void repairs(VectorRunReport.OfLevel level, List<String> lines) {
        if (level.repairedRows() > 0) {
            lines.add(entry("repaired", level.repairedRows() + " vertices did not lie in the chunk of their position"));
        }
        if (level.deadRows() > 0) {
            lines.add(entry("dead rows", level.deadRows() + " in no fragment"));
        }
        if (level.filledValues() > 0) {
            lines.add(
                    entry("filled", level.filledValues() + " values of link attributes that the source does not have"));
        }
    }

    private static String entry(String name, String value) {
        return "  %-10s %s".formatted(name, value);
    }

    static JsonObject json(VectorRechunkReport report, long peakBytes) {
        VectorRunReport run = report.run();
        return JsonObject.EMPTY
                .with("committed", new JsonString(report.committed()))
                .with("chunk_shape", vector(report.grids().chunkShape()))
                .with("bin_shape", vector(report.grids().binShape()))
                .with(
                        "levels",
                        new JsonArray(run.levels().stream()
                                .<JsonValue>map(
                                        level -> level(level, report.grids().level(level.number())))
                                .toList()))
                .with("links_convention", new JsonString(run.linksConvention().token()))
                .with("convention_switched", JsonLiteral.of(run.conventionSwitched()))
                .with("pending_links", InfoJson.strings(run.pendingLinks()))
                .with("memory_bytes", JsonNumber.of(run.memoryBytes()))
                .with("scratch_bytes", JsonNumber.of(run.scratchBytes()))
                .with("notes", InfoJson.strings(report.notes()))
                .with("digest", report.digest() == null ? JsonLiteral.NULL : new JsonString(report.digest()))
                .with("seconds", new JsonNumber(Figures.decimal(report.seconds(), 3)))
                .with("peak_bytes", peakBytes < 0 ? JsonLiteral.NULL : JsonNumber.of(peakBytes));
    }

    private static JsonObject level(VectorRunReport.OfLevel level, LevelGrid grid) {
        return JsonObject.EMPTY
                .with("level", JsonNumber.of(level.number()))
                .with("chunk_shape", vector(grid.chunkShape()))
                .with("bin_shape", vector(grid.binShape()))
                .with("source_chunks", JsonNumber.of(level.sourceChunks()))
                .with("chunks", JsonNumber.of(level.chunks()))
                .with("vertices", JsonNumber.of(level.rows()))
                .with("repaired", JsonNumber.of(level.repairedRows()))
                .with("dead_rows", JsonNumber.of(level.deadRows()))
                .with("objects", JsonNumber.of(level.objects()))
                .with("links", JsonNumber.of(level.links()))
                .with("links_now_crossing", JsonNumber.of(level.nowCrossing()))
                .with("links_now_within", JsonNumber.of(level.nowWithin()))
                .with("links_now_stored", JsonNumber.of(level.nowStored()))
                .with("filled_values", JsonNumber.of(level.filledValues()))
                .with(
                        "fullest_chunk",
                        level.fullest() == null
                                ? JsonLiteral.NULL
                                : new JsonString(level.fullest().toString()))
                .with("fullest_chunk_vertices", JsonNumber.of(level.fullestRows()));
    }

    private static JsonArray vector(WorldVector vector) {
        return new JsonArray(Arrays.stream(vector.toArray())
                .<JsonValue>mapToObj(component -> new JsonNumber(Double.toString(component)))
                .toList());
    }
}
