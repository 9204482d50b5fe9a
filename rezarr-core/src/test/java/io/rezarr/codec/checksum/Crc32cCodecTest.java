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

class Crc32cCodecTest extends CodecContract {
    @Override
    protected List<BytesToBytesCodec> codecs() {
        return List.of(new Crc32cCodec());
    }

    @Override
    protected boolean noticesEveryChange(BytesToBytesCodec codec) {
        return true;
    }

    @Test
    void checksumIsLittleEndianBehindTheBytes() {
        byte[] encoded = encode(new Crc32cCodec(), "123456789".getBytes(US_ASCII));
        assertThat(HexFormat.of().formatHex(encoded, 9, 13)).isEqualTo("839206e3");
    }

    @Test
    void wrongChecksumNamesBoth() {
        byte[] encoded = encode(new Crc32cCodec(), "123456789".getBytes(US_ASCII));
        encoded[9] ^= 1;
        assertThatThrownBy(() -> new Crc32cCodec().decode(ByteBuffer.wrap(encoded), 9, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage("crc32c at byte 9: checksum stored is e3069282, computed is e3069283");
    }

    @Test
    void fewerBytesThanAChecksumAreAnError() {
        assertThatThrownBy(() -> new Crc32cCodec().check(ByteBuffer.allocate(3), -1, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected at least 4 bytes, found 3");
    }
}
