package io.rezarr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every {@link BytesToBytesCodec} promises. A codec's test extends it, names its configurations, and adds its own. */
public abstract class CodecContract {
    private static final int[] SIZES = {0, 1, 2, 3, 7, 16, 100, 255, 256, 1000, 4096, 65_535, 65_536, 100_000};
    private static final int GUARD_BYTES = 13;
    private static final int ALTERATIONS = 300;
    private static final int ROUNDS = 100;
    private static final long WRAPPER_BYTES = 3000;

    protected final Workspace workspace = new Workspace();

    /** The codec in the configurations that differ. */
    protected abstract List<BytesToBytesCodec> codecs();

    /** Whether a change of any encoded byte is noticed, or leaves the decoded bytes right. */
    protected abstract boolean noticesEveryChange(BytesToBytesCodec codec);

    /** Decoded sizes are multiples of it. */
    protected int elementBytes() {
        return 1;
    }

    /** Whether its library cannot work without allocating for each chunk. */
    protected boolean allocatesForEachChunk() {
        return false;
    }

    @AfterEach
    void closeWorkspace() {
        workspace.close();
    }

    @TestFactory
    List<DynamicTest> decodingGivesBackWhatWasEncoded() {
        List<DynamicTest> tests = new ArrayList<>();
        for (BytesToBytesCodec codec : codecs()) {
            for (int size : SIZES) {
                int bytes = size * elementBytes();
                tests.add(DynamicTest.dynamicTest(codec + ", " + bytes + " bytes", () -> roundTrips(codec, bytes)));
            }
        }
        return tests;
    }

    private void roundTrips(BytesToBytesCodec codec, int size) {
        for (byte[] data : inputs(size)) {
            int mark = workspace.mark();
            ByteBuffer input = slice(data);
            byte[] inputArray = arrayOf(input).clone();
            ByteBuffer encoded = codec.encode(input, workspace);
            assertUntouched(input, inputArray, data.length);
            assertThat((long) encoded.remaining()).isLessThanOrEqualTo(codec.maxEncodedBytes(size));
            if (codec.fixedEncodedBytes(size) >= 0) {
                assertThat((long) encoded.remaining()).isEqualTo(codec.fixedEncodedBytes(size));
            }

            byte[] stored = bytesOf(encoded);
            ByteBuffer sliced = slice(stored);
            byte[] slicedArray = arrayOf(sliced).clone();
            assertThat(bytesOf(codec.decode(sliced, size, workspace))).isEqualTo(data);
            assertThat(bytesOf(codec.decode(sliced, size + 1000, workspace))).isEqualTo(data);
            codec.check(sliced, size, workspace);
            codec.check(sliced, -1, workspace);
            assertUntouched(sliced, slicedArray, stored.length);
            workspace.releaseTo(mark);
        }
    }

    private static void assertUntouched(ByteBuffer buffer, byte[] array, int remaining) {
        assertThat(buffer.position()).isEqualTo(GUARD_BYTES);
        assertThat(buffer.remaining()).isEqualTo(remaining);
        assertThat(arrayOf(buffer)).isEqualTo(array);
    }

    /** All of it, what lies outside the buffer included. */
    @SuppressWarnings("ByteBufferBackingArray")
    private static byte[] arrayOf(ByteBuffer buffer) {
        return buffer.array();
    }

    @Test
    void sameInputGivesSameBytesWhateverCameBefore() {
        Random random = new Random(11);
        for (BytesToBytesCodec codec : codecs()) {
            for (int round = 0; round < 8; round++) {
                byte[] data = input(round, random.nextInt(30_000) * elementBytes(), random.nextInt());
                byte[] used = encode(codec, data);
                try (Workspace fresh = new Workspace()) {
                    assertThat(bytesOf(codec.encode(ByteBuffer.wrap(data), fresh)))
                            .as("%s, round %d", codec, round)
                            .isEqualTo(used);
                }
            }
        }
    }

