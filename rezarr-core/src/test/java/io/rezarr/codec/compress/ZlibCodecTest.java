package io.rezarr.codec.compress;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.testkit.CodecContract;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZlibCodecTest extends CodecContract {
    private final ZlibCodec codec = new ZlibCodec("zlib", 1);

    @Override
    protected List<BytesToBytesCodec> codecs() {
        return List.of(codec, new ZlibCodec("numcodecs.zlib", 0), new ZlibCodec("zlib", 9));
    }

    @Override
    protected boolean noticesEveryChange(BytesToBytesCodec codec) {
        // Two bytes of a short series, one more and one less, can have the Adler-32 that was stored.
        return false;
    }

    @Test
    void bytesBehindTheChecksumAreAnError() {
        byte[] encoded = encode(codec, new byte[100]);
        ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(encoded, encoded.length + 2));
        assertThatThrownBy(() -> codec.decode(longer, 100, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage("zlib at byte " + encoded.length + ": expected the end, found 2 more bytes");
    }

    @Test
    void decodingStopsAtTheExpectedSize() {
        ByteBuffer bomb = ByteBuffer.wrap(encode(codec, new byte[8 << 20]));
        assertThatThrownBy(() -> codec.decode(bomb, 800, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("decodes to more than the 800 bytes that are expected");
    }

    @Test
    void checkRefusesWhatHasNoHeader() {
        assertThatThrownBy(() -> codec.check(ByteBuffer.allocate(20), 100, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected a zlib header, found 0000");
    }
}
