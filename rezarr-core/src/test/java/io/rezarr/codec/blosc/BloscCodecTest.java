package io.rezarr.codec.blosc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BloscCodecTest {
    private final Workspace workspace = new Workspace();

    @AfterEach
    void closeWorkspace() {
        workspace.close();
    }

    private static BytesToBytesCodec codec(String cname, int level, int shuffle, int elementBytes) {
        return BloscCodec.of(FrameCase.spec(cname, level, shuffle, 0), elementBytes);
    }

    private static List<FrameCase> cases(long seed) {
        List<FrameCase> cases = new ArrayList<>(FrameDump.smallCases(seed));
        FrameDump.largeCases(seed).stream()
                .filter(c -> c.level() % 3 == 1 && c.level() < 7)
                .forEach(cases::add);
        return cases;
    }

    private byte[] encoded(BytesToBytesCodec codec, byte[] plain) {
        int mark = workspace.mark();
        ByteBuffer frame = codec.encode(ByteBuffer.wrap(plain), workspace);
        byte[] copy = new byte[frame.remaining()];
        frame.get(copy);
        workspace.releaseTo(mark);
        return copy;
    }

    @Test
    void whatIsEncodedDecodes() {
        for (FrameCase frame : cases(2)) {
            byte[] plain = frame.payload();
            BytesToBytesCodec codec = frame.codec();
            ByteBuffer encoded = codec.encode(ByteBuffer.wrap(plain), workspace);
            assertThat((long) encoded.remaining()).isLessThanOrEqualTo(codec.maxEncodedBytes(plain.length));
            codec.check(encoded, plain.length, workspace);
            assertThat(codec.decode(encoded, plain.length, workspace))
                    .describedAs(frame.toString())
                    .isEqualTo(ByteBuffer.wrap(plain));
            workspace.releaseTo(0);
        }
    }

    @Test
    void smallAndLevelZeroInputIsCopied() {
        byte[] small = Payload.of(Payload.RUNS, 1, 8, 24);
        byte[] frame = encoded(codec("lz4", 5, 1, 24), small);
        assertThat(frame)
                .hasSize(40)
                .startsWith(2, 1, 1 << 5 | 0x10 | 2 | 1, 24, 24, 0, 0, 0, 24, 0, 0, 0, 40, 0, 0, 0);
        assertThat(frame).endsWith(small);
        assertThat(encoded(codec("zstd", 0, 0, 4), new byte[100_000])).hasSize(100_016);
    }

    @Test
    void incompressibleInputIsCopied() {
        byte[] noise = new byte[70_000];
        new Random(8).nextBytes(noise);
        for (String cname : FrameCase.CNAMES) {
            byte[] frame = encoded(codec(cname, 9, 1, 4), noise);
            assertThat(frame).describedAs(cname).hasSize(70_016).endsWith(noise);
            assertThat(frame[2] & Frame.COPIED).isNotZero();
        }
    }

    @Test
    void emptyInputIsAHeader() {
        byte[] frame = encoded(codec("zstd", 5, 1, 4), new byte[0]);
        assertThat(frame).hasSize(16);
        BytesToBytesCodec codec = codec("zstd", 5, 1, 4);
        codec.check(ByteBuffer.wrap(frame), 0, workspace);
        assertThat(codec.decode(ByteBuffer.wrap(frame), 0, workspace).remaining())
                .isZero();
    }

    @Test
    void sameInputGivesTheSameFrameWhateverCameBefore() {
        byte[] plain = Payload.of(Payload.RAMP, 9, 4, 600_000);
        for (String cname : FrameCase.CNAMES) {
            BytesToBytesCodec codec = codec(cname, 5, 1, 4);
            byte[] first = encoded(codec, plain);
            encoded(codec, BloscLzTest.repetitive(new Random(1), 400_000));
            assertThat(encoded(codec, plain)).describedAs(cname).isEqualTo(first);
            try (Workspace other = new Workspace()) {
                assertThat(codec.encode(ByteBuffer.wrap(plain), other)).isEqualTo(ByteBuffer.wrap(first));
            }
        }
    }

    @Test
    void buffersMayBePartsOfArraysOrReadOnly() {
        byte[] plain = Payload.of(Payload.RAMP, 1, 4, 5000);
        BytesToBytesCodec codec = codec("lz4", 5, 1, 4);
        byte[] frame = encoded(codec, plain);
        ByteBuffer within = ByteBuffer.allocate(frame.length + 20);
        ByteBuffer part = within.position(7).slice().limit(frame.length + 2);
        part.position(2).put(frame).position(2);
        for (ByteBuffer buffer : List.of(part, part.asReadOnlyBuffer())) {
            codec.check(buffer, 5000, workspace);
            assertThat(codec.decode(buffer, 5000, workspace)).isEqualTo(ByteBuffer.wrap(plain));
            assertThat(buffer.position()).isEqualTo(2);
        }
        ByteBuffer source = ByteBuffer.wrap(plain).asReadOnlyBuffer();
        assertThat(codec.encode(source, workspace)).isEqualTo(ByteBuffer.wrap(frame));
        assertThat(source.remaining()).isEqualTo(5000);
    }

    @Test
    void buffersAndContextsAreReused() {
        byte[] plain = Payload.of(Payload.RAMP, 9, 4, 300_000);
        BytesToBytesCodec codec = codec("zstd", 1, 2, 4);
        ByteBuffer first = codec.encode(ByteBuffer.wrap(plain), workspace);
        byte[] array = first.array();
        workspace.releaseTo(0);
        assertThat(codec.encode(ByteBuffer.wrap(plain), workspace).array()).isSameAs(array);
    }

    @Test
    void contextsAreBounded() {
        long chunkBytes = 256 << 20;
        for (String cname : FrameCase.CNAMES) {
            for (int level = 0; level <= 9; level++) {
                assertThat(codec(cname, level, 2, 16).contextBytes(chunkBytes)).isBetween(1L << 16, 40L << 20);
            }
        }
        BytesToBytesCodec largeBlocks = BloscCodec.of(FrameCase.spec("zstd", 9, 1, 64 << 20), 4);
        assertThat(largeBlocks.contextBytes(chunkBytes)).isGreaterThan(600L << 20);
        assertThat(largeBlocks.contextBytes(1000))
                .as("the block is no larger than the chunk")
                .isLessThan(1 << 20);
        assertThat(largeBlocks.decodingBytes(chunkBytes)).isEqualTo(chunkBytes + (128 << 20));
        assertThat(largeBlocks.encodingBytes(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }
}
