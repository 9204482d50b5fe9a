package io.rezarr.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.testkit.Specs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks of items of variable size, whole and damaged. */
class ItemFormTest {
    private static final ItemForm BYTES = ItemForm.BYTES;

    /** The number of items, then each with its length. */
    private static ByteBuffer chunk(int count, int... lengths) {
        int bytes = 4;
        for (int length : lengths) {
            bytes += 4 + length;
        }
        ByteBuffer chunk =
                ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(count);
        for (int length : lengths) {
            chunk.putInt(length).position(chunk.position() + length);
        }
        return chunk.flip();
    }

    private static ArrayMetadata strings(String filter, String compressor, String fill) {
        String json =
                "{\"zarr_format\":2,\"shape\":[4],\"chunks\":[2],\"dtype\":\"|O\",\"fill_value\":%s,\"order\":\"C\",\"filters\":[%s],\"compressor\":%s}"
                        .formatted(fill, filter, compressor);
        return V2ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), null, "test");
    }

    @Test
    void wholeChunkIsAccepted() {
        assertThatCode(() -> BYTES.check(chunk(3, 0, 7, 1), 3)).doesNotThrowAnyException();
        assertThatCode(() -> BYTES.check(chunk(0), 0)).doesNotThrowAnyException();
    }

    @Test
    void numberOfItemsMustBeThatOfTheChunk() {
        assertThatThrownBy(() -> BYTES.check(chunk(3, 0, 7, 1), 4))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected 4 elements, found 3");
        assertThatThrownBy(() -> BYTES.check(chunk(Integer.MAX_VALUE, 1), 2))
                .hasMessageContaining("expected 2 elements, found 2147483647");
        assertThatThrownBy(() -> BYTES.check(chunk(-1, 1), 0xFFFFFFFFL))
                .hasMessageContaining("expected 4294967295 elements, found 4294967295 in 9 bytes");
        assertThatThrownBy(() -> BYTES.check(ByteBuffer.allocate(3), 1)).hasMessageContaining("found 3 bytes");
    }

    @Test
    void lengthsMustLieInTheChunk() {
        ByteBuffer beyond = chunk(2, 3, 4);
        beyond.putInt(11, 5);
        assertThatThrownBy(() -> BYTES.check(beyond, 2))
                .hasMessageContaining("element 1 has 5 bytes, but only 4 follow");
        assertThatThrownBy(() -> BYTES.check(chunk(2, 3, 4).limit(13), 2))
                .hasMessageContaining("element 1 has 0 bytes, but only 0 follow");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void lengthsThatWouldWrapAroundAreRefused(int length) {
        ByteBuffer chunk = chunk(2, 3, 4);
        chunk.putInt(11, length);
        assertThatThrownBy(() -> BYTES.check(chunk, 2))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining(
                        "element 1 has " + Integer.toUnsignedString(length) + " bytes, but only 4 follow");
    }

    @Test
    void bytesBehindTheItemsAreRefused() {
        ByteBuffer longer = ByteBuffer.allocate(20).put(chunk(1, 3)).rewind();
        assertThatThrownBy(() -> BYTES.check(longer, 1)).hasMessageContaining("expected the end");
    }

    @Test
    void itemsOfAnArrayAreWholeNumbers() {
        ItemForm form = Objects.requireNonNull(ItemForm.of(Specs.v2("vlen-array", "dtype", ">f8")));
        assertThat(form.isBigEndian()).isTrue();
        assertThatCode(() -> form.check(chunk(2, 16, 0), 2)).doesNotThrowAnyException();
        assertThatThrownBy(() -> form.check(chunk(2, 16, 4), 2))
                .hasMessageContaining("item 1 has 4 bytes, expected a multiple of 8");
    }

    /** Each bit of a chunk: what is accepted keeps within its bytes. */
    @Test
    void alteredChunksAreRefusedOrStillWhole() {
        Random random = new Random(3);
        byte[] whole = chunk(5, 3, 0, 200, 9, 1).array();
        for (int i = 0; i < 20_000; i++) {
            byte[] altered = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                altered[random.nextInt(altered.length)] ^= (byte) (1 << random.nextInt(8));
            }
            ByteBuffer bytes = ByteBuffer.wrap(
                    altered, 0, random.nextInt(4) == 0 ? random.nextInt(altered.length) : altered.length);
            try {
                BYTES.check(bytes, 5);
            } catch (MalformedDataException e) {
                assertThat(e.getMessage()).startsWith("vlen-bytes at byte ");
            }
        }
    }

    @Test
    void chunkThatDecodesToMoreThanThereIsRoomForIsRefusedBeforeItIsMade() {
        ArrayMetadata metadata = strings("{\"id\":\"vlen-utf8\"}", "{\"id\":\"zlib\",\"level\":1}", "\"\"");
        try (Workspace plenty = new Workspace();
                Workspace little = new Workspace(MemoryBudget.of(256 << 10))) {
            ByteBuffer encoded = CodecChain.of(metadata, 1 << 22).encode(chunk(2, 0, 1 << 20), plenty);
            assertThatThrownBy(() -> CodecChain.of(metadata, 2000).decode(encoded, little))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("more than the 2000 bytes");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "vlen-utf8; null; ''",
                "vlen-utf8; 0; ''",
                "vlen-utf8; -12; 2d3132",
                "vlen-utf8; \"\"; ''",
                "vlen-utf8; \"é\\u0000\"; c3a900",
                "vlen-bytes; null; ''",
                "vlen-bytes; 0; ''",
                "vlen-bytes; \"\"; ''",
                "vlen-bytes; \"YWIA\"; 616200"
            })
    void fillValuesAreReadAsThoseOfReaders(String filter, String fill, String hex) {
        ArrayMetadata metadata = strings("{\"id\":\"" + filter + "\"}", "null", fill);
        assertThat(java.util.HexFormat.of().formatHex(metadata.fillValue().itemOf(metadata.dataType())))
                .isEqualTo(hex);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json2", "msgpack2", "pickle", "categorize"})
    void objectsOfOtherCodecsAreRefusedByName(String filter) {
        ArrayMetadata metadata = strings("{\"id\":\"" + filter + "\"}", "null", "null");
        assertThatThrownBy(() -> CodecChain.of(metadata))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("'object[" + filter + "]'")
                .hasMessageContaining("'vlen-utf8'");
    }
}
