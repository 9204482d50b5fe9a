package io.rezarr.vectors.node;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.codec.CodecRegistry;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Bytes→bytes codecs in a row, for byte strings of any length. Immutable, safe for use by many threads, each with its own workspace. */
public final class ByteCodecs {
    private final List<BytesToBytesCodec> codecs;

    private ByteCodecs(List<BytesToBytesCodec> codecs) {
        this.codecs = codecs;
    }

    /**
     * @throws io.rezarr.error.UnsupportedFeatureException if one is not known, by name
     * @throws io.rezarr.error.InvalidMetadataException if its configuration is wrong
     */
    public static ByteCodecs of(List<CodecSpec> specs) {
        List<BytesToBytesCodec> codecs = new ArrayList<>();
        for (CodecSpec spec : specs) {
            codecs.add(CodecRegistry.bytesToBytes(spec, 1));
        }
        return new ByteCodecs(List.copyOf(codecs));
    }

    /** Whether bytes stay as they are. */
    public boolean isNone() {
        return codecs.isEmpty();
    }

    public ByteBuffer encode(ByteBuffer bytes, Workspace workspace) {
        ByteBuffer encoded = bytes.duplicate();
        for (BytesToBytesCodec codec : codecs) {
            encoded = codec.encode(encoded, workspace);
        }
        return encoded;
    }

    /** The most that {@link #encode} takes for that many bytes, with the contexts of codecs; 2^63 - 1 if there is no bound. */
    public long workspaceBytes(long bytes) {
        long sum = 0;
        long stage = bytes;
        try {
            for (BytesToBytesCodec codec : codecs) {
                sum = Math.addExact(sum, Math.addExact(codec.encodingBytes(stage), codec.contextBytes(stage)));
                stage = codec.maxEncodedBytes(stage);
            }
            return sum;
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /** The most bytes, up to a limit, whose encoded form fits in an array of Java. */
    public long maxBytes() {
        long most = Workspace.MAX_ARRAY_BYTES;
        while (most > 0 && !fits(most)) {
            most -= most / 128 + 1;
        }
        return most;
    }

    private boolean fits(long bytes) {
        long stage = bytes;
        for (BytesToBytesCodec codec : codecs) {
            stage = codec.maxEncodedBytes(stage);
            if (stage > Workspace.MAX_ARRAY_BYTES) {
                return false;
            }
        }
        return true;
    }
}
