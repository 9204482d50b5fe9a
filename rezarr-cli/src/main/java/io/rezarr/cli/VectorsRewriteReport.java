package io.rezarr.cli;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.vectors.api.VectorPyramidReport;
import io.rezarr.vectors.api.VectorRechunkReport;
import io.rezarr.vectors.api.VectorRewriteReport;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.pyramid.PyramidReport;
import io.rezarr.vectors.rechunk.VectorRunReport;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the commands that rewrite vector stores print: for people, and for programs (names are snake_case; a member once given keeps its meaning). */
final class VectorsRewriteReport {
    private VectorsRewriteReport() {}

    /** @param peakBytes of the process; negative if not known */
    static List<String> lines(VectorRewriteReport report, long peakBytes, long maxBytes) {
        List<String> lines = new ArrayList<>();
        int levels = 0;
        if (report instanceof VectorRechunkReport rechunk) {
            levels = addRechunk(rechunk, lines);
        } else if (report instanceof VectorPyramidReport pyramid) {
            levels = addPyramid(pyramid, lines);
        }
        lines.add(
                report.digest() == null
                        ? "not verified (--verify full)"
                        : "verified: valid at level 5, digest " + report.digest());
        String memory = peakBytes < 0
                ? ""
                : ", peak memory " + Figures.binary(peakBytes) + " (--max-memory " + Figures.binary(maxBytes) + ")";
        lines.add(report.committed() + ": " + Figures.count(levels, "level") + " in "
                + Figures.duration(report.seconds()) + memory);
        return lines;
    }

    /** Gives how many levels were written. */
    private static int addRechunk(VectorRechunkReport report, List<String> lines) {
        VectorRunReport run = report.run();
        addLevels(run, report.grids(), lines);
        if (run.conventionSwitched()) {
            lines.add("links_convention is " + run.linksConvention().token()
                    + " now: in these chunks the order of vertices cannot say what all parents are");
        }
        run.pendingLinks()
                .forEach(family -> lines.add(family + " is not written: the level that it leads to is not there"));
        run.addedLinks().forEach(family -> lines.add(family + " was added"));
        return run.levels().size();
    }

    /** Likewise. */
    private static int addPyramid(VectorPyramidReport report, List<String> lines) {
        if (report.levelZero() == null) {
            lines.add("level 0: copied as it is");
        } else {
            addLevels(report.levelZero(), report.grids(), lines);
        }
        for (PyramidReport.OfLevel level : report.pyramid().levels()) {
            lines.add(title(level.number(), report.grids()));
            lines.add(entry("vertices", level.vertices() + " in " + Figures.count(level.chunks(), "chunk")));
            if (level.objects() > 0) {
                lines.add(entry("objects", level.keptObjects() + " of " + level.objects()));
            }
        }
        return report.pyramid().levels().size() + 1;
    }

    private static String title(int level, StoreGrids grids) {
        LevelGrid grid = grids.level(level);
        return "level " + level + ": chunks of " + grid.chunkShape() + ", bins of " + grid.binShape();
    }

    private static void addLevels(VectorRunReport run, StoreGrids grids, List<String> lines) {
        for (VectorRunReport.OfLevel level : run.levels()) {
            lines.add(title(level.number(), grids));
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
            if (level.links() > 0 || level.nowImplied() > 0) {
                lines.add(entry("links", links(level)));
            }
            addRepairs(level, lines);
        }
    }

    private static String links(VectorRunReport.OfLevel level) {
        if (level.nowCrossing() == 0 && level.nowWithin() == 0 && level.nowStored() == 0 && level.nowImplied() == 0) {
            return Long.toString(level.links());
        }
        return level.links() + " (" + level.nowCrossing() + " cross chunks now, " + level.nowWithin()
                + " no longer do, " + level.nowStored() + " were implied before; not counted are " + level.nowImplied()
                + " that are implied now)";
    }

    private static void addRepairs(VectorRunReport.OfLevel level, List<String> lines) {
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

    static JsonObject json(VectorRewriteReport report, long peakBytes) {
        JsonObject json = JsonObject.EMPTY
                .with("committed", new JsonString(report.committed()))
                .with("chunk_shape", vector(report.grids().chunkShape()))
                .with("bin_shape", vector(report.grids().binShape()));
        if (report instanceof VectorRechunkReport rechunk) {
            json = withRechunk(json, rechunk);
        } else if (report instanceof VectorPyramidReport pyramid) {
            json = withPyramid(json, pyramid);
        }
        return json.with("notes", InfoJson.strings(report.notes()))
                .with("digest", report.digest() == null ? JsonLiteral.NULL : new JsonString(report.digest()))
                .with("seconds", new JsonNumber(Figures.decimal(report.seconds(), 3)))
                .with("peak_bytes", peakBytes < 0 ? JsonLiteral.NULL : JsonNumber.of(peakBytes));
    }

    private static JsonObject withRechunk(JsonObject json, VectorRechunkReport report) {
        VectorRunReport run = report.run();
        return json.with("levels", new JsonArray(levels(run, report.grids())))
                .with("links_convention", new JsonString(run.linksConvention().token()))
                .with("convention_switched", JsonLiteral.of(run.conventionSwitched()))
                .with("pending_links", InfoJson.strings(run.pendingLinks()))
                .with("added_links", InfoJson.strings(run.addedLinks()))
                .with("memory_bytes", JsonNumber.of(run.memoryBytes()))
                .with("scratch_bytes", JsonNumber.of(run.scratchBytes()));
    }

    private static JsonObject withPyramid(JsonObject json, VectorPyramidReport report) {
        VectorRunReport zero = report.levelZero();
        List<JsonValue> levels = new ArrayList<>(zero == null ? List.of() : levels(zero, report.grids()));
        for (PyramidReport.OfLevel level : report.pyramid().levels()) {
            levels.add(level(level.number(), report.grids())
                    .with("chunks", JsonNumber.of(level.chunks()))
                    .with("vertices", JsonNumber.of(level.vertices()))
                    .with("objects", JsonNumber.of(level.objects()))
                    .with("kept_objects", JsonNumber.of(level.keptObjects())));
        }
        return json.with("levels", new JsonArray(levels))
                .with("memory_bytes", JsonNumber.of(report.memoryBytes()))
                .with("scratch_bytes", JsonNumber.of(report.scratchBytes()));
    }

    private static List<JsonValue> levels(VectorRunReport run, StoreGrids grids) {
        return run.levels().stream()
                .<JsonValue>map(level -> level(level, grids))
                .toList();
    }

    private static JsonObject level(int number, StoreGrids grids) {
        return JsonObject.EMPTY
                .with("level", JsonNumber.of(number))
                .with("chunk_shape", vector(grids.level(number).chunkShape()))
                .with("bin_shape", vector(grids.level(number).binShape()));
    }

    private static JsonObject level(VectorRunReport.OfLevel level, StoreGrids grids) {
        return level(level.number(), grids)
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
                .with("links_now_implied", JsonNumber.of(level.nowImplied()))
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
