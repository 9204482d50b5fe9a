package io.rezarr.metadata;

/** The version of the Zarr specification that a node is written in. */
public enum ZarrFormat {
    V2,
    V3;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
