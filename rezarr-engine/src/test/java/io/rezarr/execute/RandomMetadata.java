package io.rezarr.execute;

import io.rezarr.json.Json;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Random metadata of arrays that are small enough for the slow twin. */
public final class RandomMetadata {
    private final Random random;
    public final long[] shape;
    private final String[] type;
    private final boolean isPlain;
    private final int compressor;

    /** Of each type: its name in v3 and in v2, a fill value as both spell it, and zero. */
    private static final String[][] TYPES = {
        {"\"uint8\"", "\"|u1\"", "7", "0"},
        {"\"int16\"", "\"<i2\"", "-3", "0"},
        {"\"float32\"", "\"<f4\"", "1.5", "0"},
        {"\"float64\"", "\">f8\"", "\"NaN\"", "0"},
        {"\"int32\"", "\">i4\"", "0", "0"},
        {"\"complex128\"", "\"<c16\"", "[1.0, -2.0]", "[0.0, 0.0]"},
        {"\"int64\"", "\"<i8\"", "0", "0"},
        {"\"bool\"", "\"|b1\"", "false", "false"},
        {
            "{\"name\":\"structured\",\"configuration\":{\"fields\":[[\"a\",\"int32\"],[\"b\",\"float64\"]]}}",
            "[[\"a\",\"<i4\"],[\"b\",\"<f8\"]]",
            "\"AQIDBAUGBwgJCgsM\"",
            "\"AAAAAAAAAAAAAAAA\""
        },
        {
            "{\"name\":\"null_terminated_bytes\",\"configuration\":{\"length_bytes\":5}}",
            "\"|S5\"",
            "\"aGVsbG8=\"",
            "\"\""
        },
        {"{\"name\":\"fixed_length_utf32\",\"configuration\":{\"length_bytes\":12}}", "\"<U3\"", "\"ab\"", "\"\""},
    };

    private static final int[] PLAIN_COMPRESSORS = {0, 1, 2, 4};
    private static final int ZLIB = 3;
    private static final String[] BLOSC = {"blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd"};
    private static final String[] SHUFFLES = {"noshuffle", "shuffle", "bitshuffle"};

    public RandomMetadata(Random random) {
        this(random, Alike.NOTHING);
    }

    /** What all that is made has in common. */
    public enum Alike {
        NOTHING,
        /** One layout and one compressor, as far as both formats name it. */
        UNITS,
        /** One layout; zlib in v2 and gzip in v3. */
        ZLIB_STREAMS
    }

    public RandomMetadata(Random random, Alike alike) {
        this.random = random;
        this.isPlain = alike != Alike.NOTHING;
        this.compressor =
                alike == Alike.ZLIB_STREAMS ? ZLIB : PLAIN_COMPRESSORS[random.nextInt(PLAIN_COMPRESSORS.length)];
        int rank = random.nextInt(7);
        this.shape = new long[rank];
        int max = rank == 0 ? 1 : (int) Math.max(2, Math.pow(1200, 1.0 / rank));
        for (int axis = 0; axis < rank; axis++) {
            shape[axis] = random.nextInt(25) == 0 ? 0 : 1 + random.nextInt(max);
        }
        this.type = TYPES[random.nextInt(TYPES.length)];
    }

    /** Chunks of any size, at times larger than the array. */
    public long[] chunks() {
        long[] chunks = new long[shape.length];
        for (int axis = 0; axis < chunks.length; axis++) {
            chunks[axis] = 1L + random.nextInt((int) Math.max(1, shape[axis] * (random.nextInt(8) == 0 ? 2 : 1)));
        }
        return chunks;
    }

    /** Chunks that divide those, or are multiples of them. */
    public long[] related(long[] chunks) {
        long[] related = chunks.clone();
        boolean divide = random.nextBoolean();
        for (int axis = 0; axis < related.length; axis++) {
            if (!divide) {
                related[axis] *= 1 + random.nextInt(3);
            } else {
                long divisor = 1L + random.nextInt((int) related[axis]);
                if (related[axis] % divisor == 0) {
                    related[axis] = divisor;
                }
            }
        }
        return related;
    }

    public String defaultFill() {
        return random.nextInt(3) == 0 ? type[2] : type[3];
    }

    private String bloscName() {
        return BLOSC[random.nextInt(BLOSC.length)];
    }

