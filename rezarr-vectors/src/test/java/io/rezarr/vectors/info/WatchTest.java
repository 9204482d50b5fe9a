package io.rezarr.vectors.info;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.vectors.ZvfStores;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static List<String> watch(String store) {
        return VectorInfo.of(ZvfStores.open(ZvfStores.copyOf(store)), 64 << 20).watch();
    }

    @Test
    void chunksByAnAttributeAreToldWithItsName() {
        for (String store : List.of("07/pc3_attrchunk", "09/points_attr_chunked")) {
            assertThat(watch(store))
                    .singleElement()
                    .asString()
                    .startsWith("level 0: chunks hold one value of the attribute '")
                    .endsWith("the first number of a chunk tells which");
        }
        assertThat(watch("07/pc3_f32")).isEmpty();
    }
}