    @Test
    void nothingLargerThanAskedForIsDecoded() {
        for (BytesToBytesCodec codec : codecs()) {
            for (int elements : new int[] {1, 2, 100, 70_000}) {
                int size = elements * elementBytes();
                for (byte[] data : inputs(size)) {
                    ByteBuffer encoded = ByteBuffer.wrap(encode(codec, data));
                    for (int max : new int[] {size - 1, size / 2, 0}) {
                        assertThatThrownBy(() -> codec.decode(encoded, max, workspace))
                                .as("%s, %d bytes into %d", codec, size, max)
                                .isInstanceOf(MalformedDataException.class);
                    }
                }
            }
        }
    }

    @Test
    void truncatedBytesAreAnErrorOrTheRightData() {
        for (BytesToBytesCodec codec : codecs()) {
            for (int elements : new int[] {0, 1, 37, 900, 50_000}) {
                for (byte[] data : inputs(elements * elementBytes())) {
                    byte[] encoded = encode(codec, data);
                    int step = Math.max(1, encoded.length / 100);
                    for (int length = 0; length < encoded.length; length += step) {
                        decodesRightOrFails(codec, Arrays.copyOf(encoded, length), data, true);
                    }
                }
            }
        }
    }

    @Test
    void bytesBehindTheEndAreAnErrorOrTheRightData() {
        for (BytesToBytesCodec codec : codecs()) {
            for (byte[] data : inputs(500 * elementBytes())) {
                byte[] encoded = encode(codec, data);
                for (int more : new int[] {1, 4, 100}) {
                    byte[] longer = Arrays.copyOf(encoded, encoded.length + more);
                    decodesRightOrFails(codec, longer, data, true);
                    Arrays.fill(longer, encoded.length, longer.length, (byte) 0xA5);
                    decodesRightOrFails(codec, longer, data, true);
                }
            }
        }
    }

    @Test
    void alteredBytesAreAnErrorOrData() {
        Random random = new Random(17);
        for (BytesToBytesCodec codec : codecs()) {
            boolean right = noticesEveryChange(codec);
            for (byte[] data : inputs(700 * elementBytes())) {
                byte[] encoded = encode(codec, data);
                for (int i = 0; i < ALTERATIONS; i++) {
                    byte[] altered = encoded.clone();
                    int at = i < 40 ? i % altered.length : random.nextInt(altered.length);
                    altered[at] ^= (byte) (1 << random.nextInt(8));
                    decodesRightOrFails(codec, altered, data, right);
                    altered[random.nextInt(altered.length)] = (byte) random.nextInt();
                    decodesRightOrFails(codec, altered, data, false);
                }
            }
        }
    }

    @Test
    void noiseIsAnErrorOrData() {
        Random random = new Random(23);
        for (BytesToBytesCodec codec : codecs()) {
            for (int i = 0; i < ALTERATIONS; i++) {
                byte[] noise = new byte[random.nextInt(100)];
                random.nextBytes(noise);
                decodesRightOrFails(codec, noise, new byte[64 * elementBytes()], false);
            }
        }
    }

    /** In workspaces that may hold just what the codec says, buffers and contexts. */
    @Test
    void workStaysWithinTheBoundsThatTheCodecTells() {
        for (BytesToBytesCodec codec : codecs()) {
            for (int elements : new int[] {0, 1, 100, 4000, 70_000, 300_000}) {
                int size = elements * elementBytes();
                for (byte[] data : inputs(size)) {
                    worksWithinBounds(codec, data);
                }
            }
        }
    }

    private static void worksWithinBounds(BytesToBytesCodec codec, byte[] data) {
        long contextBytes = codec.contextBytes(data.length);
        byte[] encoded;
        try (Workspace tight = new Workspace(MemoryBudget.of(codec.encodingBytes(data.length) + contextBytes))) {
            encoded = bytesOf(codec.encode(ByteBuffer.wrap(data), tight));
            assertThat(tight.heldBytes()).isLessThanOrEqualTo(codec.encodingBytes(data.length));
        }
        long decodingBytes = codec.decodingBytes(data.length);
        try (Workspace tight = new Workspace(MemoryBudget.of(decodingBytes + contextBytes))) {
            codec.check(ByteBuffer.wrap(encoded), data.length, tight);
            assertThat(bytesOf(codec.decode(ByteBuffer.wrap(encoded), data.length, tight)))
                    .isEqualTo(data);
            assertThat(tight.heldBytes()).isLessThanOrEqualTo(decodingBytes);
        }
    }

