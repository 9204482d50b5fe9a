package io.rezarr.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.MalformedDataException;
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
        VlenBytes values = VlenBytes.decode(chunk(3, 4, 17, 0, 8, 1, 2), 3);
        assertThat(values.count()).isEqualTo(3);
        assertThat(values.element(0).getInt(0)).isEqualTo(17);
        assertThat(values.element(1).remaining()).isZero();
        assertThat(values.element(2).getLong(0)).isEqualTo(0x2_0000_0001L);
    }

    @Test
    void positionOfTheInputStays() {
        ByteBuffer chunk = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        chunk.putInt(4, 1).putInt(8, 0).position(4);
        assertThat(VlenBytes.decode(chunk, 1).element(0).remaining()).isZero();
        assertThat(chunk.position()).isEqualTo(4);
    }

    @Test
    void anotherNumberOfElementsIsRefused() {
        assertThatThrownBy(() -> VlenBytes.decode(chunk(2, 0, 0), 3))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected 3 elements, found 2 in 12 bytes");
    }

    @Test
    void aNumberThatTheBytesCannotHoldIsRefusedBeforeMemoryIsTaken() {
        assertThatThrownBy(() -> VlenBytes.decode(chunk(-1, 0), 0xffffffffL))
                .hasMessageContaining("expected 4294967295 elements, found 4294967295 in 8 bytes");
    }

    @Test
    void anElementBeyondTheEndIsRefused() {
        assertThatThrownBy(() -> VlenBytes.decode(chunk(2, 4, 9, 5), 2))
                .hasMessageContaining("vlen-bytes at byte 12: element 1 has 5 bytes, but only 0 follow");
        assertThatThrownBy(() -> VlenBytes.decode(chunk(1, -1), 1))
                .hasMessageContaining("element 0 has 4294967295 bytes, but only 0 follow");
    }

    @Test
    void bytesBehindTheLastElementAreRefused() {
        assertThatThrownBy(() -> VlenBytes.decode(chunk(1, 0, 7), 1))
                .hasMessageContaining("vlen-bytes at byte 8: expected the end after 1 elements, found 4 bytes");
    }

    @Test
    void nothingIsNoChunk() {
        assertThatThrownBy(() -> VlenBytes.decode(ByteBuffer.allocate(3), 0))
                .hasMessageContaining("expected a number of elements (4 bytes), found 3 bytes");
    }
}
