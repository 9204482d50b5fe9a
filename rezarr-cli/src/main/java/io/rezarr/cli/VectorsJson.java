package io.rezarr.cli;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.info.VectorInfo;
import io.rezarr.vectors.info.VectorInfo.AttributeInfo;
import io.rezarr.vectors.info.VectorInfo.LevelInfo;
import io.rezarr.vectors.info.VectorInfo.LinksInfo;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.validate.Finding;
import io.rezarr.vectors.validate.ValidationReport;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the commands for vector stores print for programs. Names are snake_case; a member once given keeps its meaning. */
final class VectorsJson {
    private VectorsJson() {}

    static JsonObject of(VectorInfo info) {
        StoreMetadata metadata = info.metadata();
        return JsonObject.EMPTY
                .with("location", new JsonString(info.location()))
                .with("version", new JsonString(metadata.version().toString()))
                .with("geometry_types", list(metadata.geometryTypes(), type -> new JsonString(type.token())))
                .with(
                        "links_convention",
                        new JsonString(metadata.linksConvention().token()))
                .with("axes", list(metadata.axes(), axis -> new JsonString(axis.name())))
                .with("chunk_shape", vector(metadata.chunkShape()))
                .with("bin_shape", vector(metadata.binShape()))
                .with("bounds", list(List.of(metadata.lower(), metadata.upper()), VectorsJson::vector))
                .with("levels", list(info.levels(), VectorsJson::level))
                .with("parametric_objects", JsonNumber.of(info.parametricObjects()))
                .with("other_members", InfoJson.strings(info.otherMembers()))
                .with("stored_bytes", JsonNumber.of(info.storedBytes()))
                .with("stored_objects", JsonNumber.of(info.storedObjects()))
                .with(
                        "suggested_chunk_shape",
                        info.suggestion() == null
                                ? JsonLiteral.NULL
                                : vector(info.suggestion().shape()))
                .with("watch", InfoJson.strings(info.watch()));
    }

    private static JsonObject level(LevelInfo level) {
        return JsonObject.EMPTY
                .with("level", JsonNumber.of(level.number()))
                .with("chunk_shape", vector(level.chunkShape()))
                .with("bin_shape", vector(level.binShape()))
                .with("vertices", JsonNumber.of(level.vertices()))
                .with("position_type", new JsonString(level.positionType()))
                .with("chunks", JsonNumber.of(level.chunks()))
                .with("fullest_chunk", string(level.fullest()))
                .with("fullest_chunk_vertices", JsonNumber.of(level.fullestVertices()))
                .with("fullest_chunk_position_bytes", JsonNumber.of(level.fullestBytes()))
                .with("objects", known(level.objects()))
                .with("groups", known(level.groups()))
                .with("attributes", list(level.attributes(), VectorsJson::attribute))
                .with("links", list(level.links(), VectorsJson::links))
                .with("stored_bytes", JsonNumber.of(level.storedBytes()))
                .with("stored_objects", JsonNumber.of(level.storedObjects()));
    }

    private static JsonObject attribute(AttributeInfo attribute) {
        return JsonObject.EMPTY
                .with("of", new JsonString(attribute.of()))
                .with("name", new JsonString(attribute.name()))
                .with("type", new JsonString(attribute.type()))
                .with("columns", known(attribute.columns()));
    }

    private static JsonObject links(LinksInfo links) {
        return JsonObject.EMPTY
                .with("delta", JsonNumber.of(links.delta()))
                .with("width", JsonNumber.of(links.width()))
                .with("directed", JsonLiteral.of(links.directed()))
                .with("store", new JsonString(links.policy()))
                .with("links", JsonNumber.of(links.links()));
    }

    static JsonObject of(ValidationReport report) {
        return JsonObject.EMPTY
                .with("valid", JsonLiteral.of(report.isValid()))
                .with("level", JsonNumber.of(report.level()))
                .with("errors", JsonNumber.of(report.errors()))
                .with("findings", list(report.findings(), VectorsJson::finding))
                .with(
                        "more",
                        list(
                                List.copyOf(VectorsText.more(report).entrySet()),
                                entry -> JsonObject.EMPTY
                                        .with(
                                                "check",
                                                new JsonString(entry.getKey().token()))
                                        .with("count", JsonNumber.of(entry.getValue()))));
    }

    private static JsonObject finding(Finding finding) {
        return JsonObject.EMPTY
                .with("check", new JsonString(finding.check().token()))
                .with("validation_level", JsonNumber.of(finding.check().level()))
                .with("severity", new JsonString(finding.severity().name().toLowerCase(Locale.ROOT)))
                .with("level", finding.level() == null ? JsonLiteral.NULL : JsonNumber.of(finding.level()))
                .with("array", new JsonString(finding.array()))
                .with("chunk", string(finding.chunk()))
                .with("found", new JsonString(finding.found()));
    }

    static JsonObject of(VectorDigest digest) {
        return JsonObject.EMPTY
                .with("digest", new JsonString(digest.hex()))
                .with("parts", list(digest.parts(), VectorsJson::part));
    }

    private static JsonObject part(VectorDigest.Part part) {
        boolean root = part.level() == VectorDigest.ROOT;
        return JsonObject.EMPTY
                .with("level", root ? JsonLiteral.NULL : JsonNumber.of(part.level()))
                .with("name", new JsonString(part.name()))
                .with("count", JsonNumber.of(part.count()))
                .with("value", new JsonString(part.value()))
                .with("is_content", JsonLiteral.of(part.isContent()));
    }

    private static JsonArray vector(WorldVector vector) {
        return new JsonArray(Arrays.stream(vector.toArray())
                .<JsonValue>mapToObj(c -> new JsonNumber(Double.toString(c)))
                .toList());
    }

    private static <T> JsonArray list(List<T> items, Function<T, JsonValue> toJson) {
        return new JsonArray(items.stream().map(toJson).toList());
    }

    private static JsonValue known(long count) {
        return count < 0 ? JsonLiteral.NULL : JsonNumber.of(count);
    }

    private static JsonValue string(@Nullable String text) {
        return text == null ? JsonLiteral.NULL : new JsonString(text);
    }
}