    @Test
    void steadyStateAllocatesNoBuffers() {
        if (allocatesForEachChunk()) {
            return;
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (BytesToBytesCodec codec : codecs()) {
            ByteBuffer decoded = slice(input(2, 20_000 * elementBytes(), 1));
            ByteBuffer encoded = slice(encode(codec, bytesOf(decoded)));
            long before = 0;
            for (int i = -20; i < ROUNDS; i++) {
                before = i == 0 ? threads.getCurrentThreadAllocatedBytes() : before;
                int mark = workspace.mark();
                codec.encode(decoded, workspace);
                codec.decode(encoded, decoded.remaining(), workspace);
                workspace.releaseTo(mark);
            }
            long each = (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
            assertThat(each).as("bytes allocated by %s, for each chunk", codec).isLessThan(WRAPPER_BYTES);
        }
    }

    /** Decodes and checks; only {@link MalformedDataException} may come of it, or at most as many bytes as asked for. */
    private void decodesRightOrFails(BytesToBytesCodec codec, byte[] encoded, byte[] data, boolean mustBeRight) {
        int mark = workspace.mark();
        try {
            ByteBuffer input = slice(encoded);
            try {
                codec.check(input, data.length, workspace);
            } catch (MalformedDataException e) {
                assertThat(e).hasMessageContaining(codec.name());
            }
            ByteBuffer decoded = codec.decode(input, data.length, workspace);
            assertThat(decoded.remaining()).isLessThanOrEqualTo(data.length);
            // A shorter result is the chain's to notice.
            if (mustBeRight && decoded.remaining() == data.length) {
                assertThat(bytesOf(decoded)).isEqualTo(data);
            }
        } catch (MalformedDataException e) {
            assertThat(e).hasMessageContaining(codec.name());
        } catch (RuntimeException e) {
            fail(codec + " of " + java.util.HexFormat.of().formatHex(encoded, 0, Math.min(encoded.length, 200)), e);
        } finally {
            workspace.releaseTo(mark);
        }
    }

    /** Encoded in an array of its own. */
    protected final byte[] encode(BytesToBytesCodec codec, byte[] data) {
        int mark = workspace.mark();
        byte[] encoded = bytesOf(codec.encode(ByteBuffer.wrap(data), workspace));
        workspace.releaseTo(mark);
        return encoded;
    }

    /** The remaining bytes in an array of their own. */
    public static byte[] bytesOf(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** A buffer of these bytes that begins neither at position 0 nor at the start of its array, and ends before the array's end. */
    public static ByteBuffer slice(byte[] data) {
        byte[] array = new byte[data.length + 3 * GUARD_BYTES];
        Arrays.fill(array, (byte) 0x5A);
        System.arraycopy(data, 0, array, 2 * GUARD_BYTES, data.length);
        ByteBuffer whole = ByteBuffer.wrap(array, GUARD_BYTES, data.length + 2 * GUARD_BYTES)
                .slice();
        return whole.position(GUARD_BYTES).limit(GUARD_BYTES + data.length);
    }

    private static List<byte[]> inputs(int size) {
        return List.of(input(0, size, 1), input(1, size, 2), input(2, size, 3), input(3, size, 4));
    }

    /** Zeros, noise, a slowly rising series, few values. */
    private static byte[] input(int kind, int size, long seed) {
        Random random = new Random(seed);
        byte[] data = new byte[size];
        int value = random.nextInt(1000);
        for (int i = 0; i < size; i++) {
            value += i % 4 == 0 ? random.nextInt(5) : 0;
            data[i] = switch (kind % 4) {
                case 0 -> 0;
                case 1 -> (byte) random.nextInt();
                case 2 -> (byte) (value >>> (8 * (i % 4)));
                default -> (byte) random.nextInt(3);
            };
        }
        return data;
    }
}
