package io.rezarr.codec.checksum;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.codec.CodecConfiguration;
import io.rezarr.codec.CodecProvider;
import io.rezarr.metadata.CodecSpec;
import java.util.Set;

/** crc32c of v3. The filter of v2 that has the same id keeps its checksum elsewhere and is not known. */
public final class ChecksumCodecs implements CodecProvider {
    @Override
    public Set<String> names(CodecSpec.Family family) {
        return family == CodecSpec.Family.V3 ? Set.of(Crc32cCodec.NAME) : Set.of();
    }

    @Override
    public BytesToBytesCodec create(CodecSpec spec, int elementBytes) {
        CodecConfiguration.of(spec);
        return new Crc32cCodec();
    }
}
