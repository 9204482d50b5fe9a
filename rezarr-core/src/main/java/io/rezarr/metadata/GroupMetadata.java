package io.rezarr.metadata;

import io.rezarr.json.JsonObject;

/** The metadata of a group; v3 inline consolidated metadata are not part of it, see {@link ConsolidatedMetadata}. */
public sealed interface GroupMetadata extends NodeMetadata permits V2GroupMetadata, V3GroupMetadata {
    @Override
    GroupMetadata withAttributes(JsonObject attributes);
}
