package io.rezarr.codec.blosc;

/** What the streams of a frame are. */
enum StreamFormat {
    BLOSCLZ(0),
    LZ4(1),
    SNAPPY(2),
    ZLIB(3),
    ZSTD(4);

    /** The version byte of each of them; there never was another. */
    static final int VERSION = 1;

    private static final StreamFormat[] BY_CODE = {BLOSCLZ, LZ4, SNAPPY, ZLIB, ZSTD};

    /** As the upper three bits of a frame's flags have it. */
    final int code;

    StreamFormat(int code) {
        this.code = code;
    }

    static int count() {
        return BY_CODE.length;
    }

    static StreamFormat ofCode(int code) {
        return BY_CODE[code];
    }
}
