package io.rezarr.codec.blosc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.BlockCodec;
import io.rezarr.codec.DecodedPart;
import io.rezarr.codec.NeededBytes;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FramePartTest {
    private final Workspace workspace = new Workspace();
    private final BlockCodec smallBlocks = BloscCodec.of(FrameCase.spec("zstd", 5, 1, 1024), 4);

    @AfterEach
    void closeWorkspace() {
        workspace.close();
    }

    private byte[] encoded(BlockCodec codec, byte[] plain) {
        int mark = workspace.mark();
        ByteBuffer frame = codec.encode(ByteBuffer.wrap(plain), workspace);
        byte[] copy = new byte[frame.remaining()];
        frame.get(copy);
        workspace.releaseTo(mark);
        return copy;
    }

    @Test
    void partIsTheSliceOfTheWholeForAllSmallFrames() {
        Random random = new Random(3);
        for (FrameCase frame : FrameDump.smallCases(4)) {
            FrameParts.assertPartsAreSlices(frame, encoded(frame.codec(), frame.payload()), random, workspace);
        }
    }

    @Test
    void partIsTheSliceOfTheWholeForFramesOfSeveralLargeBlocks() {
        Random random = new Random(5);
        for (FrameCase frame : FrameDump.largeCases(6)) {
            if (frame.level() % 3 == 1) {
                FrameParts.assertPartsAreSlices(frame, encoded(frame.codec(), frame.payload()), random, workspace);
            }
        }
    }

    @Test
    void blocksMayLieInAnyOrder() {
        Random random = new Random(7);
        for (int i = 0; i < 30; i++) {
            byte[] plain = Payload.of(Payload.NOISE, i, 4, 100_000);
            Arrays.fill(plain, 0, 50_000, (byte) i);
            byte[] frame = reordered(encoded(smallBlocks, plain), random);
            NeededBytes needed = FrameParts.random(plain.length, random);

            DecodedPart part = smallBlocks.decodePart(new FrameRanges(frame), plain.length, needed, workspace);

            FrameParts.assertHasNeeded(part, needed, plain, i + ": " + needed);
            workspace.releaseTo(0);
        }
    }

    /** The same frame as several threads might have written it. */
    private static byte[] reordered(byte[] encoded, Random random) {
        Frame frame = new Frame(encoded, 0, encoded.length);
        List<Integer> order = new ArrayList<>();
        for (int block = 0; block < frame.blocks; block++) {
            order.add(block);
        }
        Collections.shuffle(order, random);
        byte[] reordered = encoded.clone();
        int at = frame.startsEnd();
        for (int block : order) {
            int start = frame.startOf(block);
            int end = block + 1 < frame.blocks ? frame.startOf(block + 1) : encoded.length;
            System.arraycopy(encoded, start, reordered, at, end - start);
            Words.putInt(reordered, Frame.HEADER_BYTES + Integer.BYTES * block, at);
            at += end - start;
        }
        return reordered;
    }

    @Test
    void hardlyMoreIsReadThanTheBlocksThatAreNeeded() {
        BlockCodec codec = BloscCodec.of(FrameCase.spec("zstd", 1, 0, 64 << 10), 4);
        byte[] plain = nibbles(4 << 20);
        FrameRanges ranges = new FrameRanges(encoded(codec, plain));

        DecodedPart part = codec.decodePart(ranges, plain.length, NeededBytes.range(3_000_000, 3_000_001), workspace);

        assertThat(part.decodedBytes()).isEqualTo(64 << 10);
        assertThat(ranges.reads()).isEqualTo(2);
        assertThat(part.storedBytes()).isEqualTo(ranges.readBytes()).isBetween(32L << 10, 64L << 10);
        assertThat(codec.blockBytes(ranges)).isEqualTo(64 << 10);
    }

    /** Compresses to a little more than half. */
    private static byte[] nibbles(int bytes) {
        byte[] plain = new byte[bytes];
        new Random(bytes).nextBytes(plain);
        for (int i = 0; i < bytes; i++) {
            plain[i] &= 0x0F;
        }
        return plain;
    }

    @Test
    void neighbouringBlocksAreReadByOneRequestAndDistantOnesByTheirOwn() {
        byte[] plain = nibbles(600_000);
        BlockCodec codec = BloscCodec.of(FrameCase.spec("zstd", 1, 0, 10_000), 1);
        FrameRanges neighbours = new FrameRanges(encoded(codec, plain));
        codec.decodePart(neighbours, plain.length, NeededBytes.range(100_000, 200_000), workspace);
        assertThat(neighbours.reads()).isEqualTo(2);

        FrameRanges distant = new FrameRanges(encoded(codec, plain));
        NeededBytes needed = new NeededBytes(100_000, 10, 100_000, 3);
        DecodedPart part = codec.decodePart(distant, plain.length, needed, workspace);

        FrameParts.assertHasNeeded(part, needed, plain, "distant");
        assertThat(distant.reads()).isEqualTo(4);
        assertThat(part.decodedBytes()).isEqualTo(30_000);
    }

    @Test
    void copiedFrameIsReadByRanges() {
        byte[] plain = Payload.of(Payload.NOISE, 1, 1, 100_000);
        BlockCodec codec = BloscCodec.of(FrameCase.spec("lz4", 0, 0, 0), 1);
        FrameRanges ranges = new FrameRanges(encoded(codec, plain));

        DecodedPart part = codec.decodePart(ranges, plain.length, NeededBytes.range(70_000, 70_100), workspace);

        assertThat(part.bytes()).isEqualTo(ByteBuffer.wrap(plain, 70_000, 100));
        assertThat(part.firstByte()).isEqualTo(70_000);
        assertThat(part.decodedBytes()).isEqualTo(100);
        assertThat(ranges.reads()).isEqualTo(2);
    }

    @Test
    void frameWithMoreBlockStartsThanAreReadAtFirstDecodes() {
        byte[] plain = Payload.of(Payload.RUNS, 1, 4, 1_000_000);
        BlockCodec codec = BloscCodec.of(FrameCase.spec("lz4", 5, 1, 130), 4);
        FrameRanges ranges = new FrameRanges(encoded(codec, plain));
        NeededBytes needed = NeededBytes.range(900_000, 901_000);

        DecodedPart part = codec.decodePart(ranges, plain.length, needed, workspace);

        FrameParts.assertHasNeeded(part, needed, plain, "many blocks");
        assertThat(ranges.reads()).isEqualTo(3);
    }

    @Test
    void otherBlocksAreNotLookedAt() {
        byte[] plain = Payload.of(Payload.RAMP, 1, 4, 8192);
        byte[] frame = encoded(smallBlocks, plain);
        Arrays.fill(frame, Words.getInt(frame, 16 + 4 * 7) + 4, frame.length, (byte) 0xFF);
        NeededBytes intact = NeededBytes.range(0, 7 * 1024);

        DecodedPart part = smallBlocks.decodePart(new FrameRanges(frame), 8192, intact, workspace);

        FrameParts.assertHasNeeded(part, intact, plain, "intact");
        assertRefused(frame, 8192, NeededBytes.range(7 * 1024, 7 * 1024 + 1), "block 7");
        assertRefused(frame, 8193, intact, "8192 decoded bytes, expected 8193");
    }

    private void assertRefused(byte[] frame, int decodedBytes, NeededBytes needed, String message) {
        assertThatThrownBy(() -> smallBlocks.decodePart(new FrameRanges(frame), decodedBytes, needed, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("blosc at byte ")
                .hasMessageContaining(message);
    }

    @Test
    void streamThatReachesIntoTheNextBlockIsRefused() {
        byte[] frame = encoded(smallBlocks, Payload.of(Payload.RAMP, 1, 4, 8192));
        int start = Words.getInt(frame, 16 + 4 * 2);
        int length = Words.getInt(frame, start);
        Words.putInt(frame, start, length + 1);

        assertRefused(
                frame,
                8192,
                NeededBytes.range(2048, 2049),
                "a stream of " + (length + 1) + " bytes, of which the frame has " + length
                        + " before it ends or the next block begins");
    }

    @Test
    void twoBlocksAtOnePlaceAreRefused() {
        byte[] frame = encoded(smallBlocks, Payload.of(Payload.RAMP, 1, 4, 8192));
        Words.putInt(frame, 16 + 4, Words.getInt(frame, 16));

        assertRefused(frame, 8192, NeededBytes.range(0, 8192), "blocks 0 and 1 both begin at byte");
    }

    /** Whatever was changed: an error of the one kind, or a part whose size is right; never more memory than for the whole. */
    @Test
    void mutatedFramesAreErrorsOrPartsOfTheRightSize() {
        Random random = new Random(21);
        int errors = 0;
        int mutations = 0;
        for (FrameCase frame : FrameDump.smallCases(8)) {
            byte[] encoded = encoded(frame.codec(), frame.payload());
            for (int i = 0; i < 4; i++) {
                byte[] mutant = HostileFramesTest.mutated(encoded, random);
                NeededBytes needed = FrameParts.random(frame.decoded(), random);
                String name = frame + ", " + needed + ", mutation " + mutations++;
                try (Workspace fresh = new Workspace()) {
                    DecodedPart part = smallBlocks.decodePart(new FrameRanges(mutant), frame.decoded(), needed, fresh);
                    assertThat(part.firstByte()).as(name).isBetween(0L, needed.first());
                    assertThat(part.firstByte() + part.bytes().remaining())
                            .as(name)
                            .isBetween(needed.end(), (long) frame.decoded());
                    assertThat(fresh.heldBytes()).as(name).isLessThan(6L * (frame.decoded() + mutant.length + 1024));
                } catch (MalformedDataException e) {
                    errors++;
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(name + ": " + Arrays.toString(mutant), e);
                }
            }
        }
        assertThat(mutations).isGreaterThan(5_000);
        assertThat(errors).isBetween(mutations / 4, mutations - 100);
    }
}
