package io.rezarr.codec;

import static io.rezarr.testkit.Specs.v2;
import static io.rezarr.testkit.Specs.v3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.CodecSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecRegistryTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "blosc",
                "zstd",
                "gzip",
                "numcodecs.zstd",
                "numcodecs.gzip",
                "numcodecs.zlib",
                "numcodecs.lz4",
                "numcodecs.bz2",
                "numcodecs.lzma",
                "numcodecs.shuffle",
                "numcodecs.crc32",
                "numcodecs.crc32c",
                "numcodecs.adler32",
                "numcodecs.fletcher32",
                "numcodecs.jenkins_lookup3",
                "crc32c"
            })
    void namesOfV3AreKnown(String name) {
        assertThat(CodecRegistry.bytesToBytes(v3(name), 4).name()).isEqualTo(name);
        assertThat(CodecRegistry.names(CodecSpec.Family.V3)).contains(name, "bytes", "transpose", "sharding_indexed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blosc",
                "zstd",
                "gzip",
                "zlib",
                "lz4",
                "bz2",
                "lzma",
                "shuffle",
                "packbits",
                "base64",
                "crc32",
                "crc32c",
                "adler32",
                "fletcher32",
                "jenkins_lookup3",
                "bitround"
            })
    void idsOfV2AreKnown(String id) {
        assertThat(CodecRegistry.bytesToBytes(v2(id), 4).name()).isEqualTo(id);
    }

    @Test
    void oneFormatHasSeveralNames() {
        assertThat(CodecRegistry.bytesToBytes(v3("numcodecs.zstd"), 4).format())
                .isEqualTo(CodecRegistry.bytesToBytes(v2("zstd"), 4).format())
                .isEqualTo("zstd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"frobnicate", "vlen-utf8", "pickle", "json2", "msgpack2", "zfpy", "numcodecs.zstd"})
    void unknownIdOfV2IsRefusedWithTheKnownOnes(String id) {
        assertThatThrownBy(() -> CodecRegistry.bytesToBytes(v2(id), 4))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageStartingWith("Codec '" + id + "' of Zarr v2 is not supported; supported are ")
                .hasMessageContaining("gzip, ")
                .hasMessageContaining("zlib, zstd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"frobnicate", "zlib", "lz4", "numcodecs.base64", "numcodecs.pcodec", "vlen-utf8"})
    void unknownNameOfV3IsRefusedWithTheKnownOnes(String name) {
        assertThatThrownBy(() -> CodecRegistry.bytesToBytes(v3(name), 4))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageStartingWith("Codec '" + name + "' of Zarr v3 is not supported; supported are ")
                .hasMessageContaining("crc32c")
                .hasMessageContaining("sharding_indexed");
    }

    @Test
    void installedProviderIsAskedForNamesThatAreUnknown() {
        assertThat(CodecRegistry.bytesToBytes(v3("test.identity"), 4)).isInstanceOf(IdentityCodec.class);
    }

    @Test
    void levelOutOfRangeIsNamedWithTheRange() {
        assertThatThrownBy(() -> CodecRegistry.bytesToBytes(v3("gzip", "level", 10), 4))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessage("Codec 'gzip': configuration member 'level' must be an integer from 0 to 9, found 10.");
        assertThatThrownBy(() -> CodecRegistry.bytesToBytes(v3("zstd", "level", 23), 4))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("found 23");
        assertThatThrownBy(() -> CodecRegistry.bytesToBytes(v2("zlib", "level", "best"), 4))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("found \"best\"");
        assertThatThrownBy(() -> CodecRegistry.bytesToBytes(v3("zstd", "checksum", 1), 4))
                .hasMessageContaining("must be true or false, found 1");
    }

    @Test
    void levelBeyondZstdIsTheHighestInV2AsInNumcodecs() {
        assertThat(CodecRegistry.bytesToBytes(v2("zstd", "level", 99), 4))
                .isEqualTo(CodecRegistry.bytesToBytes(v2("zstd", "level", 22), 4));
    }

    @Test
    void unknownConfigurationIsRefused() {
        assertThatThrownBy(() -> CodecRegistry.bytesToBytes(v3("zstd", "level", 3, "dictionary", "x"), 4))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("unknown configuration 'dictionary'; known are: level, checksum");
    }
}
