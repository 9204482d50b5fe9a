package io.rezarr.codec;

import static io.rezarr.testkit.Specs.v2;
import static io.rezarr.testkit.Specs.v3;

import io.rezarr.testkit.CodecContract;
import java.util.List;

/** Blosc, as the registry gives it, keeps what every codec promises. */
class BloscContractTest extends CodecContract {
    @Override
    protected List<BytesToBytesCodec> codecs() {
        return List.of(
                CodecRegistry.bytesToBytes(v2("blosc", "cname", "lz4", "clevel", 5, "shuffle", 1, "blocksize", 0), 4),
                CodecRegistry.bytesToBytes(
                        v3(
                                "blosc",
                                "cname",
                                "zstd",
                                "clevel",
                                3,
                                "shuffle",
                                "bitshuffle",
                                "typesize",
                                2,
                                "blocksize",
                                4096),
                        2),
                CodecRegistry.bytesToBytes(v3("numcodecs.blosc", "cname", "blosclz", "shuffle", -1), 1),
                CodecRegistry.bytesToBytes(v3("numcodecs.blosc"), 8));
    }

    @Override
    protected boolean noticesEveryChange(BytesToBytesCodec codec) {
        return false;
    }
}
