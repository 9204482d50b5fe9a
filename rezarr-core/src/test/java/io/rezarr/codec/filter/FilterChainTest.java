package io.rezarr.codec.filter;

import static io.rezarr.testkit.Specs.BIG;
import static io.rezarr.testkit.Specs.LITTLE;
import static io.rezarr.testkit.Specs.sharding;
import static io.rezarr.testkit.Specs.transpose;
import static io.rezarr.testkit.Specs.v2;
import static io.rezarr.testkit.Specs.v3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.codec.CodecChain;
import io.rezarr.codec.CodecRegistry;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;
import io.rezarr.testkit.CodecContract;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters in chains, where they may stand, and the elements that they cannot keep. */
class FilterChainTest {
    private static final DataType INT32 = new DataType("int32", DataType.Kind.INT, 4, List.of(new ByteRun(0, 4, 1)));
    private static final DataType FLOAT32 =
            new DataType("float32", DataType.Kind.FLOAT, 4, List.of(new ByteRun(0, 4, 1)));
    private static final CodecSpec DELTA = v3("numcodecs.delta", "dtype", "<i4");
    private static final CodecSpec AS_INT64 = v3("numcodecs.astype", "encode_dtype", "<i8", "decode_dtype", "<i4");

    private final Workspace workspace = new Workspace();

    @AfterEach
    void closeWorkspace() {
        workspace.close();
    }

    private static CodecChain chain(DataType type, CodecSpec... codecs) {
        return CodecChain.of(List.of(codecs), type, List.of(), new byte[type.elementBytes()], Shape.of(4, 6));
    }

    @Test
    void sizesBehindFiltersOfFixedSizeAreKnown() {
        assertThat(chain(INT32, AS_INT64, LITTLE).fixedEncodedBytes()).isEqualTo(4 * 6 * 8);
        assertThat(chain(INT32, DELTA, LITTLE, v3("numcodecs.fletcher32")).fixedEncodedBytes())
                .isEqualTo(4 * 6 * 4 + 4);
    }

    @Test
    void filtersAroundShardsSeeTheWholeShard() {
        for (CodecSpec filter : List.of(DELTA, AS_INT64)) {
            CodecChain chain = chain(INT32, filter, sharding(List.of(2, 3), LITTLE, v3("zstd")));
            assertThat(chain.hasReadableInnerChunks()).isFalse();
            byte[] data = new byte[4 * 6 * 4];
            new Random(5).nextBytes(data);
            ByteBuffer encoded = chain.encode(ByteBuffer.wrap(data), workspace);
            chain.check(encoded, workspace);
            assertThat(CodecContract.bytesOf(chain.decode(encoded, workspace))).isEqualTo(data);
        }
    }

    @Test
    void absentInnerChunksBehindAFilterAreTheFillValueAsItsNumbers() {
        byte[] seven = {7, 0, 0, 0};
        CodecChain chain = CodecChain.of(
                List.of(AS_INT64, sharding(List.of(2, 3), LITTLE)), INT32, List.of(), seven, Shape.of(4, 6));
        byte[] all = new byte[4 * 6 * 4];
        for (int i = 0; i < all.length; i += 4) {
            all[i] = 7;
        }
        ByteBuffer encoded = chain.encode(ByteBuffer.wrap(all), workspace);
        assertThat(encoded.remaining()).isEqualTo(4 * 16 + 4); // the index alone
        assertThat(CodecContract.bytesOf(chain.decode(encoded, workspace))).isEqualTo(all);
    }

    @Test
    void whatReadersDisagreeOnIsRefusedByName() {
        assertRefused("'numcodecs.delta' before codec 'transpose'", INT32, DELTA, transpose(1, 0), LITTLE);
        assertRefused("big-endian numbers behind the codec 'numcodecs.delta'", INT32, DELTA, BIG);
        assertRefused(
                "'numcodecs.delta' before transposed inner chunks",
                INT32,
                DELTA,
                sharding(List.of(2, 3), transpose(1, 0), LITTLE));
        assertRefused("big-endian type", INT32, v3("numcodecs.delta", "dtype", ">i4"), LITTLE);
        assertRefused(
                "zarr-python cannot read back",
                FLOAT32,
                v3("numcodecs.quantize", "digits", 2, "dtype", "<f4", "astype", "<f2"),
                LITTLE);
        assertThat(chain(INT32, transpose(1, 0), DELTA, LITTLE).layout().axisOrder())
                .containsExactly(1, 0);
        assertThat(chain(INT32, AS_INT64, transpose(1, 0), LITTLE).layout().axisOrder())
                .containsExactly(1, 0);
        assertThat(chain(FLOAT32, v3("bitround", "keepbits", 4), BIG).layout().bigEndian())
                .hasSize(1);
    }

    private static void assertRefused(String message, DataType type, CodecSpec... codecs) {
        assertThatThrownBy(() -> chain(type, codecs))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aFilterForOtherElementsIsWrong() {
        assertThatThrownBy(() -> chain(FLOAT32, DELTA, LITTLE))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'dtype' must be the type of the elements, float32, found \"<i4\"");
        assertThatThrownBy(() -> chain(INT32, LITTLE, DELTA))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("stands behind 'bytes'");
    }

