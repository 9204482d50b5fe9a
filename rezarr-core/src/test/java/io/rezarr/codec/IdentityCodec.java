package io.rezarr.codec;

import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import java.nio.ByteBuffer;
import java.util.Set;

/** A codec that another library brings; it does nothing. */
record IdentityCodec(String name) implements BytesToBytesCodec {
    @Override
    public long maxEncodedBytes(long decodedBytes) {
        return decodedBytes;
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        return decoded.duplicate();
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, int maxDecodedBytes, Workspace workspace) {
        return encoded.duplicate();
    }

    /** Found by its name in {@code META-INF/services}. */
    public static final class Provider implements CodecProvider {
        @Override
        public Set<String> names(CodecSpec.Family family) {
            return Set.of("test.identity");
        }

        @Override
        public BytesToBytesCodec create(CodecSpec spec, int elementBytes) {
            return new IdentityCodec(spec.name());
        }
    }
}
