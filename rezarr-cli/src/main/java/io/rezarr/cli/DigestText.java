package io.rezarr.cli;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.rechunk.StoreDigest;
import io.rezarr.rechunk.StoreDigest.ArrayDigest;
import io.rezarr.verify.ContentDigest;
import java.util.ArrayList;
import java.util.List;

/** What {@code digest} prints. */
final class DigestText {
    private DigestText() {}

    /** A line {@code HEX  PATH} each, as {@code sha256sum} prints them; the whole first, with the path {@code .}. */
    static List<String> lines(StoreDigest digest) {
        List<String> lines = new ArrayList<>();
        lines.add(digest.whole().hex() + "  .");
        for (ArrayDigest array : digest.arrays()) {
            lines.add(array.digest().hex() + "  " + array.path());
        }
        return lines;
    }

    static JsonObject json(StoreDigest digest) {
        List<JsonValue> arrays =
                digest.arrays().stream().<JsonValue>map(DigestText::array).toList();
        return JsonObject.EMPTY
                .with("construction", new JsonString(ContentDigest.NAME))
                .with("digest", new JsonString(digest.whole().hex()))
                .with("arrays", new JsonArray(arrays));
    }

    private static JsonObject array(ArrayDigest array) {
        return JsonObject.EMPTY
                .with("path", new JsonString(array.path()))
                .with("digest", new JsonString(array.digest().hex()));
    }
}
