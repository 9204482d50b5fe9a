package io.rezarr.codec.blosc;

/** The compressors inside a frame, by the names that metadata have ({@code cname}). */
enum Compressor {
    BLOSCLZ("blosclz", StreamFormat.BLOSCLZ, false),
    LZ4("lz4", StreamFormat.LZ4, false),
    LZ4HC("lz4hc", StreamFormat.LZ4, true),
    SNAPPY("snappy", StreamFormat.SNAPPY, false),
    ZLIB("zlib", StreamFormat.ZLIB, true),
    ZSTD("zstd", StreamFormat.ZSTD, true);

    final String cname;
    final StreamFormat format;

    /** Whether it gains by larger blocks: c-blosc's "high compression ratio" codecs. */
    final boolean wantsLargeBlocks;

    Compressor(String cname, StreamFormat format, boolean wantsLargeBlocks) {
        this.cname = cname;
        this.format = format;
        this.wantsLargeBlocks = wantsLargeBlocks;
    }
}