    public ArrayMetadata v2(long[] chunks, String fill) {
        String order = !isPlain && random.nextInt(3) == 0 ? "F" : "C";
        String dtype = isPlain ? type[1].replace('>', '<') : type[1];
        if (!isPlain && random.nextInt(4) == 0 && dtype.matches("\"[<>].*")) {
            dtype = (dtype.charAt(1) == '<' ? "\">" : "\"<") + dtype.substring(2);
        }
        String[] compressors = {
            "null",
            "{\"id\":\"gzip\",\"level\":1}",
            "{\"id\":\"zstd\",\"level\":1}",
            "{\"id\":\"zlib\",\"level\":1}",
            "{\"id\":\"blosc\",\"cname\":\"%s\",\"clevel\":%d,\"shuffle\":%d,\"blocksize\":%d}"
                    .formatted(bloscName(), random.nextInt(6), random.nextInt(3), 128 * random.nextInt(3)),
            "{\"id\":\"lz4\",\"acceleration\":1}"
        };
        String json =
                "{\"zarr_format\":2,\"shape\":%s,\"chunks\":%s,\"dtype\":%s,\"fill_value\":%s,\"order\":\"%s\",\"filters\":%s,\"compressor\":%s,\"dimension_separator\":\"%s\"}"
                        .formatted(
                                Arrays.toString(shape),
                                Arrays.toString(chunks),
                                dtype,
                                fill,
                                order,
                                filters(dtype),
                                compressors[isPlain ? compressor : random.nextInt(compressors.length)],
                                random.nextBoolean() ? "." : "/");
        return V2ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), null, "test");
    }

    /** @param shards multiples of the chunks; of length 0 if there are none and the rank is not 0 */
    public ArrayMetadata v3(long[] chunks, long[] shards, String fill) {
        String gzip = ",{\"name\":\"gzip\",\"configuration\":{\"level\":1}}";
        String[] compressors = {
            "",
            gzip,
            ",{\"name\":\"zstd\",\"configuration\":{\"level\":1,\"checksum\":false}}",
            isPlain ? gzip : ",{\"name\":\"crc32c\"}" + checksum(),
            ",{\"name\":\"blosc\",\"configuration\":{\"cname\":\"%s\",\"clevel\":%d,\"shuffle\":\"%s\",\"typesize\":4,\"blocksize\":%d}}"
                    .formatted(bloscName(), random.nextInt(6), SHUFFLES[random.nextInt(3)], 128 * random.nextInt(3))
        };
        String endian = !isPlain && random.nextInt(4) == 0 ? "big" : "little";
        String filter = isPlain ? "" : filter();
        if (!filter.isEmpty()) {
            endian = "little";
        }
        boolean isAroundShards = shards.length > 0 && filter.contains("astype") && random.nextBoolean();
        String inner = transpose()
                + (isAroundShards ? "" : filter)
                + "{\"name\":\"bytes\",\"configuration\":{\"endian\":\"%s\"}}".formatted(endian)
                + compressors[isPlain ? compressor : random.nextInt(compressors.length)];
        String codecs = inner;
        long[] outer = chunks;
        if (shards.length > 0) {
            outer = shards;
            String outerTranspose = random.nextInt(3) == 0 ? transpose() : "";
            long[] innerShape = permuted(chunks, outerTranspose);
            codecs = outerTranspose
                    + (isAroundShards ? filter : "")
                    + "{\"name\":\"sharding_indexed\",\"configuration\":{\"chunk_shape\":%s,\"codecs\":[%s],\"index_codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"little\"}},{\"name\":\"crc32c\"}],\"index_location\":\"%s\"}}"
                            .formatted(Arrays.toString(innerShape), inner, random.nextBoolean() ? "end" : "start");
        }
        String json =
                "{\"zarr_format\":3,\"node_type\":\"array\",\"shape\":%s,\"data_type\":%s,\"chunk_grid\":{\"name\":\"regular\",\"configuration\":{\"chunk_shape\":%s}},\"chunk_key_encoding\":{\"name\":\"default\",\"configuration\":{\"separator\":\"/\"}},\"fill_value\":%s,\"codecs\":[%s]}"
                        .formatted(Arrays.toString(shape), type[0], Arrays.toString(outer), fill, codecs);
        return V3ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), "test");
    }

    private boolean isInteger() {
        return type[0].matches("\"u?int(8|16|32|64)\"");
    }

    /** Filters that keep any bits, in the terms of v2. */
    private String filters(String dtype) {
        if (isPlain || random.nextInt(3) > 0) {
            return "null";
        }
        List<String> filters = new ArrayList<>();
        if (isInteger() && random.nextBoolean()) {
            filters.add(
                    random.nextBoolean()
                            ? "{\"id\":\"delta\",\"dtype\":%s}".formatted(dtype)
                            : "{\"id\":\"astype\",\"decode_dtype\":%s,\"encode_dtype\":\">i8\"}".formatted(dtype));
        }
        String[] ofBytes = {
            "{\"id\":\"shuffle\",\"elementsize\":1}",
            "{\"id\":\"base64\"}",
            "{\"id\":\"fletcher32\"}",
            "{\"id\":\"adler32\"}",
            "{\"id\":\"zlib\",\"level\":1}"
        };
        for (int i = random.nextInt(3); i > 0; i--) {
            filters.add(ofBytes[random.nextInt(ofBytes.length)]);
        }
        return filters.toString();
    }

    /** A filter that keeps any bits of integers, and a comma; empty for other types. */
    private String filter() {
        if (!isInteger() || random.nextInt(3) > 0) {
            return "";
        }
        String name = type[0].replace("\"", "");
        return (random.nextBoolean()
                        ? "{\"name\":\"numcodecs.delta\",\"configuration\":{\"dtype\":\"%s\"}},"
                        : "{\"name\":\"numcodecs.astype\",\"configuration\":{\"encode_dtype\":\"<i8\",\"decode_dtype\":\"%s\"}},")
                .formatted(name);
    }

    private String checksum() {
        return random.nextBoolean()
                ? ""
                : ",{\"name\":\"numcodecs.jenkins_lookup3\",\"configuration\":{\"initval\":5}}";
    }

    private static long[] permuted(long[] chunks, String transpose) {
        if (transpose.isEmpty()) {
            return chunks;
        }
        int begin = transpose.indexOf('[') + 1;
        String[] order = transpose.substring(begin, transpose.indexOf(']')).split(", ");
        return Arrays.stream(order)
                .mapToLong(axis -> chunks[Integer.parseInt(axis)])
                .toArray();
    }

    private String transpose() {
        if (isPlain || shape.length < 2 || random.nextInt(3) > 0) {
            return "";
        }
        List<Long> order =
                new ArrayList<>(LongStream.range(0, shape.length).boxed().toList());
        Collections.shuffle(order, random);
        return "{\"name\":\"transpose\",\"configuration\":{\"order\":[%s]}},"
                .formatted(order.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
}