    /** Encoded numbers, and what numcodecs 0.16.6 decodes them to, each in hex as it is stored. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "astype; decode_dtype,<f4,encode_dtype,<i8; ffffffffffffff7f 0100008000000000; 0000005f 0000004f",
                "astype; decode_dtype,<f8,encode_dtype,<u8; ffffffffffffffff; 000000000000f043",
                "astype; decode_dtype,>f4,encode_dtype,<f8; 9a9999999999b93f 000000000000f87f; 3dcccccd 7fc00000",
                "astype; decode_dtype,<f2,encode_dtype,<f8; 9a9999999999b93f 00000000000050c0; 662e 00d4",
                "astype; decode_dtype,<i2,encode_dtype,<f4; 6666e6bf 0000c842; ffff 6400",
                "astype; decode_dtype,|u1,encode_dtype,<i4; ff010000 feffffff; ff fe",
                "astype; decode_dtype,|b1,encode_dtype,<i2; 0001 0000; 01 00",
                "delta; dtype,<i8,astype,<i4; 05000000 ffffffff; 0500000000000000 0400000000000000",
                "delta; dtype,|u1; 05 ff; 05 04",
                "delta; dtype,<f4; 0000803f cdcccc3d; 0000803f cdcc8c3f",
                "fixedscaleoffset; offset,10,scale,100,dtype,<f4,astype,<i2; 6400 ceff; 00003041 00001841",
                "fixedscaleoffset; offset,3,scale,2,dtype,<i4,astype,<i8; 0900000000000000; 07000000",
                "quantize; digits,1,dtype,<f8,astype,<f4; 0000803f; 000000000000f03f",
                "packbits; ; 03a8; 01 00 01 00 01"
            })
    void numbersDecodeAsByNumcodecs(String id, @Nullable String configuration, String encoded, String decoded) {
        BytesToBytesCodec filter = CodecRegistry.bytesToBytes(v2(id, members(configuration)), 1);
        byte[] from = HexFormat.of().parseHex(encoded.replace(" ", ""));
        byte[] to = HexFormat.of().parseHex(decoded.replace(" ", ""));

        assertThat(CodecContract.bytesOf(filter.decode(CodecContract.slice(from), to.length, workspace)))
                .isEqualTo(to);
    }

    private static Object[] members(@Nullable String text) {
        return text == null
                ? new Object[0]
                : Arrays.stream(text.split(",", -1))
                        .map(part -> (Object) (part.matches("[0-9]+") ? Integer.valueOf(part) : part))
                        .toArray();
    }

    @Test
    void whatDecodesFromRandomBytesIsEncodedToDecodeToTheSame() {
        Random random = new Random(3);
        for (CodecSpec spec : List.of(
                v2("fixedscaleoffset", "offset", 10, "scale", 100, "dtype", "<f4", "astype", "<i2"),
                v2("fixedscaleoffset", "offset", 0, "scale", 10, "dtype", "<f8", "astype", "|u1"),
                v2("fixedscaleoffset", "offset", 1000, "scale", 1000000, "dtype", "<f8", "astype", "<i4"),
                v2("astype", "decode_dtype", "<f8", "encode_dtype", "<f4"),
                v2("astype", "decode_dtype", "<f4", "encode_dtype", "<f2"),
                v2("astype", "decode_dtype", "<i8", "encode_dtype", ">i2"),
                v2("quantize", "digits", 2, "dtype", "<f8", "astype", "<f4"),
                v2("packbits"))) {
            BytesToBytesCodec filter = CodecRegistry.bytesToBytes(spec, 1);
            byte[] bytes = new byte[801];
            random.nextBytes(bytes);
            bytes[0] = 3;
            byte[] stored = spec.name().equals("packbits") ? bytes : Arrays.copyOf(quieted(bytes), 800);
            byte[] decoded = CodecContract.bytesOf(filter.decode(ByteBuffer.wrap(stored), 1 << 20, workspace));
            ByteBuffer again = filter.encode(ByteBuffer.wrap(decoded), workspace);
            assertThat(CodecContract.bytesOf(filter.decode(again, 1 << 20, workspace)))
                    .as(spec.toString())
                    .isEqualTo(decoded);
        }
    }

    /** Random bits are rarely NaN, but might be signalling ones, which conversions make quiet. */
    private static byte[] quieted(byte[] bytes) {
        byte[] quiet = bytes.clone();
        for (int i = 3; i < quiet.length; i += 4) {
            quiet[i] &= 0x3F;
            quiet[i - 2] &= 0x3F;
        }
        return quiet;
    }

    @Test
    void anElementThatAFilterCannotKeepIsRefusedByName() {
        CodecSpec scaled = v2("fixedscaleoffset", "offset", 10, "scale", 100, "dtype", "<f4", "astype", "<i2");
        BytesToBytesCodec filter = CodecRegistry.bytesToBytes(scaled, 4);
        for (float value : new float[] {Float.NaN, 1e9f, 10.123456f}) {
            ByteBuffer element =
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, value);
            assertThatThrownBy(() -> filter.encode(element, workspace))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("'fixedscaleoffset' cannot keep the element " + (double) value)
                    .hasMessageContaining("--filters none");
        }
    }

    @Test
    void paddingIsAnElementThatFiltersKeep() {
        CodecSpec scaled =
                v3("numcodecs.fixedscaleoffset", "offset", 10, "scale", 100, "dtype", "<f4", "astype", "<i2");
        CodecChain chain = chain(FLOAT32, sharding(List.of(2, 3), scaled, LITTLE));
        byte[] ten = {0, 0, 0x20, 0x41};
        byte[] nan = {0, 0, (byte) 0xC0, 0x7F};
        byte[] eleven = {0, 0, 0x30, 0x41};

        assertThat(chain.paddingElement(nan)).isEqualTo(ten);
        assertThat(chain.paddingElement(eleven)).isEqualTo(eleven);
        assertThat(chain(FLOAT32, LITTLE).paddingElement(nan)).isEqualTo(nan);
    }
}
