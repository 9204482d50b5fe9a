package io.rezarr.vectors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.MalformedDataException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectBatchTest {
    /** Chunk (-1, 2) fragment 3; chunk (0, 0) fragments 4 and 5; chunk (0, 3) fragments 0 and 2. */
    private static final String ALL_MODES = "03000000"
            + "ffffffffffffffff 0200000000000000 00 0300000000000000"
            + "0000000000000000 0000000000000000 01 0400000000000000 0200000000000000"
            + "0000000000000000 0300000000000000 02 02000000 0000000000000000 0200000000000000";

    private final ChunkIndex level = ChunkIndex.of(2, List.of(ChunkKey.of(-1, 2), ChunkKey.of(0, 3)));
    private final ObjectBatch.Builder builder = new ObjectBatch.Builder(2, level);

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void everyModeIsReadInOrder() {
        builder.add(ByteBuffer.wrap(bytes("00000000")));
        builder.add(ByteBuffer.wrap(bytes(ALL_MODES)));
        ObjectBatch batch = builder.build(7, 70, 80);
        assertThat(batch.size()).isEqualTo(2);
        assertThat(batch.first()).isEqualTo(7);
        assertThat(batch.id(1)).isEqualTo(80);
        assertThat(batch.end(0)).isEqualTo(batch.begin(0));
        assertThat(batch.end(1) - batch.begin(1)).isEqualTo(4);
        assertThat(batch.chunk(0)).isZero();
        assertThat(batch.firstFragment(1)).isEqualTo(4);
        assertThat(batch.fragmentCount(1)).isEqualTo(2);
        assertThat(batch.firstFragment(3)).isEqualTo(2);
    }

    @Test
    void chunksThatTheLevelHasNotAreStillNamed() {
        builder.add(ByteBuffer.wrap(bytes(ALL_MODES)));
        ObjectBatch batch = builder.build(0, 0);
        assertThat(batch.chunk(1)).isNegative();
        assertThat(batch.key(1)).hasToString("0.0");
        assertThat(batch.key(0)).hasToString("-1.2");
    }

    @Test
    void everyTruncationIsRefusedAndAddsNothing() {
        byte[] whole = bytes(ALL_MODES);
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer truncated = ByteBuffer.wrap(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> builder.add(truncated)).isInstanceOf(MalformedDataException.class);
        }
        assertThat(builder.build(0).size()).isZero();
    }

    @Test
    void wrongModesCountsAndTailsAreRefused() {
        assertThatThrownBy(() -> builder.add(ByteBuffer.wrap(bytes(ALL_MODES.replaceFirst(" 00 0300", " 07 0300")))))
                .hasMessageContaining("block mode is 7, expected 0, 1 or 2");
        assertThatThrownBy(() -> builder.add(ByteBuffer.wrap(bytes("00000000 00"))))
                .hasMessageContaining("expected the end after 0 blocks, found 1 bytes");
        assertThatThrownBy(() -> builder.add(ByteBuffer.wrap(bytes("ffffffff"))))
                .hasMessageContaining("expected 17 bytes of block 0 of 4294967295, found 0");
        String negative = "01000000 0000000000000000 0000000000000000 01 0400000000000000 ffffffffffffffff";
        assertThatThrownBy(() -> builder.add(ByteBuffer.wrap(bytes(negative))))
                .hasMessageContaining("a range of -1 fragments from 4");
    }
}
