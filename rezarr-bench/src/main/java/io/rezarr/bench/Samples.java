package io.rezarr.bench;

import io.rezarr.json.Json;
import io.rezarr.metadata.V3ArrayMetadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Data and metadata that benchmarks share. */
final class Samples {
    private Samples() {}

    /** A smooth field with noise, rounded to 1/64: compresses as measurements do. Seeded, little-endian. */
    static byte[] field(int bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(7);
        for (int i = 0; buffer.remaining() >= Float.BYTES; i++) {
            double value = 285 + 10 * Math.sin(i / 97.0) + 0.35 * random.nextGaussian();
            buffer.putFloat((float) (Math.rint(64 * value) / 64));
        }
        return buffer.array();
    }

    /** Metadata of a float32 array with the codecs behind {@code bytes}, JSON without the brackets; may be empty. */
    static V3ArrayMetadata array(long[] shape, long[] chunks, String codecs) {
        String text =
                """
                {"zarr_format": 3, "node_type": "array", "shape": %s, "data_type": "float32", "fill_value": 0,
                 "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": %s}},
                 "chunk_key_encoding": {"name": "default"},
                 "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}%s]}""".formatted(Arrays.toString(shape), Arrays.toString(chunks), codecs.isEmpty() ? "" : ", " + codecs);
        ByteBuffer utf8 = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        return V3ArrayMetadata.parse(Json.parseObject(utf8, "zarr.json"), "zarr.json");
    }
}
