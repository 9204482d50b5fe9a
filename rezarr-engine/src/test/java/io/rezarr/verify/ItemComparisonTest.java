package io.rezarr.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.execute.NaiveItems;
import io.rezarr.execute.RunListener;
import io.rezarr.json.Json;
import io.rezarr.metadata.V2ArrayMetadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What tells arrays of items of variable size apart, and what does not. */
class ItemComparisonTest {
    private static NaiveItems array(String chunks, String filter, String fill, List<byte[]> items) {
        String json =
                "{\"zarr_format\":2,\"shape\":[3,2],\"chunks\":%s,\"dtype\":\"|O\",\"fill_value\":%s,\"order\":\"C\",\"filters\":[%s],\"compressor\":null}"
                        .formatted(chunks, fill, filter);
        NaiveItems array = NaiveItems.inMemory(
                V2ArrayMetadata.parse(Json.parseObject(ByteBuffer.wrap(json.getBytes(UTF_8)), "test"), null, "test"));
        array.write(items, new Random(1));
        return array;
    }

    private static NaiveItems texts(String chunks, String fill, String... items) {
        List<byte[]> bytes = new ArrayList<>();
        for (String item : items) {
            bytes.add(item.getBytes(UTF_8));
        }
        return array(chunks, "{\"id\":\"vlen-utf8\"}", fill, bytes);
    }

    private static NaiveItems numbers(String type, ByteOrder order, int... numbers) {
        List<byte[]> items = new ArrayList<>();
        for (int number : numbers) {
            items.add(ByteBuffer.allocate(8)
                    .order(order)
                    .putInt(number)
                    .putInt(-number)
                    .array());
        }
        return array("[2,1]", "{\"id\":\"vlen-array\",\"dtype\":\"" + type + "\"}", "null", items);
    }

    private static @Nullable Difference compare(NaiveItems left, NaiveItems right) {
        return ArrayComparison.compare(left.array, right.array, 1 << 24, 3, RunListener.NONE);
    }

    private static String digest(NaiveItems array) {
        return ContentDigest.of(array.array, 1 << 24, 2, RunListener.NONE).hex();
    }

    @Test
    void firstDifferenceIsNamedInWordsAndBits() {
        NaiveItems left = texts("[1,2]", "\"\"", "a", "b", "", "ä\n", "e", "f");
        NaiveItems right = texts("[3,1]", "\"\"", "a", "b", "", "z", "e", "");
        assertThat(compare(left, right))
                .isEqualTo(new Difference("element", List.of(1L, 1L), "\"ä\\n\" (0xc3a40a)", "\"z\" (0x7a)", 2));
        assertThat(digest(left)).isNotEqualTo(digest(right));
    }

    @Test
    void chunksAndFillValuesMakeNoDifference() {
        NaiveItems left = texts("[1,2]", "\"e\"", "a", "e", "e", "e", "e", "e");
        NaiveItems right = texts("[2,2]", "\"a\"", "a", "e", "e", "e", "e", "e");
        assertThat(compare(left, right)).isNull();
        assertThat(digest(left)).isEqualTo(digest(right));
    }

    @Test
    void itemsThatChangedPlacesAreADifference() {
        NaiveItems left = texts("[3,2]", "\"\"", "a", "b", "c", "d", "e", "f");
        NaiveItems right = texts("[3,2]", "\"\"", "b", "a", "c", "d", "e", "f");
        assertThat(compare(left, right)).isNotNull();
        assertThat(digest(left)).isNotEqualTo(digest(right));
    }

    @Test
    void byteOrderOfNumbersMakesNoDifference() {
        NaiveItems little = numbers("<i4", ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4, 5, 6);
        NaiveItems big = numbers(">i4", ByteOrder.BIG_ENDIAN, 1, 2, 3, 4, 5, 6);
        assertThat(compare(little, big)).isNull();
        assertThat(compare(big, little)).isNull();
        assertThat(digest(big)).isEqualTo(digest(little));
        assertThat(compare(big, numbers("<i4", ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4, 5, 7)))
                .isNotNull();
    }
}
