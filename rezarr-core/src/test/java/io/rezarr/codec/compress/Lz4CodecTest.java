package io.rezarr.codec.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.testkit.CodecContract;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class Lz4CodecTest extends CodecContract {
    private final Lz4Codec codec = new Lz4Codec("lz4");

    @Override
    protected List<BytesToBytesCodec> codecs() {
        return List.of(codec);
    }

    @Override
    protected boolean noticesEveryChange(BytesToBytesCodec codec) {
        return false;
    }

    @Test
    void blockStandsBehindItsDecodedSize() {
        assertThat(HexFormat.of().formatHex(encode(codec, new byte[] {1, 2, 3})))
                .isEqualTo("03000000" + "30010203");
    }

    @Test
    void sizeInTheHeaderIsNotBelieved() {
        byte[] bomb = new byte[30];
        Arrays.fill(bomb, 0, 4, (byte) 0xff);
        bomb[3] = 0x7f;
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(bomb), 1 << 30, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage("lz4 at byte 0: header says 2147483647 bytes, a block of 26 bytes has at most 6630");
        byte[] zeros = encode(codec, new byte[5000]);
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(zeros), 4999, workspace))
                .hasMessageContaining("header says 5000 bytes, expected at most 4999");
    }

    @Test
    void checkComparesTheHeader() {
        ByteBuffer encoded = ByteBuffer.wrap(encode(codec, new byte[100]));
        assertThatThrownBy(() -> codec.check(encoded, 96, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("header says 100 bytes, expected 96");
    }
}
