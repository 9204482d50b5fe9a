package io.rezarr.vectors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.MalformedDataException;
import io.rezarr.vectors.StoreEdit;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FragmentIndexTest {
    /** Ranges (0, 2) and (4, 1) around the explicit list 3, 1, 1: the example of the format's description. */
    private static final String MIXED = "474656 5a 0100 0000 03000000 02000000 0500000000000000"
            + "0000000000000000 0200000000000000 0400000000000000 0100000000000000"
            + "00000000 03000000 0300000000000000 0100000000000000 0100000000000000";

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void rangesAndListsAreReadInTheOrderOfFragments() {
        FragmentIndex index = FragmentIndex.decode(bytes(MIXED));
        assertThat(index.size()).isEqualTo(3);
        assertThat(index.isRange(0)).isTrue();
        assertThat(index.isRange(1)).isFalse();
        assertThat(index.rows(1)).isEqualTo(3);
        assertThat(index.row(1, 0)).isEqualTo(3);
        assertThat(index.row(1, 2)).isEqualTo(1);
        assertThat(index.row(2, 0)).isEqualTo(4);
        assertThat(index.firstFragmentBeyond(5)).isEqualTo(-1);
        assertThat(index.firstFragmentBeyond(4)).isEqualTo(2);
        assertThat(index.firstFragmentBeyond(3)).isEqualTo(1);
        assertThat(index.tiles(5)).isFalse();
    }

    @Test
    void noFragmentsAreSixteenBytes() {
        FragmentIndex index = FragmentIndex.decode(bytes("4746565a 0100 0000 00000000 00000000"));
        assertThat(index.size()).isZero();
        assertThat(index.tiles(0)).isTrue();
        assertThat(index.tiles(1)).isFalse();
    }

    @Test
    void rangesTileIfEachBeginsWhereTheOneBeforeEnds() {
        assertThat(gap(5, 0, 2, 2, 0, 2, 3)).isEqualTo(-1);
        assertThat(gap(5, 0, 2, 0, 0, 2, 3)).isEqualTo(1);
        assertThat(gap(6, 0, 2, 2, 3)).isEqualTo(2);
        assertThat(gap(5, 0, 3, 2, 3)).isEqualTo(1);
    }

    private static int gap(long rows, long... startsAndCounts) {
        return FragmentIndex.decode(ByteBuffer.wrap(StoreEdit.ranges(startsAndCounts)))
                .firstGap(rows);
    }

    @Test
    void rowsAreCoveredOnceInWhateverOrder() {
        assertThat(FragmentIndex.decode(ByteBuffer.wrap(StoreEdit.ranges(3, 2, 0, 3)))
                        .coversOnce(5))
                .isTrue();
        assertThat(FragmentIndex.decode(ByteBuffer.wrap(StoreEdit.ranges(2, 3, 0, 3)))
                        .coversOnce(5))
                .isFalse();
        assertThat(FragmentIndex.decode(ByteBuffer.wrap(StoreEdit.ranges(0, 3))).coversOnce(5))
                .isFalse();
        assertThat(FragmentIndex.decode(ByteBuffer.wrap(StoreEdit.ranges(0, 9))).coversOnce(5))
                .isFalse();
        assertThat(FragmentIndex.decode(bytes(MIXED)).coversOnce(6)).isFalse();
        assertThat(FragmentIndex.decode(ByteBuffer.wrap(StoreEdit.ranges(0, 3))).coversOnce(0))
                .isFalse();
    }

    @Test
    void seventyRangesHaveABitmapOfSixteenBytes() {
        long[] ranges = new long[140];
        for (int f = 0; f < 70; f++) {
            ranges[2 * f] = f;
            ranges[2 * f + 1] = 1;
        }
        assertThat(gap(70, ranges)).isEqualTo(-1);
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = new byte[bytes(MIXED).remaining()];
        bytes(MIXED).get(whole);
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer truncated = ByteBuffer.wrap(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> FragmentIndex.decode(truncated)).isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void declaredSizesAreNotBelieved() {
        assertThatThrownBy(() -> FragmentIndex.decode(bytes("4746565a 0100 0000 ffffffff ffffffff")))
                .hasMessageContaining("for 4294967295 fragments, 4294967295 of them ranges, found 16");
        assertThatThrownBy(() -> FragmentIndex.decode(bytes(MIXED.replace("02000000 05", "01000000 05"))))
                .isInstanceOf(MalformedDataException.class);
    }

    @Test
    void otherVersionsAndNegativeRangesAreRefused() {
        assertThatThrownBy(() -> FragmentIndex.decode(bytes(MIXED.replace("0100 0000 03", "0200 0000 03"))))
                .hasMessageContaining("expected magic 5a564647, version 1, flags 0, found 5a564647, 2, 0");
        assertThatThrownBy(() -> FragmentIndex.decode(ByteBuffer.wrap(StoreEdit.ranges(0, -1))))
                .hasMessageContaining("fragment 0 begins at row 0 and has -1 rows");
        assertThatThrownBy(() -> FragmentIndex.decode(ByteBuffer.wrap(StoreEdit.ranges(2, Long.MAX_VALUE))))
                .isInstanceOf(MalformedDataException.class);
    }
}
