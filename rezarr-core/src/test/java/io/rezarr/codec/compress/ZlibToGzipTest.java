package io.rezarr.codec.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.testkit.CodecContract;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ZlibToGzipTest {
    private final ZlibCodec zlib = new ZlibCodec("zlib", 6);
    private final GzipCodec gzip = new GzipCodec("gzip", 6);
    private final Workspace workspace = new Workspace();

    @AfterEach
    void closeWorkspace() {
        workspace.close();
    }

    @Test
    void memberHoldsTheSameStream() {
        for (int size : new int[] {0, 1, 1000, 70_000}) {
            byte[] data = new byte[size];
            new Random(size).nextBytes(data);
            byte[] encoded = CodecContract.bytesOf(zlib.encode(ByteBuffer.wrap(data), workspace));
            ByteBuffer wrapped = ZlibToGzip.wrap(CodecContract.slice(encoded), ByteBuffer.wrap(data), workspace);
            assertThat(wrapped.remaining()).isEqualTo(encoded.length + 12);
            assertThat(CodecContract.bytesOf(gzip.decode(wrapped, size, workspace)))
                    .isEqualTo(data);
        }
    }

    @Test
    void streamThatIsTooShortOrNeedsADictionaryIsRefused() {
        byte[] encoded = CodecContract.bytesOf(zlib.encode(ByteBuffer.wrap(new byte[100]), workspace));
        byte[] withDictionary = encoded.clone();
        withDictionary[1] |= 0x20;
        for (byte[] wrong : new byte[][] {withDictionary, Arrays.copyOf(encoded, 5), {}}) {
            assertThatThrownBy(() -> ZlibToGzip.wrap(ByteBuffer.wrap(wrong), ByteBuffer.allocate(100), workspace))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("dictionary");
        }
    }
}
