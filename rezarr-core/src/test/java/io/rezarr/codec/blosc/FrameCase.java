package io.rezarr.codec.blosc;

import io.rezarr.codec.BlockCodec;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One frame of a test: how it is written, and what it holds. A line of {@code index.csv}. */
record FrameCase(String cname, int shuffle, int level, int blocksize, int itemsize, int kind, long seed, int decoded) {
    static final String INDEX_HEADER = "cname,shuffle,clevel,blocksize,itemsize,kind,seed,decoded,encoded";
    static final List<String> CNAMES = List.of("blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd");

    static FrameCase parse(String line) {
        String[] field = line.split(",", -1);
        return new FrameCase(
                field[0],
                Integer.parseInt(field[1]),
                Integer.parseInt(field[2]),
                Integer.parseInt(field[3]),
                Integer.parseInt(field[4]),
                Integer.parseInt(field[5]),
                Long.parseLong(field[6]),
                Integer.parseInt(field[7]));
    }

    String line(int encoded) {
        return String.join(
                ",",
                List.of(
                        cname,
                        "" + shuffle,
                        "" + level,
                        "" + blocksize,
                        "" + itemsize,
                        "" + kind,
                        "" + seed,
                        "" + decoded,
                        "" + encoded));
    }

    byte[] payload() {
        return Payload.of(kind, seed, itemsize, decoded);
    }

    BlockCodec codec() {
        return BloscCodec.of(spec(cname, level, shuffle, blocksize), itemsize);
    }

    static CodecSpec spec(String cname, int level, int shuffle, int blocksize) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("cname", new JsonString(cname));
        members.put("clevel", JsonNumber.of(level));
        members.put("shuffle", JsonNumber.of(shuffle));
        members.put("blocksize", JsonNumber.of(blocksize));
        return CodecSpec.v2("blosc", new JsonObject(members));
    }
}
