package io.rezarr.codec;

import static io.rezarr.memory.Arithmetic.plus;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.memory.Workspace;
import java.util.List;

/** How many bytes there are before and behind each bytes→bytes codec of a chain: stage 0 is what the array→bytes codec makes. */
final class StageSizes {
    /** What other encoders may need above rezarr's worst: an eighth more, for shards with gaps in them twice as much; and this. */
    private static final int SLACK_BYTES = 64 << 10;

    private final List<BytesToBytesCodec> codecs;
    private final boolean isShard;
    private final boolean isFirstExact;
    private final long[] fixed;
    private final long[] max;

    /**
     * @param fixedBytes what the array→bytes codec makes, exactly; -1 if it is not known
     * @param maxBytes the most that it makes
     */
    StageSizes(long fixedBytes, long maxBytes, List<BytesToBytesCodec> codecs) {
        this(fixedBytes, maxBytes, codecs, fixedBytes < 0, false);
    }

    /** Of chunks of items of variable size: they have at most so many bytes, and not a byte more is accepted of others. */
    static StageSizes ofItems(long maxBytes, List<BytesToBytesCodec> codecs) {
        return new StageSizes(-1, maxBytes, codecs, false, true);
    }

    private StageSizes(
            long fixedBytes, long maxBytes, List<BytesToBytesCodec> codecs, boolean isShard, boolean isFirstExact) {
        this.codecs = codecs;
        this.isShard = isShard;
        this.isFirstExact = isFirstExact;
        fixed = new long[codecs.size() + 1];
        max = new long[codecs.size() + 1];
        fixed[0] = fixedBytes;
        max[0] = maxBytes;
        try {
            for (int i = 0; i < codecs.size(); i++) {
                fixed[i + 1] = fixed[i] < 0 ? -1 : codecs.get(i).fixedEncodedBytes(fixed[i]);
                max[i + 1] = codecs.get(i).maxEncodedBytes(max[i]);
            }
        } catch (ArithmeticException e) {
            throw new InvalidMetadataException(
                    "A chunk of " + maxBytes
                            + " bytes may have 2^63 bytes or more when it is encoded. Use smaller chunks.",
                    e);
        }
    }

    /** The exact number; -1 if it is not known. */
    long fixedBytes(int stage) {
        return fixed[stage];
    }

    /** The most bytes that are accepted when the codec behind this stage is decoded. */
    int limit(int stage) {
        return (int) Math.min(fixed[stage] >= 0 ? fixed[stage] : accepted(stage), Workspace.MAX_ARRAY_BYTES);
    }

    private long accepted(int stage) {
        if (stage == 0 && isFirstExact) {
            return max[0];
        }
        long slack = isShard ? max[stage] : max[stage] / 8;
        return plus(plus(max[stage], slack), SLACK_BYTES);
    }

    /** The most encoded bytes that are read; also where the number is fixed some more, since the codec's own message says what it should be. */
    int maxStoredBytes() {
        return (int) Math.min(accepted(max.length - 1), Workspace.MAX_ARRAY_BYTES);
    }

    long fixedEncodedBytes() {
        return fixed[fixed.length - 1];
    }

    long maxEncodedBytes() {
        return max[max.length - 1];
    }

    /** The most that the bytes→bytes codecs borrow to decode. */
    long decodingBytes() {
        long bytes = 0;
        for (int i = 0; i < codecs.size(); i++) {
            bytes = plus(bytes, codecs.get(i).decodingBytes(limit(i)));
        }
        return bytes;
    }

    /** The most that they borrow to encode. */
    long encodingBytes() {
        long bytes = 0;
        for (int i = 0; i < codecs.size(); i++) {
            bytes = plus(bytes, codecs.get(i).encodingBytes(max[i]));
        }
        return bytes;
    }

    /** What their contexts take. */
    long contextBytes() {
        long bytes = 0;
        for (int i = 0; i < codecs.size(); i++) {
            bytes = plus(bytes, codecs.get(i).contextBytes(max[i]));
        }
        return bytes;
    }
}
