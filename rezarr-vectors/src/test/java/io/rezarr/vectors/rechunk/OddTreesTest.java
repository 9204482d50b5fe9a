package io.rezarr.vectors.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.vectors.StoreEdit;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.model.VectorStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Skeletons that say what no tree has: refused by name, since an edge could be lost otherwise. */
class OddTreesTest {
    private static void requireRefused(StoreEdit edit, String... words) {
        VectorStore source = ZvfStores.open(edit.store());
        CollectedStore destination = new CollectedStore(source, RechunkVectorsTest.grids(source, 2));
        assertThatThrownBy(() -> RechunkVectors.run(
                        source, destination, VectorRunOptions.of(256 << 20, 2), VectorRunListener.NONE))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContainingAll(words);
        assertThat(destination.isTouched()).isFalse();
    }

    @Test
    void aVertexWithSeveralStoredParentsIsRefused() {
        StoreEdit edit = new StoreEdit(ZvfStores.copyOf("07/skel3"));
        // The child of the first link between chunks becomes that of the second one, too.
        edit.edit("0/cross_chunk_links/0/data/c/0", records -> records.put(64, records, 0, 32));
        requireRefused(edit, "0/vertices chunk 1.1.0", "vertex 0", "several parents", "mend the links first");
    }

    @Test
    void aVertexThatFollowsDifferentOnesInSeveralFragmentsIsRefused() {
        StoreEdit edit = new StoreEdit(ZvfStores.copyOf("09/skeleton_one"));
        List<String> keys = edit.values("0/vertices");
        String fullest = keys.stream()
                .max(Comparator.comparingInt(key -> edit.bytes(key).length))
                .orElseThrow();
        edit.payload(
                fullest.replace("0/vertices", "0/vertex_fragments"),
                index -> overlapping(
                        ByteBuffer.wrap(index).order(ByteOrder.LITTLE_ENDIAN).getInt(8)));
        requireRefused(
                edit, "vertex 2 in several fragments", "follows vertices 1 and 0", "two parents that no link says");
    }

    /** So many fragments of rows 0 to 2, and one more of rows 0 and 2. */
    private static byte[] overlapping(int ranges) {
        assertThat(ranges).isBetween(1, 63);
        ByteBuffer bytes = ByteBuffer.allocate(16 + 8 + 16 * ranges + 8 + 16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0x5A564647)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(ranges + 1)
                .putInt(ranges);
        bytes.putLong((1L << ranges) - 1);
        for (int range = 0; range < ranges; range++) {
            bytes.putLong(0).putLong(3);
        }
        bytes.putInt(0).putInt(2).putLong(0).putLong(2);
        return bytes.array();
    }
}
