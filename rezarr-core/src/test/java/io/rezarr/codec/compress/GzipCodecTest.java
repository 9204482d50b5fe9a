package io.rezarr.codec.compress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.testkit.CodecContract;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class GzipCodecTest extends CodecContract {
    private static final byte[] HELLO = "hello, hello, hello".getBytes(US_ASCII);

    private final GzipCodec codec = new GzipCodec("gzip", 5);

    @Override
    protected List<BytesToBytesCodec> codecs() {
        return List.of(codec, new GzipCodec("numcodecs.gzip", 0), new GzipCodec("gzip", 9));
    }

    @Override
    protected boolean noticesEveryChange(BytesToBytesCodec codec) {
        return true;
    }

    @Test
    void headerHasNoTimeAndNoSystem() throws IOException {
        byte[] encoded = encode(codec, HELLO);
        assertThat(HexFormat.of().formatHex(encoded, 0, 10)).isEqualTo("1f8b08000000000000ff");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(encoded)).readAllBytes())
                .isEqualTo(HELLO);
    }

    @Test
    void severalMembersAreOneChunk() {
        byte[] twice = concat(encode(codec, HELLO), encode(codec, HELLO));
        assertThat(bytesOf(codec.decode(slice(twice), 38, workspace))).isEqualTo(concat(HELLO, HELLO));
        assertThatCode(() -> codec.check(slice(twice), 38, workspace)).doesNotThrowAnyException();
        assertThatThrownBy(() -> codec.check(slice(twice), 39, workspace)).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void zerosBehindTheMembersAreIgnoredAndOtherBytesAreAnError() {
        byte[] encoded = encode(codec, HELLO);
        byte[] padded = Arrays.copyOf(encoded, encoded.length + 5);
        assertThat(bytesOf(codec.decode(slice(padded), 19, workspace))).isEqualTo(HELLO);
        assertThatCode(() -> codec.check(slice(padded), 19, workspace)).doesNotThrowAnyException();
        padded[encoded.length + 2] = 7;
        assertThatThrownBy(() -> codec.decode(slice(padded), 19, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("gzip at byte " + (encoded.length + 2));
    }

    @Test
    void everyOptionalPartOfAHeaderIsSkipped() {
        byte[] plain = encode(codec, HELLO);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0x1f, 1, 2, 3, 4, 0, 3});
        header.writeBytes(new byte[] {3, 0, 9, 9, 9});
        header.writeBytes("name\0comment\0".getBytes(US_ASCII));
        CRC32 crc = new CRC32();
        crc.update(header.toByteArray());
        header.write((int) crc.getValue());
        header.write((int) crc.getValue() >>> 8);
        byte[] encoded = concat(header.toByteArray(), Arrays.copyOfRange(plain, 10, plain.length));
        assertThat(bytesOf(codec.decode(slice(encoded), 19, workspace))).isEqualTo(HELLO);
        encoded[4] ^= 1;
        assertThatThrownBy(() -> codec.decode(slice(encoded), 19, workspace))
                .hasMessageContaining("header CRC stored is");
    }

    @Test
    void wrongChecksumAndWrongSizeAreNamed() {
        byte[] encoded = encode(codec, HELLO);
        encoded[encoded.length - 8] ^= 1;
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(encoded), 19, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("CRC-32 stored is");
        byte[] wrongSize = encode(codec, HELLO);
        wrongSize[wrongSize.length - 4] = 20;
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(wrongSize), 19, workspace))
                .hasMessageContaining("size stored is 20, decoded are 19 bytes");
    }

    @Test
    void checkSeesAWrongSizeInTheTrailer() {
        ByteBuffer encoded = ByteBuffer.wrap(encode(codec, HELLO));
        assertThatThrownBy(() -> codec.check(encoded, 32, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected 32 decoded bytes, found 19");
        assertThatThrownBy(() -> codec.check(encoded, 16, workspace))
                .hasMessageContaining("expected 16 decoded bytes, found 19");
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
