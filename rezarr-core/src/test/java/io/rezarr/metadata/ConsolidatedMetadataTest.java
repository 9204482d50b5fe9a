package io.rezarr.metadata;

import static io.rezarr.metadata.V2ArrayMetadataTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.ConsolidatedMetadata.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsolidatedMetadataTest {
    private static final String V2_GROUP = "fixtures/v2_group_consolidated.zarr";
    private static final String V3_GROUP = "fixtures/v3_group_consolidated.zarr";

    @Test
    void v2IsBuiltAsZarrPythonDoes() {
        JsonObject golden = document(V2_GROUP + "/.zmetadata");

        ConsolidatedMetadata built = ConsolidatedMetadata.of(ZarrFormat.V2, entriesOf(V2_GROUP, true));

        assertThat(Json.toString(built.document())).isEqualTo(Json.toString(golden));
        assertThat(ConsolidatedMetadata.parseV2(golden, "g/.zmetadata")).isEqualTo(built);
    }

    @Test
    void v3IsBuiltAsZarrPythonDoes() {
        JsonObject golden = document(V3_GROUP + "/zarr.json");

        ConsolidatedMetadata built = ConsolidatedMetadata.of(ZarrFormat.V3, entriesOf(V3_GROUP, false));

        assertThat(built.paths()).isEqualTo(parsedV3(golden).paths());
        assertThat(built).isEqualTo(parsedV3(golden));
        V3GroupMetadata group = V3GroupMetadata.parse(golden, "g/zarr.json");
        assertThat(group.hasConsolidated()).isTrue();
        assertThat(group.document().has("consolidated_metadata")).isFalse();
        assertThat(built.in(group.document())).isEqualTo(golden);
    }

    @Test
    void anEntryIsReplacedInItsPlaceAndTheOthersStay() {
        ConsolidatedMetadata before = ConsolidatedMetadata.parseV2(json("""
                {"zarr_consolidated_format": 1, "note": 1e-300, "metadata": {".zgroup": {"zarr_format": 2}, "a/.zattrs": {"u": 1},
                 "a/.zarray": {"x": 1}, "a/.zother": {"keep": false}, "ab/.zarray": {"keep": NaN}, "a/b/.zarray": {}, "z/.zunknown": [2]}}"""), "g/.zmetadata");
        V2ArrayMetadata array = array("{\"v\": 1}");

        ConsolidatedMetadata after = before.with("a", List.of(new Entry("a", array)));

        assertThat(Json.toString(after.document()))
                .isEqualTo(
                        "{\"zarr_consolidated_format\": 1, \"note\": 1e-300, \"metadata\": {\".zgroup\": {\"zarr_format\": 2}, "
                                + "\"a/.zarray\": " + Json.toString(array.document()) + ", \"a/.zattrs\": {\"v\": 1}, "
                                + "\"ab/.zarray\": {\"keep\": NaN}, \"z/.zunknown\": [2]}}");
        assertThat(before.paths()).containsExactly("", "a", "ab", "a/b", "z");
        assertThat(after.paths()).containsExactly("", "a", "ab", "z");
    }

    @Test
    void entriesCanBeTakenOutAndPutIn() {
        ConsolidatedMetadata all = ConsolidatedMetadata.of(ZarrFormat.V2, entriesOf(V2_GROUP, true));

        ConsolidatedMetadata without = all.without("deep");
        assertThat(without.paths()).isNotEmpty().noneMatch(path -> path.startsWith("deep"));
        assertThat(without.lists("deep")).isFalse();
        assertThat(all.lists("deep/er")).isTrue();
        ConsolidatedMetadata with = without.with("new", List.of(new Entry("new", array("{}"))));
        assertThat(with.paths()).last().isEqualTo("new");
        assertThat(with.without("new")).isEqualTo(without);
        assertThat(without.without("absent")).isEqualTo(without);
        assertThat(all.without("").paths()).isEmpty();
    }

    @Test
    void editsOfV3KeepTheOrder() {
        ConsolidatedMetadata all = parsedV3(document(V3_GROUP + "/zarr.json"));
        NodeMetadata time = MetadataDocuments.node(V3_GROUP + "/time");

        ConsolidatedMetadata edited =
                all.with("time", List.of(new Entry("time", time.withAttributes(json("{\"a\": 1}")))));

        assertThat(edited.paths()).isEqualTo(all.paths());
        assertThat(edited).isNotEqualTo(all);
        assertThat(edited.with("time", List.of(new Entry("time", time)))).isEqualTo(all);
    }

    @Test
    void keysThatLeadOutOfTheGroupAreLeftOut() {
        ConsolidatedMetadata v2 = ConsolidatedMetadata.parseV2(
                document("bad/path_traversal_consolidated_v2.zarr/.zmetadata"), "g/.zmetadata");
        ConsolidatedMetadata v3 = parsedV3(document("bad/path_traversal_consolidated_v3.zarr/zarr.json"));

        assertThat(v2.paths()).containsExactly("");
        assertThat(v3.paths()).isEmpty();
        assertThat(Json.toString(v2.document()) + Json.toString(v3.document())).doesNotContain("escape");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/x", "a//b", "a/../b", ".", "a\\b", "a/", "\0"})
    void pathsThatLeadOutOfTheGroupAreArgumentMistakes(String path) {
        ConsolidatedMetadata empty = ConsolidatedMetadata.of(ZarrFormat.V2, List.of());

        assertThatThrownBy(() -> empty.with("", List.of(new Entry(path, array("{}")))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConsolidatedMetadata.of(ZarrFormat.V2, List.of(new Entry(path, array("{}")))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNodeElsewhereIsAnArgumentMistake() {
        ConsolidatedMetadata empty = ConsolidatedMetadata.of(ZarrFormat.V2, List.of());

        assertThatThrownBy(() -> empty.with("a", List.of(new Entry("ab", array("{}")))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConsolidatedMetadata.of(ZarrFormat.V3, List.of(new Entry("a", array("{}")))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"metadata\": {}}",
                "{\"zarr_consolidated_format\": 2, \"metadata\": {}}",
                "{\"zarr_consolidated_format\": 1}",
                "{\"zarr_consolidated_format\": 1, \"metadata\": []}"
            })
    void otherDocumentsAreRefused(String document) {
        assertThatThrownBy(() -> ConsolidatedMetadata.parseV2(json(document), "g/.zmetadata"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'g/.zmetadata'");
    }

    @Test
    void groupsWithoutAnyHaveNone() {
        assertThat(ConsolidatedMetadata.parseV3(json("{\"consolidated_metadata\": null}"), "x"))
                .isNull();
        assertThat(ConsolidatedMetadata.parseV3(json("{}"), "x")).isNull();
        assertThatThrownBy(() -> ConsolidatedMetadata.parseV3(
                        json("{\"consolidated_metadata\": {\"kind\": \"linked\", \"metadata\": {}}}"), "g/zarr.json"))
                .hasMessageContaining("/consolidated_metadata/kind is \"linked\"");
    }

    /** Every node below a group, and in v2 the group itself. */
    private static List<Entry> entriesOf(String group, boolean withRoot) {
        TreeSet<String> paths = new TreeSet<>();
        for (String name : MetadataDocuments.below(group + "/").keySet()) {
            int end = name.lastIndexOf('/');
            paths.add(end <= group.length() ? "" : name.substring(group.length() + 1, end));
        }
        List<Entry> entries = new ArrayList<>();
        for (String path : paths.descendingSet()) {
            if (!path.isEmpty() || withRoot) {
                entries.add(new Entry(path, MetadataDocuments.node(path.isEmpty() ? group : group + "/" + path)));
            }
        }
        return entries;
    }

    private static V2ArrayMetadata array(String attributes) {
        return V2ArrayMetadata.parse(
                json("{\"zarr_format\": 2, \"shape\": [], \"chunks\": [], \"dtype\": \"|u1\", \"compressor\": null}"),
                json(attributes),
                "a/.zarray");
    }

    private static ConsolidatedMetadata parsedV3(JsonObject document) {
        return Objects.requireNonNull(ConsolidatedMetadata.parseV3(document, "g/zarr.json"));
    }

    private static JsonObject document(String name) {
        return Objects.requireNonNull(MetadataDocuments.object(name));
    }
}
