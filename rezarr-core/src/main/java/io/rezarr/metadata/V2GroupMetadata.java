package io.rezarr.metadata;

import io.rezarr.json.JsonObject;
import java.util.List;

/** pending */
public record V2GroupMetadata(JsonObject attributes) implements GroupMetadata {
    @Override
    public ZarrFormat format() {
        return ZarrFormat.V2;
    }

    @Override
    public V2GroupMetadata withAttributes(JsonObject attributes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Document> documents() {
        throw new UnsupportedOperationException();
    }
}
