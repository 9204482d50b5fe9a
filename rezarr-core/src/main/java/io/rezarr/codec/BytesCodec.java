package io.rezarr.codec;

import io.rezarr.metadata.ByteRun;
import java.util.List;

/**
 * Elements of fixed size one after the other. It moves no bytes itself: it becomes the byte order of the
 * {@link ElementLayout}.
 *
 * @param bigEndian the numbers of an element that are stored big-endian
 */
public record BytesCodec(List<ByteRun> bigEndian) implements Codec {
    static final String NAME = "bytes";

    public BytesCodec {
        bigEndian = List.copyOf(bigEndian);
    }

    @Override
    public String name() {
        return NAME;
    }
}
