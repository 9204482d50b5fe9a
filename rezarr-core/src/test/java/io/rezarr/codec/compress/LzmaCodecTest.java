package io.rezarr.codec.compress;

import static io.rezarr.testkit.Specs.v2;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.codec.CodecRegistry;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.testkit.CodecContract;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LzmaCodecTest extends CodecContract {
    private static final BytesToBytesCodec XZ = CodecRegistry.bytesToBytes(v2("lzma", "preset", 0), 1);

    @Override
    protected List<BytesToBytesCodec> codecs() {
        return List.of(
                XZ,
                CodecRegistry.bytesToBytes(v2("lzma", "format", 2, "preset", 0), 1),
                CodecRegistry.bytesToBytes(
                        v2(
                                "lzma",
                                "format",
                                3,
                                "filters",
                                List.of(Map.of("id", 3, "dist", 4), Map.of("id", 33, "preset", 0))),
                        1));
    }

    @Override
    protected boolean noticesEveryChange(BytesToBytesCodec codec) {
        return codec.equals(XZ);
    }

    @Override
    protected boolean allocatesForEachChunk() {
        return true;
    }

    @Test
    void aStreamThatWantsMoreMemoryThanTheMetadataTellIsRefused() {
        BytesToBytesCodec large = CodecRegistry.bytesToBytes(v2("lzma", "preset", 6), 1);
        byte[] encoded = encode(large, new byte[3 << 20]);

        assertThatThrownBy(() -> XZ.decode(ByteBuffer.wrap(encoded), 3 << 20, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("KiB");
    }

    @Test
    void filtersThatAreNotKnownAreNamed() {
        assertThatThrownBy(() ->
                        CodecRegistry.bytesToBytes(v2("lzma", "format", 3, "filters", List.of(Map.of("id", 4))), 1))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("LZMA2 (33)");
        assertThatThrownBy(() -> CodecRegistry.bytesToBytes(v2("lzma", "format", 3), 1))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'filters'");
    }
}
