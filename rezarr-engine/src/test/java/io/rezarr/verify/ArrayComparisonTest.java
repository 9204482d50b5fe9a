package io.rezarr.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.array.ZarrArray;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.execute.NaiveArray;
import io.rezarr.execute.RandomMetadata;
import io.rezarr.execute.RunListener;
import io.rezarr.execute.SmallMetadata;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.store.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayComparisonTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsTheFirstOfTheDifferingElementsAndCountsThem(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 150; i++) {
            RandomMetadata metadata = new RandomMetadata(random);
            String fill = metadata.defaultFill();
            NaiveArray left = NaiveArray.inMemory(metadata.v2(metadata.chunks(), fill));
            NaiveArray right = NaiveArray.inMemory(metadata.v3(metadata.chunks(), new long[0], metadata.defaultFill()));
            byte[] values = left.randomValues(random);
            byte[] changed = values.clone();
            int elementBytes = left.array.metadata().dataType().elementBytes();
            TreeSet<Integer> differing = new TreeSet<>();
            for (int n = random.nextInt(4); n > 0 && values.length > 0; n--) {
                int at = random.nextInt(values.length);
                if (differing.add(at / elementBytes)) {
                    changed[at] ^= (byte) (1 << random.nextInt(8));
                }
            }
            left.write(values, random);
            right.write(changed, random);

            Difference found = compare(left.array, right.array);

            if (differing.isEmpty()) {
                assertThat(found).as("seed %d case %d", seed, i).isNull();
            } else {
                Objects.requireNonNull(found, "a difference of seed " + seed + " case " + i);
                assertThat(found.index()).isEqualTo(indexOf(differing.first(), metadata.shape));
                assertThat(found.count()).isEqualTo(differing.size());
                assertThat(found.left()).isNotEqualTo(found.right());
            }
        }
    }

    private static List<Long> indexOf(long number, long[] shape) {
        List<Long> index = new ArrayList<>();
        long rest = number;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index.add(0, rest % shape[axis]);
            rest /= shape[axis];
        }
        return index;
    }

    @Test
    void valuesAreShownAsNumbersAndBits() {
        NaiveArray left = array("[4]", "[4]", new byte[] {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0});
        NaiveArray right = array("[4]", "[3]", new byte[] {1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, -1, -1, -1, -1});

        assertThat(compare(left.array, right.array))
                .isEqualTo(new Difference("element", List.of(2L), "3 (0x00000003)", "5 (0x00000005)", 2));
        assertThat(compare(right.array, left.array))
                .isEqualTo(new Difference("element", List.of(2L), "5 (0x00000005)", "3 (0x00000003)", 2));
    }

    @Test
    void anotherShapeIsADifference() {
        NaiveArray left = array("[4]", "[4]", new byte[16]);
        NaiveArray right = array("[5]", "[4]", new byte[20]);

        assertThat(compare(left.array, right.array)).isEqualTo(new Difference("shape", List.of(), "(4)", "(5)", 0));
    }

    @Test
    void chunksThatCannotBeDecodedAreEqualIfTheirBytesAre() {
        ArrayMetadata unknown = SmallMetadata.v2("[4]", "[4]", "{\"id\":\"frobnicate\"}", "0");
        NaiveArray left = NaiveArray.inMemory(unknown);
        NaiveArray right = NaiveArray.inMemory(unknown);
        left.array.store().set(left.array.chunkKey(new long[1]), ByteBuffer.allocate(5), Store.WriteMode.DIRECT);

        assertThatThrownBy(() -> compare(left.array, right.array))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("chunk 'a/0' has another size");
        right.array.store().set(left.array.chunkKey(new long[1]), ByteBuffer.allocate(5), Store.WriteMode.DIRECT);
        assertThat(compare(left.array, right.array)).isNull();
    }

    private static NaiveArray array(String shape, String chunks, byte[] values) {
        NaiveArray array = NaiveArray.inMemory(SmallMetadata.v2(shape, chunks, "null", "0"));
        array.write(values, new Random(1));
        return array;
    }

    private static @Nullable Difference compare(ZarrArray left, ZarrArray right) {
        return ArrayComparison.compare(left, right, 1 << 28, 3, RunListener.NONE);
    }
}
