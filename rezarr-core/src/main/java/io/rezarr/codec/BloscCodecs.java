package io.rezarr.codec;

import io.rezarr.codec.blosc.BloscCodec;
import io.rezarr.metadata.CodecSpec;
import java.util.Set;

/** Blosc by its names of v2, of v3, and the one under which zarr-python has v2's in v3, with v2's configuration. */
final class BloscCodecs implements CodecProvider {
    private static final String OF_NUMCODECS = "numcodecs." + BloscCodec.NAME;

    @Override
    public Set<String> names(CodecSpec.Family family) {
        return family == CodecSpec.Family.V2 ? Set.of(BloscCodec.NAME) : Set.of(BloscCodec.NAME, OF_NUMCODECS);
    }

    @Override
    public BytesToBytesCodec create(CodecSpec spec, int elementBytes) {
        boolean likeV2 = spec.name().equals(OF_NUMCODECS);
        return BloscCodec.of(likeV2 ? CodecSpec.v2(BloscCodec.NAME, spec.configuration()) : spec, elementBytes);
    }
}
