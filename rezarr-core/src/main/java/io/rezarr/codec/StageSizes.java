package io.rezarr.codec;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.memory.Workspace;
import java.util.List;

/** How many bytes there are before and behind each bytes→bytes codec of a chain: stage 0 is what the array→bytes codec makes. */
final class StageSizes {
    /** The longest array that every JVM makes. */
    static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    /** What other encoders may need above rezarr's: twice as much, and this. */
    private static final int SLACK_BYTES = 64 << 10;

    private final long[] fixed;
    private final long[] max;

    /**
     * @param fixedBytes what the array→bytes codec makes, exactly; -1 if it is not known
     * @param maxBytes the most that it makes
     */
    StageSizes(long fixedBytes, long maxBytes, List<BytesToBytesCodec> codecs) {
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
        long limit = fixed[stage] >= 0 ? fixed[stage] : addSaturated(addSaturated(max[stage], max[stage]), SLACK_BYTES);
        return (int) Math.min(limit, MAX_ARRAY_BYTES);
    }

    long fixedEncodedBytes() {
        return fixed[fixed.length - 1];
    }

    long maxEncodedBytes() {
        return max[max.length - 1];
    }

    /** The most that the bytes→bytes codecs borrow, decoding or encoding. */
    long workspaceBytes() {
        long decoding = 0;
        long encoding = 0;
        for (int i = 0; i + 1 < max.length; i++) {
            decoding = addSaturated(decoding, Workspace.sizeFor(limit(i)));
            encoding = addSaturated(encoding, borrowedBytes(max[i + 1]));
        }
        return Math.max(decoding, encoding);
    }

    /** The length of the array that is borrowed for that many. */
    static long borrowedBytes(long bytes) {
        return bytes > MAX_ARRAY_BYTES ? bytes : Workspace.sizeFor((int) bytes);
    }

    /** The sum of numbers that are not negative, or 2^63 - 1 if it exceeds that. */
    static long addSaturated(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }
}
