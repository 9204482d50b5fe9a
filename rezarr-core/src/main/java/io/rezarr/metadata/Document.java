package io.rezarr.metadata;

import io.rezarr.json.JsonObject;

/**
 * A metadata document.
 *
 * @param key relative to its node: {@code .zarray}, {@code .zattrs}, {@code .zgroup}, {@code .zmetadata}, {@code zarr.json}
 * @param content with every member, known or not, in the order read
 */
public record Document(String key, JsonObject content) {
    public static final String ZARRAY = ".zarray";
    public static final String ZGROUP = ".zgroup";
    public static final String ZATTRS = ".zattrs";
    public static final String ZMETADATA = ".zmetadata";
    public static final String ZARR_JSON = "zarr.json";
}
