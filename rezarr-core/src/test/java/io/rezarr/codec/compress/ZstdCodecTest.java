package io.rezarr.codec.compress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdCompressCtx;
import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.testkit.CodecContract;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZstdCodecTest extends CodecContract {
    private static final byte[] HELLO = "hello, hello, hello".getBytes(US_ASCII);
    private static final byte[] SKIPPABLE = HexFormat.of().parseHex("502a4d1803000000616263");

    private final ZstdCodec codec = new ZstdCodec("zstd", 3, false);

    @Override
    protected List<BytesToBytesCodec> codecs() {
        return List.of(
                codec,
                new ZstdCodec("numcodecs.zstd", 0, true),
                new ZstdCodec("zstd", -7, true),
                new ZstdCodec("zstd", 9, false));
    }

    @Override
    protected boolean noticesEveryChange(BytesToBytesCodec codec) {
        return false;
    }

    @Test
    void framesStateTheirSizeAndHaveTheChecksumAskedFor() {
        assertThat(encode(codec, HELLO)[4] & 0x24).isEqualTo(0x20);
        assertThat(encode(new ZstdCodec("zstd", 3, true), HELLO)[4] & 0x24).isEqualTo(0x24);
    }

    @Test
    void frameThatDoesNotStateItsSizeDecodes() {
        byte[] data = new byte[300_000];
        byte[] encoded = withoutContentSize(data);
        assertThat(bytesOf(codec.decode(slice(encoded), data.length, workspace)))
                .isEqualTo(data);
        assertThatThrownBy(() -> codec.decode(slice(encoded), data.length - 1, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("299999 bytes");
        assertThatCode(() -> codec.check(slice(encoded), data.length, workspace))
                .doesNotThrowAnyException();
    }

    @Test
    void severalAndSkippableFramesAreOneChunk() {
        byte[] frame = encode(codec, HELLO);
        byte[] frames = concat(SKIPPABLE, frame, SKIPPABLE, withoutContentSize(HELLO), frame, SKIPPABLE);
        assertThat(bytesOf(codec.decode(slice(frames), 57, workspace))).isEqualTo(concat(HELLO, HELLO, HELLO));
        assertThatCode(() -> codec.check(slice(frames), 57, workspace)).doesNotThrowAnyException();
        assertThatThrownBy(() -> codec.decode(slice(frames), 56, workspace)).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> codec.decode(slice(SKIPPABLE), 57, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected a frame, found none");
    }

    @Test
    void bytesBehindTheFramesAreAnError() {
        byte[] longer = concat(encode(codec, HELLO), "junk".getBytes(US_ASCII));
        assertThatThrownBy(() -> codec.decode(slice(longer), 19, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected a frame (magic fd2fb528), found 6b6e756a");
    }

    @Test
    void sizeInTheHeaderIsNotBelieved() {
        byte[] bomb = HexFormat.of().parseHex("28b52ffde00000008000000000" + "03000061" + "00".repeat(13));
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(bomb), 800, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("frame header states 2147483648 bytes, its blocks hold");
    }

    @Test
    void checkComparesTheStatedSizeAndFindsACutFrame() {
        byte[] encoded = encode(codec, new byte[4000]);
        assertThatThrownBy(() -> codec.check(ByteBuffer.wrap(encoded), 3999, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("frames have 4000 bytes, expected 3999");
        assertThatThrownBy(() -> codec.check(ByteBuffer.wrap(encoded, 0, encoded.length - 2), 4000, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("are left");
    }

    private static byte[] withoutContentSize(byte[] data) {
        try (ZstdCompressCtx context = new ZstdCompressCtx().setContentSize(false)) {
            return context.compress(data);
        }
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
