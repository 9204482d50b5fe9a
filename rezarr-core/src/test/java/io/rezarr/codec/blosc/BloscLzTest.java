package io.rezarr.codec.blosc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;

class BloscLzTest {
    private static final int PAD = 3;

    @Test
    void whatIsEncodedDecodes() throws DataFormatException {
        Random random = new Random(5);
        int compressed = 0;
        for (int i = 0; i < 2000; i++) {
            int level = 1 + random.nextInt(9);
            byte[] plain = repetitive(random, random.nextInt(i % 50 == 0 ? 200_000 : 3000));
            byte[] encoded = new byte[plain.length];
            int bytes = new BloscLzEncoder(level, random.nextBoolean())
                    .encode(plain, 0, plain.length, encoded, 0, plain.length);
            if (bytes > 0) {
                compressed++;
                byte[] decoded = new byte[plain.length + 2 * PAD];
                int count = BloscLzDecoder.INSTANCE.decode(encoded, 0, bytes, decoded, PAD, plain.length);
                assertThat(count).describedAs("case %d", i).isEqualTo(plain.length);
                assertThat(Arrays.copyOfRange(decoded, PAD, PAD + count))
                        .describedAs("case %d", i)
                        .isEqualTo(plain);
                assertThat(decoded).endsWith(new byte[PAD]);
            }
        }
        assertThat(compressed).isGreaterThan(500);
    }

    /** One literal item with a period of its own, then one match; the room ends at any place behind it. */
    @Test
    void matchesRepeatFromEveryDistance() throws DataFormatException {
        byte[] stream = new byte[64];
        for (int distance = 1; distance <= 32; distance++) {
            for (int length = 3; length < 90; length++) {
                stream[0] = (byte) (distance - 1);
                for (int i = 0; i < distance; i++) {
                    stream[1 + i] = (byte) (7 * i + 1);
                }
                int bytes = match(stream, distance + 1, distance, length);
                byte[] target = new byte[distance + length + 20];
                int room = distance + length + length % 12;

                int count = BloscLzDecoder.INSTANCE.decode(stream, 0, bytes, target, 0, room);

                assertThat(count).isEqualTo(distance + length);
                for (int i = 0; i < target.length; i++) {
                    int expected = i < count ? 7 * (i % distance) + 1 : i < room ? target[i] : 0;
                    assertThat(target[i])
                            .describedAs("%d from %d before, byte %d", length, distance, i)
                            .isEqualTo((byte) expected);
                }
            }
        }
    }

    /** Puts a match of at least 3 bytes at {@code at}; returns the end. */
    private static int match(byte[] stream, int at, int distance, int length) {
        int end = at;
        int code = Math.min(length - 2, 7);
        stream[end++] = (byte) (code << 5 | (distance - 1) >> 8);
        if (code == 7) {
            stream[end++] = (byte) (length - 9);
        }
        stream[end++] = (byte) (distance - 1);
        return end;
    }

    @Test
    void resultIsNeverLargerThanItsRoom() {
        byte[] plain = repetitive(new Random(1), 5000);
        BloscLzEncoder encoder = new BloscLzEncoder(9, true);
        byte[] encoded = new byte[plain.length];
        int needed = encoder.encode(plain, 0, plain.length, encoded, 0, plain.length);
        for (int room = 0; room < needed + 10; room++) {
            Arrays.fill(encoded, (byte) 7);
            int bytes = encoder.encode(plain, 0, plain.length, encoded, 0, room);
            assertThat(bytes).isLessThanOrEqualTo(room);
            for (int i = room; i < encoded.length; i++) {
                assertThat(encoded[i]).isEqualTo((byte) 7);
            }
        }
        assertThat(needed).isPositive();
    }

    @Test
    void noiseAndTinyStreamsAreNotCompressed() {
        byte[] noise = Payload.of(Payload.NOISE, 1, 1, 10_000);
        assertThat(new BloscLzEncoder(9, false).encode(noise, 0, 10_000, new byte[10_000], 0, 10_000))
                .isZero();
        assertThat(new BloscLzEncoder(9, false).encode(new byte[40], 0, 40, new byte[100], 0, 100))
                .isZero();
    }

    @Test
    void matchBeforeTheStartIsRefused() {
        byte[] stream = {0, 'a', 0x20, 5, 0, 'b'};
        assertThatThrownBy(() -> BloscLzDecoder.INSTANCE.decode(stream, 0, stream.length, new byte[50], 20, 30))
                .isInstanceOf(DataFormatException.class)
                .hasMessageContaining("a match of 3 bytes from 6 before, where are 1, with room for 29");
    }

    @Test
    void endWithinAnItemIsRefused() {
        byte[][] streams = {{0}, {3, 'a'}, {0, 'a', 0x20}, {0, 'a', (byte) 0xE0, 5}, {0, 'a', 0x3F, (byte) 0xFF, 0}};
        for (byte[] stream : streams) {
            assertThatThrownBy(() -> BloscLzDecoder.INSTANCE.decode(stream, 0, stream.length, new byte[90], 0, 90))
                    .describedAs(Arrays.toString(stream))
                    .isInstanceOf(DataFormatException.class);
        }
    }

    /** Runs, repeats from near and far, and noise between. */
    static byte[] repetitive(Random random, int bytes) {
        byte[] data = new byte[bytes];
        int at = 0;
        while (at < bytes) {
            int count = Math.min(bytes - at, 1 + random.nextInt(random.nextInt(8) == 0 ? 900 : 40));
            int choice = random.nextInt(3);
            if (choice == 0) {
                Arrays.fill(data, at, at + count, (byte) random.nextInt(4));
            } else if (choice == 1 && at > 0) {
                int back = 1 + random.nextInt(at);
                for (int i = 0; i < count; i++) {
                    data[at + i] = data[at + i - back];
                }
            } else {
                for (int i = 0; i < Math.min(count, 10); i++) {
                    data[at + i] = (byte) random.nextInt();
                }
                count = Math.min(count, 10);
            }
            at += count;
        }
        return data;
    }
}
