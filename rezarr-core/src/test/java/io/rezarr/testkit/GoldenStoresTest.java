package io.rezarr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenStoresTest {
    @Test
    void everyGoldenStoreHasAHeader() {
        assertThat(GoldenStores.v2().names()).hasSize(162);
        GoldenStores v3 = GoldenStores.v3();
        assertThat(v3.names())
                .hasSize(142)
                .allSatisfy(name -> assertThat(new String(v3.expectedHeader(name), StandardCharsets.UTF_8))
                        .contains("\"name\": \"" + name + "\""));
    }

    @Test
    void indexTellsTagsAndReaders() {
        GoldenStores v2 = GoldenStores.v2();

        assertThat(v2.tags("v2_comp_blosc_snappy_1")).contains("snappy");
        assertThat(v2.readers("v2_comp_blosc_snappy_1"))
                .containsEntry("ts", "ok")
                .containsEntry("zarr3", "FAILS RuntimeError");
    }

    @Test
    void unpackedStoreIsThereWithItsChunks(@TempDir Path directory) {
        GoldenStores v2 = GoldenStores.v2();

        Path store = v2.unpack("v2_0d", directory);

        assertThat(store.resolve(".zarray")).exists();
        assertThat(store.resolve("0")).exists();
        assertThat(v2.expectedBytes("v2_0d")).isNotEmpty();
    }

    @Test
    void brokenStoresKeepTheirSymbolicLinks(@TempDir Path directory) throws Exception {
        GoldenStores broken = GoldenStores.broken();
        assertThat(broken.names()).hasSize(105);

        Path loop = broken.unpack("symlink_loop", directory).resolve("loop");
        Path chunk = broken.unpack("chunk_symlink_dangling", directory).resolve("c/1");

        assertThat(Files.readSymbolicLink(loop)).isEqualTo(Path.of("."));
        assertThat(Files.exists(chunk, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(Files.exists(chunk)).isFalse();
        assertThat(broken.must("symlink_loop")).startsWith("terminates");
    }

    @Test
    void aStoreThatIsAPlainFileIsUnpackedAsOne(@TempDir Path directory) {
        assertThat(GoldenStores.broken().unpack("plain_file", directory)).isRegularFile();
    }

    @Test
    void unknownNameIsRefusedByName() {
        assertThatThrownBy(() -> GoldenStores.v2().tags("nowhere"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'nowhere'");
    }
}
