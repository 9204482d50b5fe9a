package io.rezarr.metadata;

import static io.rezarr.metadata.ChunkKeyEncoding.Kind.DEFAULT;
import static io.rezarr.metadata.ChunkKeyEncoding.Kind.V2;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkKeyEncodingTest {
    @ParameterizedTest
    @CsvSource({"DEFAULT,/,2,c/3/14", "DEFAULT,.,2,c.3.14", "V2,.,2,3.14", "V2,/,2,3/14"})
    void keysAreAsSpecified(ChunkKeyEncoding.Kind kind, char separator, int rank, String key) {
        ChunkKeyEncoding encoding = new ChunkKeyEncoding(kind, separator);

        assertThat(encoding.keyOf(new long[] {3, 14})).isEqualTo(key);
        assertThat(encoding.indexOf(key, rank)).containsExactly(3, 14);
        assertThat(encoding.indexOf(key, 1)).isNull();
        assertThat(encoding.indexOf(key, 3)).isNull();
        assertThat(encoding.indexOf(key, 0)).isNull();
    }

    @Test
    void scalarsHaveOneKey() {
        assertThat(new ChunkKeyEncoding(DEFAULT, '/').keyOf(new long[0])).isEqualTo("c");
        assertThat(new ChunkKeyEncoding(DEFAULT, '/').indexOf("c", 0)).isEmpty();
        assertThat(new ChunkKeyEncoding(V2, '.').keyOf(new long[0])).isEqualTo("0");
        assertThat(new ChunkKeyEncoding(V2, '.').indexOf("0", 0)).isEmpty();
        assertThat(new ChunkKeyEncoding(V2, '.').indexOf("1", 0)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01",
                "1.0",
                "+1",
                "-1",
                "1 ",
                ".DS_Store",
                "1.",
                ".1",
                "0x1",
                "9223372036854775808",
                "18446744073709551617",
                "99999999999999999999",
                "\u0661",
                "c/1",
                "1/"
            })
    void whatIsNoKeyHasNoIndex(String key) {
        assertThat(new ChunkKeyEncoding(V2, '.').indexOf(key, 1)).isNull();
        assertThat(new ChunkKeyEncoding(DEFAULT, '/').indexOf("c/" + key + "/", 1))
                .isNull();
        assertThat(new ChunkKeyEncoding(DEFAULT, '/').indexOf(key, 2)).isNull();
    }

    @Test
    void theGreatestIndexIsRead() {
        assertThat(new ChunkKeyEncoding(V2, '.').indexOf(Long.toString(Long.MAX_VALUE), 1))
                .containsExactly(Long.MAX_VALUE);
    }

    @Test
    void indexOfIsTheInverseOfKeyOf() {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            long[] index = random.longs(random.nextInt(5), 0, 1L << (1 + random.nextInt(62)))
                    .toArray();
            for (ChunkKeyEncoding.Kind kind : List.of(DEFAULT, V2)) {
                ChunkKeyEncoding encoding = new ChunkKeyEncoding(kind, random.nextBoolean() ? '/' : '.');
                assertThat(encoding.indexOf(encoding.keyOf(index), index.length))
                        .isEqualTo(index);
            }
        }
    }
}
