package io.rezarr.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class VlenBytesTest {
    private static ByteBuffer chunk(int... words) {
        ByteBuffer chunk = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            chunk.putInt(word);
        }
        return chunk.flip();
    }

    @Test
    void elementsAreViewsInOrder() {
        VlenBytes values = VlenBytes.of(chunk(3, 4, 17, 0, 8, 1, 2));
        assertThat(values.count()).isEqualTo(3);
        assertThat(values.element(0).getInt(0)).isEqualTo(17);
        assertThat(values.element(1).remaining()).isZero();
        assertThat(values.element(2).getLong(0)).isEqualTo(0x2_0000_0001L);
    }

    @Test
    void positionOfTheInputStays() {
        ByteBuffer chunk = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        chunk.putInt(4, 1).putInt(8, 0).position(4);
        assertThat(VlenBytes.of(chunk).element(0).remaining()).isZero();
        assertThat(chunk.position()).isEqualTo(4);
    }
}
