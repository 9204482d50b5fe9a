package io.rezarr.cli;

import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.info.VectorInfo;
import io.rezarr.vectors.info.VectorInfo.AttributeInfo;
import io.rezarr.vectors.info.VectorInfo.LevelInfo;
import io.rezarr.vectors.info.VectorInfo.LinksInfo;
import io.rezarr.vectors.model.Axis;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.validate.Check;
import io.rezarr.vectors.validate.Finding;
import io.rezarr.vectors.validate.Severity;
import io.rezarr.vectors.validate.ValidationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the commands for vector stores print for people. */
final class VectorsText {
    private VectorsText() {}

    static List<String> of(VectorInfo info) {
        StoreMetadata metadata = info.metadata();
        List<String> lines = new ArrayList<>();
        lines.add(info.location());
        entry("format", "Zarr Vector Format " + metadata.version(), lines);
        String types =
                metadata.geometryTypes().stream().map(GeometryType::token).collect(Collectors.joining(", "));
        entry(
                "geometry",
                (types.isEmpty() ? "none" : types) + ", links "
                        + metadata.linksConvention().token(),
                lines);
        entry("axes", metadata.axes().stream().map(VectorsText::axis).collect(Collectors.joining(", ")), lines);
        entry("bounds", metadata.lower() + " to " + metadata.upper(), lines);
        entry(
                "stored",
                Figures.bytes(info.storedBytes()) + " in " + Figures.count(info.storedObjects(), "object"),
                lines);
        if (info.parametricObjects() > 0) {
            entry("parametric", Figures.count(info.parametricObjects(), "object"), lines);
        }
        if (!info.otherMembers().isEmpty()) {
            entry("also there", String.join(", ", info.otherMembers()), lines);
        }
        info.levels().forEach(level -> level(level, lines));
        if (info.suggestion() != null) {
            entry(
                    "auto",
                    "chunks of " + info.suggestion().shape() + " would hold "
                            + Figures.binary(info.suggestion().fullest()) + " at most (--chunk-shape auto)",
                    lines);
        }
        info.watch().forEach(sentence -> entry("watch", sentence, lines));
        return lines;
    }

    private static String axis(Axis axis) {
        return axis.name() + (axis.unit() == null ? "" : " (" + axis.unit() + ")");
    }

    private static void level(LevelInfo level, List<String> lines) {
        lines.add("  level " + level.number());
        inner("chunks", level.chunkShape() + ": " + level.chunks() + " with vertices", lines);
        inner("bins", level.binShape().toString(), lines);
        inner("vertices", level.vertices() + " " + level.positionType() + mean(level), lines);
        if (level.fullest() != null) {
            String fullest = level.fullest() + ": " + level.fullestVertices() + " vertices, "
                    + Figures.bytes(level.fullestBytes()) + " of positions";
            inner("fullest", fullest, lines);
        }
        if (level.objects() >= 0) {
            inner("objects", Long.toString(level.objects()), lines);
        }
        if (level.groups() >= 0) {
            inner("groups", Integer.toString(level.groups()), lines);
        }
        level.links().forEach(links -> inner("links", links(links), lines));
        byOwner(level.attributes()).forEach((of, list) -> inner("of " + of, list, lines));
        inner(
                "stored",
                Figures.bytes(level.storedBytes()) + " in " + Figures.count(level.storedObjects(), "object"),
                lines);
    }

    private static String mean(LevelInfo level) {
        return level.chunks() == 0 ? "" : ", " + level.vertices() / level.chunks() + " in a chunk on average";
    }

    private static String links(LinksInfo links) {
        String where =
                links.delta() == 0 ? "within the level" : "to level " + (links.delta() > 0 ? "+" : "") + links.delta();
        return links.links() + " of " + Figures.count(links.width(), "end") + ", " + where
                + (links.directed() ? ", directed" : "")
                + (links.policy().equals("duplicate") ? ", stored in each chunk" : "");
    }

    /** {@code vertex -> radius float32, rgb uint8 x 3}. */
    private static Map<String, String> byOwner(List<AttributeInfo> attributes) {
        return attributes.stream()
                .collect(Collectors.groupingBy(
                        AttributeInfo::of,
                        TreeMap::new,
                        Collectors.mapping(VectorsText::attribute, Collectors.joining(", "))));
    }

    private static String attribute(AttributeInfo attribute) {
        return attribute.name() + " " + attribute.type() + (attribute.columns() > 1 ? " x " + attribute.columns() : "");
    }

    private static void entry(String name, String value, List<String> lines) {
        lines.add("  %-12s %s".formatted(name, value));
    }

    private static void inner(String name, String value, List<String> lines) {
        lines.add("    %-12s %s".formatted(name, value));
    }

    /** A line for each finding, then the verdict. */
    static List<String> of(ValidationReport report, boolean quiet) {
        List<String> lines = new ArrayList<>();
        for (Finding finding : report.findings()) {
            if (!quiet || finding.severity() == Severity.ERROR) {
                lines.add(finding(finding));
            }
        }
        more(report).forEach((check, count) -> lines.add("... and " + count + " more of " + check.token()));
        long findings =
                report.counts().values().stream().mapToLong(Long::longValue).sum();
        lines.add((report.isValid() ? "valid" : "invalid") + " at level " + report.level() + ": "
                + Figures.count(report.errors(), "error") + ", "
                + Figures.count(findings - report.errors(), "warning"));
        return lines;
    }

    private static String finding(Finding finding) {
        String where = finding.array().isEmpty() ? "(root)" : finding.array();
        return finding.severity().name().toLowerCase(Locale.ROOT) + "  "
                + finding.check().token() + "  " + where + (finding.chunk() == null ? "" : " chunk " + finding.chunk())
                + ": " + finding.found();
    }

    /** How many findings of each check are not among those that were kept. */
    static Map<Check, Long> more(ValidationReport report) {
        Map<Check, Long> more = new TreeMap<>(report.counts());
        report.findings().forEach(finding -> more.merge(finding.check(), -1L, Long::sum));
        more.values().removeIf(count -> count == 0);
        return more;
    }

    static List<String> of(VectorDigest digest, boolean withParts) {
        List<String> lines = new ArrayList<>();
        lines.add(digest.hex() + "  .");
        for (VectorDigest.Part part : withParts ? digest.parts() : List.<VectorDigest.Part>of()) {
            String level = part.level() == VectorDigest.ROOT ? "root" : "level " + part.level();
            lines.add(part.value() + "  " + part.count() + "  " + level + "  " + part.name()
                    + (part.isContent() ? "" : "  (apart)"));
        }
        return lines;
    }
}
