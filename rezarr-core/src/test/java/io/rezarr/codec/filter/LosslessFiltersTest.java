package io.rezarr.codec.filter;

import static io.rezarr.testkit.Specs.v2;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.codec.CodecRegistry;
import io.rezarr.testkit.CodecContract;
import java.util.List;

/** The filters that keep every element, whatever its bits are. */
class LosslessFiltersTest extends CodecContract {
    @Override
    protected List<BytesToBytesCodec> codecs() {
        return List.of(
                CodecRegistry.bytesToBytes(v2("delta", "dtype", "<i4"), 4),
                CodecRegistry.bytesToBytes(v2("delta", "dtype", ">i2", "astype", "<u2"), 2),
                CodecRegistry.bytesToBytes(v2("delta", "dtype", "|u1"), 1),
                CodecRegistry.bytesToBytes(v2("delta", "dtype", ">u8"), 8),
                CodecRegistry.bytesToBytes(v2("astype", "decode_dtype", ">i4", "encode_dtype", "<i8"), 4),
                CodecRegistry.bytesToBytes(v2("bitround", "keepbits", 7), 4),
                CodecRegistry.bytesToBytes(v2("shuffle", "elementsize", 8), 4),
                CodecRegistry.bytesToBytes(v2("shuffle", "elementsize", 1), 4),
                CodecRegistry.bytesToBytes(v2("base64"), 4));
    }

    @Override
    protected boolean noticesEveryChange(BytesToBytesCodec codec) {
        return false;
    }

    @Override
    protected int elementBytes() {
        return 8;
    }
}
