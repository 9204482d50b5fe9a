package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.json.Json;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecChoiceTest {
    private static final DataType INT16 = new DataType("int16", DataType.Kind.INT, 2, List.of());

    @Test
    void keepIsNoChoice() {
        assertThat(CodecChoice.parse("keep")).isNull();
        assertThat(CodecChoice.parse(null)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zstd:7 | zstd | {\"level\": 7}",
                "gzip | gzip | {\"level\": 5}",
                "zlib:1 | zlib | {\"level\": 1}",
                "lz4 | lz4 | {\"acceleration\": 1}",
                "blosc | blosc | {\"cname\": \"lz4\", \"clevel\": 5, \"shuffle\": 1, \"blocksize\": 0}",
                "blosc:zstd:3:bit | blosc | {\"cname\": \"zstd\", \"clevel\": 3, \"shuffle\": 2, \"blocksize\": 0}",
                "{\"id\": \"zstd\", \"level\": 9} | zstd | {\"level\": 9}"
            })
    void v2CompressorsAreWrittenAsNumcodecsWritesThem(String text, String id, String configuration) {
        CodecSpec codec = Objects.requireNonNull(choice(text).v2Compressor());
        assertThat(codec.name()).isEqualTo(id);
        assertThat(Json.toString(codec.configuration())).isEqualTo(configuration);
    }

    @Test
    void v3BloscNamesShuffleAndTypesize() {
        CodecSpec codec = choice("blosc:lz4hc:9:byte").v3Codecs(INT16).get(0);
        assertThat(Json.toString(codec.configuration()))
                .isEqualTo("{\"typesize\": 2, \"cname\": \"lz4hc\", \"clevel\": 9, \"shuffle\": \"shuffle\","
                        + " \"blocksize\": 0}");
    }

    @Test
    void noneIsNoCodecAtAll() {
        assertThat(choice("none").v2Compressor()).isNull();
        assertThat(choice("none").v3Codecs(INT16)).isEmpty();
    }

    @Test
    void aListOfV3CodecsCanBeGivenAsJson() {
        assertThat(choice("[{\"name\": \"gzip\", \"configuration\": {\"level\": 1}}, \"crc32c\"]")
                        .v3Codecs(INT16))
                .extracting(CodecSpec::name)
                .containsExactly("gzip", "crc32c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"foo", "zstd:99", "zstd:x", "gzip:1:2", "blosc:foo", "blosc:lz4:10", "blosc:lz4:1:3", "{", ""})
    void whatIsNoCodecIsRefused(String text) {
        assertThatThrownBy(() -> CodecChoice.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("--codec");
    }

    private static CodecChoice choice(String text) {
        return Objects.requireNonNull(CodecChoice.parse(text));
    }
}
