package io.rezarr.codec.blosc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.BlockCodec;
import io.rezarr.codec.NeededBytes;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostileFramesTest {
    private static final int BYTES = 4000;

    private final Workspace workspace = new Workspace();
    private final BlockCodec codec = BloscCodec.of(FrameCase.spec("zstd", 5, 1, 1000), 4);

    @AfterEach
    void closeWorkspace() {
        workspace.close();
    }

    private byte[] frame() {
        ByteBuffer frame = codec.encode(ByteBuffer.wrap(Payload.of(Payload.RAMP, 1, 4, BYTES)), workspace);
        byte[] copy = new byte[frame.remaining()];
        frame.get(copy);
        return copy;
    }

    /** Refused by decoding, by a range, and by the check without decoding. */
    private void refused(Consumer<byte[]> change, String message) {
        byte[] frame = frame();
        change.accept(frame);
        assertRefused(frame, message);
    }

    private void assertRefused(byte[] frame, String message) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        assertThatThrownBy(() -> codec.decode(buffer, BYTES, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("blosc at byte ")
                .hasMessageContaining(message);
        assertThatThrownBy(() -> codec.check(buffer, BYTES, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("blosc at byte ");
        assertThatThrownBy(
                        () -> codec.decodePart(new FrameRanges(frame), BYTES, NeededBytes.range(0, BYTES), workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("blosc at byte ");
    }

    @Test
    void headersThatLieAreRefusedWithTheirFigures() {
        int frameBytes = frame().length;
        refused(f -> f[0] = 99, "at byte 0: version of the format is 99, expected 2");
        refused(f -> f[1] = 3, "at byte 1: version of the inner codec is 3, expected 1");
        refused(f -> f[2] |= (byte) 0xE0, "at byte 2: inner codec 7 is not known, expected 0 to 4");
        refused(f -> f[2] |= 8, "of which 0x8 is reserved");
        refused(f -> f[2] |= 2, "4000 decoded bytes, not compressed");
        refused(f -> f[3] = 0, "typesize is 0, expected 1 to 255");
        refused(f -> Words.putInt(f, 4, -5), "-5 (unsigned 4294967291) decoded bytes");
        refused(f -> Words.putInt(f, 4, BYTES + 4), "4004 decoded bytes, expected at most 4000");
        refused(f -> Words.putInt(f, 8, 0), "at byte 8: bytes of a block are 0, expected 1 to the 4000");
        refused(f -> Words.putInt(f, 8, -1), "bytes of a block are -1");
        refused(f -> Words.putInt(f, 8, BYTES + 1), "bytes of a block are 4001");
        refused(f -> Words.putInt(f, 8, 1), "4000 blocks declared, too many for a frame of " + frameBytes);
        refused(f -> Words.putInt(f, 12, frameBytes + 1), "frame has " + (frameBytes + 1) + " bytes, found");
    }

    @Test
    void blocksAndStreamsOutsideOfTheFrameAreRefused() {
        refused(f -> Words.putInt(f, 16, f.length), "at byte 16: block 0 begins at byte");
        refused(f -> Words.putInt(f, 20, -1), "at byte 20: block 1 begins at byte -1");
        refused(f -> Words.putInt(f, 16, 16), "outside of the frame's blocks (bytes 32 to");
        refused(f -> Words.putInt(f, 32, -1), "at byte 32: a stream of -1");
        refused(f -> Words.putInt(f, 32, 0), "a stream of 0");
        refused(f -> Words.putInt(f, 32, 1 << 30), "a stream of 1073741824 bytes, of which the frame has");
    }

    @Test
    void aBlockTakenTwiceIsRefused() {
        byte[] frame = frame();
        Words.putInt(frame, 16, Words.getInt(frame, 28));
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(frame), BYTES, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("header and streams have ");
        assertThatThrownBy(() -> codec.check(ByteBuffer.wrap(frame), BYTES, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("header and streams have ");
    }

    @Test
    void noiseInAStreamNamesBlockAndCompressor() {
        byte[] frame = frame();
        Arrays.fill(frame, 36, frame.length, (byte) 0xFF);
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(frame), BYTES, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("blosc at byte 36: the ZSTD stream of")
                .hasMessageContaining("in block 0");
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] frame = frame();
        for (int length = 0; length < frame.length; length++) {
            assertRefused(Arrays.copyOf(frame, length), length < 16 ? "a frame has at least 16" : "found " + length);
            byte[] matching = Arrays.copyOf(frame, length);
            if (length >= 16) {
                Words.putInt(matching, 12, length);
                assertRefused(matching, "");
            }
        }
        assertRefused(Arrays.copyOf(frame, frame.length + 1), "found " + (frame.length + 1));
    }

    @Test
    void declaredSizesAreNotAllocated() {
        byte[] bomb = new byte[30];
        bomb[0] = 2;
        bomb[1] = 1;
        bomb[2] = 1 << 5;
        bomb[3] = 4;
        Words.putInt(bomb, 4, Integer.MAX_VALUE);
        Words.putInt(bomb, 8, Integer.MAX_VALUE);
        Words.putInt(bomb, 12, 30);
        Words.putInt(bomb, 16, 20);
        assertRefused(bomb, "2147483647 decoded bytes, expected at most " + BYTES);
    }

    @Test
    void checkComparesWithTheExpectedSize() {
        ByteBuffer frame = ByteBuffer.wrap(frame());
        codec.check(frame, -1, workspace);
        assertThatThrownBy(() -> codec.check(frame, 3996, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("header says 4000 decoded bytes, expected 3996");
    }

    /** Whatever was changed: an error of the one kind, or bytes of the size that the header tells. */
    @Test
    void mutatedFramesAreErrorsOrBytesOfTheRightSize() {
        Random random = new Random(20);
        int errors = 0;
        int mutations = 0;
        for (FrameCase frame : FrameDump.smallCases(6)) {
            if (frame.decoded() > 5000 || frame.decoded() < 100) {
                continue;
            }
            byte[] encoded = encodedCopy(frame);
            for (int i = 0; i < 12; i++) {
                byte[] mutant = mutated(encoded, random);
                String name = frame + ", mutation " + mutations++;
                int mark = workspace.mark();
                try {
                    int bytes = codec.decode(ByteBuffer.wrap(mutant), frame.decoded(), workspace)
                            .remaining();
                    assertThat(bytes).describedAs(name).isEqualTo(Words.getInt(mutant, 4));
                    codec.check(ByteBuffer.wrap(mutant), bytes, workspace);
                } catch (MalformedDataException e) {
                    errors++;
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(name + ": " + Arrays.toString(mutant), e);
                }
                workspace.releaseTo(mark);
            }
        }
        assertThat(mutations).isGreaterThan(10_000);
        assertThat(errors).isBetween(mutations / 4, mutations - 100);
    }

    private byte[] encodedCopy(FrameCase frame) {
        int mark = workspace.mark();
        ByteBuffer encoded = frame.codec().encode(ByteBuffer.wrap(frame.payload()), workspace);
        byte[] copy = new byte[encoded.remaining()];
        encoded.get(copy);
        workspace.releaseTo(mark);
        return copy;
    }

    /** Some bytes changed, in half of the cases in header and block starts; the length kept right in most. */
    static byte[] mutated(byte[] frame, Random random) {
        byte[] mutant =
                random.nextInt(10) == 0 ? Arrays.copyOf(frame, 16 + random.nextInt(frame.length)) : frame.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(random.nextBoolean() ? mutant.length : Math.min(mutant.length, 40));
            mutant[at] = (byte) (random.nextBoolean() ? random.nextInt() : mutant[at] ^ 1 << random.nextInt(8));
        }
        if (random.nextInt(4) > 0) {
            mutant[0] = 2;
            mutant[1] = 1;
            Words.putInt(mutant, 12, mutant.length);
        }
        return mutant;
    }
}
