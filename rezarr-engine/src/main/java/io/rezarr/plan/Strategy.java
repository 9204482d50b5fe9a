package io.rezarr.plan;

/** How elements get from the source's chunks to the destination's. */
public enum Strategy {
    /** Encoded chunks are moved; nothing is decoded. */
    PASS_THROUGH,
    /** The same grid with other codecs: each unit is decoded and encoded. */
    RECODE,
    /** The destination is assembled region by region from the read units that each touches. */
    DIRECT,
    /** Each read unit is decoded once and cut along the borders of the regions; the pieces wait in scratch files for their region. */
    SHUFFLE;

    /** As people write it: {@code pass-through}. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
