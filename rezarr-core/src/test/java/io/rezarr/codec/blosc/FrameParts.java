package io.rezarr.codec.blosc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.codec.DecodedPart;
import io.rezarr.codec.NeededBytes;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.Random;

/** What is asked of any part of a frame. */
final class FrameParts {
    private FrameParts() {}

    /** For a few random parts. */
    static void assertPartsAreSlices(FrameCase frame, byte[] encoded, Random random, Workspace workspace) {
        byte[] plain = frame.payload();
        for (int i = 0; i < 3 && plain.length > 0; i++) {
            NeededBytes needed = random(plain.length, random);
            int mark = workspace.mark();
            FrameRanges ranges = new FrameRanges(encoded);
            DecodedPart part = frame.codec().decodePart(ranges, plain.length, needed, workspace);
            String name = frame + ", " + needed;
            assertHasNeeded(part, needed, plain, name);
            assertThat(part.storedBytes()).as(name).isEqualTo(ranges.readBytes());
            assertThat(part.decodedBytes()).as(name).isEqualTo(workOf(encoded, needed));
            workspace.releaseTo(mark);
        }
    }

    static NeededBytes random(int bytes, Random random) {
        int first = random.nextInt(bytes);
        int run = 1 + random.nextInt(random.nextBoolean() ? Math.min(20, bytes - first) : bytes - first);
        int left = bytes - first - run;
        int stride = run + (left > 0 ? random.nextInt(left) : 0);
        int runs = 1 + (random.nextBoolean() ? random.nextInt(left / stride + 1) : 0);
        return new NeededBytes(first, run, stride, runs);
    }

    static void assertHasNeeded(DecodedPart part, NeededBytes needed, byte[] plain, String name) {
        ByteBuffer bytes = part.bytes();
        for (long run = 0; run < needed.runs(); run++) {
            int from = (int) (needed.first() + run * needed.strideBytes());
            int at = bytes.position() + (int) (from - part.firstByte());
            ByteBuffer found = bytes.slice(at, (int) needed.runBytes());
            assertThat(found.mismatch(ByteBuffer.wrap(plain, from, found.remaining())))
                    .as(name)
                    .isEqualTo(-1);
        }
    }

    /** The bytes of the blocks that hold a needed byte, found one by one; of frames that are just copied, those that are read. */
    private static long workOf(byte[] encoded, NeededBytes needed) {
        Frame frame = new Frame(encoded, 0, encoded.length);
        if (frame.isCopied()) {
            boolean atOnce = needed.strideBytes() - needed.runBytes() <= 16 << 10;
            return atOnce ? needed.spanBytes() : needed.runs() * needed.runBytes();
        }
        long work = 0;
        for (int block = 0; block < frame.blocks; block++) {
            long begin = (long) block * frame.blockBytes;
            boolean overlaps = false;
            for (long run = 0; run < needed.runs() && !overlaps; run++) {
                long from = needed.first() + run * needed.strideBytes();
                overlaps = from < begin + frame.bytesOf(block) && from + needed.runBytes() > begin;
            }
            work += overlaps ? frame.bytesOf(block) : 0;
        }
        return work;
    }
}
