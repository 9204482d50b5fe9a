package io.rezarr.codec.compress;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.testkit.CodecContract;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class Bz2CodecTest extends CodecContract {
    @Override
    protected List<BytesToBytesCodec> codecs() {
        return List.of(new Bz2Codec("bz2", 1));
    }

    @Override
    protected boolean noticesEveryChange(BytesToBytesCodec codec) {
        return true;
    }

    @Override
    protected boolean allocatesForEachChunk() {
        return true;
    }

    @Test
    void whatIsNoStreamIsNamed() {
        assertThatThrownBy(() -> new Bz2Codec("bz2", 1).check(ByteBuffer.wrap(new byte[20]), -1, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected a bzip2 stream");
    }
}
