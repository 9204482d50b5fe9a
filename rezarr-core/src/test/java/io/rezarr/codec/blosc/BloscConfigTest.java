package io.rezarr.codec.blosc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.blosc.BloscConfig.ShuffleMode;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import org.junit.jupiter.api.Test;

class BloscConfigTest {
    private static final JsonObject V3 = JsonObject.EMPTY
            .with("cname", new JsonString("zlib"))
            .with("clevel", JsonNumber.of(7))
            .with("shuffle", new JsonString("bitshuffle"))
            .with("typesize", JsonNumber.of(4))
            .with("blocksize", JsonNumber.of(4096));

    private static BloscConfig v3(JsonObject configuration, int elementBytes) {
        return BloscConfig.of(CodecSpec.v3("blosc", configuration), elementBytes);
    }

    private static BloscConfig v2(int shuffle, int elementBytes) {
        return BloscConfig.of(FrameCase.spec("lz4", 5, shuffle, 0), elementBytes);
    }

    @Test
    void v3ConfigurationIsTakenAsItIs() {
        assertThat(v3(V3, 8)).isEqualTo(new BloscConfig(Compressor.ZLIB, 7, ShuffleMode.BITSHUFFLE, 4, 4096));
    }

    @Test
    void v2TypesizeIsThatOfTheElements() {
        assertThat(v2(1, 8)).isEqualTo(new BloscConfig(Compressor.LZ4, 5, ShuffleMode.SHUFFLE, 8, 0));
        assertThat(v2(0, 2).shuffle()).isEqualTo(ShuffleMode.NOSHUFFLE);
        assertThat(v2(2, 0)).isEqualTo(new BloscConfig(Compressor.LZ4, 5, ShuffleMode.BITSHUFFLE, 1, 0));
    }

    @Test
    void automaticShuffleOfV2DependsOnTheElements() {
        assertThat(v2(-1, 1).shuffle()).isEqualTo(ShuffleMode.BITSHUFFLE);
        assertThat(v2(-1, 2).shuffle()).isEqualTo(ShuffleMode.SHUFFLE);
    }

    @Test
    void typesizeThatBloscCannotWriteIsOne() {
        assertThat(v2(-1, 255).typesize()).isEqualTo(255);
        assertThat(v2(-1, 256)).isEqualTo(new BloscConfig(Compressor.LZ4, 5, ShuffleMode.SHUFFLE, 1, 0));
        assertThat(v3(V3.with("typesize", JsonNumber.of(400)), 400).typesize()).isEqualTo(1);
    }

    @Test
    void absentMembersAreAsTheirFormatsReferenceHasThem() {
        assertThat(v3(JsonObject.EMPTY, 4)).isEqualTo(new BloscConfig(Compressor.ZSTD, 5, ShuffleMode.SHUFFLE, 4, 0));
        assertThat(BloscConfig.of(CodecSpec.v2("blosc", JsonObject.EMPTY), 4))
                .isEqualTo(new BloscConfig(Compressor.LZ4, 5, ShuffleMode.SHUFFLE, 4, 0));
    }

    @Test
    void refusalNamesTheMemberWhatWasFoundAndWhatIsExpected() {
        refused("cname", new JsonString("lzma"), "'cname' is 'lzma', expected one of blosclz, lz4, lz4hc, snappy");
        refused("cname", JsonLiteral.NULL, "'cname' is null");
        refused("clevel", JsonNumber.of(10), "'clevel' is 10, expected an integer from 0 to 9");
        refused("clevel", new JsonNumber("5.5"), "'clevel' is 5.5");
        refused("clevel", new JsonNumber("99999999999999999999"), "'clevel' is 99999999999999999999");
        refused("shuffle", JsonNumber.of(1), "'shuffle' is 1, expected one of noshuffle, shuffle, bitshuffle");
        refused("typesize", JsonNumber.of(0), "'typesize' is 0, expected an integer from 1 to");
        refused("blocksize", JsonNumber.of(-1), "'blocksize' is -1, expected an integer from 0 to");
        refused("blocksize", JsonArray.EMPTY, "'blocksize' is an array");
        refused("nthreads", JsonNumber.of(2), "has 'nthreads', which is not known; known are cname, clevel, shuffle");
        assertThatThrownBy(() -> v2(3, 4))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'shuffle' is 3, expected an integer from -1 to 2");
    }

    private static void refused(String member, JsonValue value, String message) {
        assertThatThrownBy(() -> v3(V3.with(member, value), 4))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("codec 'blosc'")
                .hasMessageContaining(message);
    }
}
