package io.rezarr.plan;

/** How elements get from the source's chunks to the destination's. */
public enum Strategy {
    /** Encoded chunks are moved; nothing is decoded. */
    PASS_THROUGH,
    /** The same grid with other codecs: each unit is decoded and encoded. */
    RECODE,
    /** The destination is assembled region by region from the read units that each touches. */
    DIRECT
}
