package io.rezarr.codec.checksum;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.testkit.CodecContract;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksumCodecTest extends CodecContract {
    private static final ChecksumCodec CRC32C = new ChecksumCodec("crc32c", Checksum.CRC32C, false, 0);

    @Override
    protected List<BytesToBytesCodec> codecs() {
        return List.of(
                CRC32C,
                new ChecksumCodec("crc32", Checksum.CRC32, true, 0),
                new ChecksumCodec("adler32", Checksum.ADLER32, true, 0),
                new ChecksumCodec("fletcher32", Checksum.FLETCHER32, false, 0),
                new ChecksumCodec("jenkins_lookup3", Checksum.JENKINS_LOOKUP3, false, 7));
    }

    @Override
    protected boolean noticesEveryChange(BytesToBytesCodec codec) {
        return true;
    }

    @Test
    void checksumIsLittleEndianBehindTheBytes() {
        byte[] encoded = encode(CRC32C, "123456789".getBytes(US_ASCII));
        assertThat(HexFormat.of().formatHex(encoded, 9, 13)).isEqualTo("839206e3");
    }

    /** What numcodecs 0.16.6 makes of the bytes 0, 1, 2 …. */
    @ParameterizedTest
    @CsvSource({
        "FLETCHER32, 10, 0, 19143728",
        "FLETCHER32, 11, 0, 191e5046",
        "JENKINS_LOOKUP3, 11, 0, 7a81a62c",
        "JENKINS_LOOKUP3, 30, 7, 21f16bbc"
    })
    void checksumsOfHdf5AreThoseOfNumcodecs(Checksum checksum, int count, int seed, String expected) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) i;
        }
        byte[] encoded = encode(new ChecksumCodec("test", checksum, false, seed), bytes);
        assertThat(HexFormat.of().formatHex(encoded, count, count + 4)).isEqualTo(expected);
    }

    @Test
    void wrongChecksumNamesBoth() {
        byte[] encoded = encode(CRC32C, "123456789".getBytes(US_ASCII));
        encoded[9] ^= 1;
        assertThatThrownBy(() -> CRC32C.decode(ByteBuffer.wrap(encoded), 9, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage("crc32c at byte 9: checksum stored is e3069282, computed is e3069283");
    }

    @Test
    void fewerBytesThanAChecksumAreAnError() {
        assertThatThrownBy(() -> CRC32C.check(ByteBuffer.allocate(3), -1, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected at least 4 bytes, found 3");
    }
}
