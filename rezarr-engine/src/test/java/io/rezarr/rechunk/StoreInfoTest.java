package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.rechunk.StoreInfo.ArrayInfo;
import io.rezarr.rechunk.StoreInfo.ConsolidatedState;
import io.rezarr.rechunk.StoreInfo.Depth;
import io.rezarr.rechunk.StoreInfo.GroupInfo;
import io.rezarr.rechunk.StoreInfo.NodeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreInfoTest {
    private static final String ZARRAY = """
            {"zarr_format": 2, "shape": [4, 4], "chunks": [2, 2], "dtype": "|u1", "order": "C", "fill_value": 0,
             "filters": null, "compressor": null}""";
    private static final String ZGROUP = "{\"zarr_format\": 2}";
    private static final String SHARDED = """
            {"zarr_format": 3, "node_type": "array", "shape": [8], "data_type": "uint8", "fill_value": 0,
             "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4]}},
             "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
             "codecs": [{"name": "sharding_indexed", "configuration": {"chunk_shape": [2],
               "codecs": [{"name": "bytes"}], "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
               "index_location": "end"}}]}""";

    @TempDir
    private Path directory;

    private Path write(String path, byte... bytes) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    private Path write(String path, String text) throws IOException {
        return write(path, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private ArrayInfo array(String path) {
        return (ArrayInfo) StoreInfo.of(directory.resolve(path), Depth.CHILDREN, null)
                .nodes()
                .get(0);
    }

    private GroupInfo group(Depth depth) {
        return (GroupInfo) StoreInfo.of(directory, depth, null).nodes().get(0);
    }

    @Test
    void countsChunksAndBytes() throws IOException {
        write("a/.zarray", ZARRAY);
        write("a/0.0", (byte) 1, (byte) 2, (byte) 3, (byte) 4);
        write("a/1.1", (byte) 1, (byte) 2, (byte) 3, (byte) 4);
        ArrayInfo info = array("a");
        assertThat(info.stored()).isEqualTo(new StoredChunks(4, 2, 8, -1, -1));
        assertThat(info.stored().absentChunks()).isEqualTo(2);
        assertThat(info.oddities()).isEmpty();
    }

    @Test
    void straysAndChunksOutsideTheGridAreNotChunks() throws IOException {
        write("a/.zarray", ZARRAY);
        write("a/0.0", (byte) 1, (byte) 2, (byte) 3, (byte) 4);
        write("a/2.0", (byte) 1);
        write("a/00.1", (byte) 1);
        write("a/notes.txt", (byte) 1);
        ArrayInfo info = array("a");
        assertThat(info.stored().objects()).isEqualTo(1);
        assertThat(info.oddities()).singleElement().asString().contains("stray", ": 3 (", "notes.txt");
    }

    @Test
    void chunksUnderTheOtherSeparatorAreNoticed() throws IOException {
        write("a/.zarray", ZARRAY);
        write("a/0/0", (byte) 1, (byte) 2, (byte) 3, (byte) 4);
        write("a/1/0", (byte) 1, (byte) 2, (byte) 3, (byte) 4);
        ArrayInfo info = array("a");
        assertThat(info.stored().objects()).isZero();
        assertThat(info.oddities()).singleElement().asString().contains("'/'", "'.'", "absent");
    }

    @Test
    void directoryInAChunksPlaceIsNoticed() throws IOException {
        write("a/.zarray", ZARRAY);
        write("a/0.1/x", (byte) 1);
        assertThat(array("a").oddities()).singleElement().asString().contains("0.1", "directories");
    }

    @Test
    void innerChunksAreCountedFromTheIndexes() throws IOException {
        write("s/zarr.json", SHARDED);
        byte[] shard = new byte[2 + 32];
        java.util.Arrays.fill(shard, 2, shard.length, (byte) 0xff);
        java.util.Arrays.fill(shard, 2, 10, (byte) 0);
        java.util.Arrays.fill(shard, 10, 18, (byte) 0);
        shard[10] = 2;
        write("s/c/0", shard);
        ArrayInfo info = array("s");
        assertThat(info.stored()).isEqualTo(new StoredChunks(2, 1, 34, 4, 1));
        assertThat(info.oddities()).isEmpty();
    }

    @Test
    void truncatedShardIsNoticed() throws IOException {
        write("s/zarr.json", SHARDED);
        write("s/c/1", new byte[10]);
        assertThat(array("s").oddities()).singleElement().asString().contains("truncated", "c/1", "10 bytes");
    }

    @Test
    void depthSaysHowFarOneLooks() throws IOException {
        write(".zgroup", ZGROUP);
        write("g/.zgroup", ZGROUP);
        write("g/a/.zarray", ZARRAY);
        assertThat(StoreInfo.of(directory, Depth.CHILDREN, null).nodes())
                .extracting(NodeInfo::path)
                .containsExactly("", "g");
        assertThat(StoreInfo.of(directory, Depth.TREE, null).nodes())
                .extracting(NodeInfo::path)
                .containsExactly("", "g", "g/a");
        assertThat(group(Depth.CHILDREN).arrays()).isEqualTo(1);
        assertThat(group(Depth.CHILDREN).groups()).isEqualTo(1);
        assertThat(group(Depth.CHILDREN).consolidated()).isEqualTo(ConsolidatedState.NONE);
    }

    @Test
    void consolidatedMetadataThatAgreeAreCurrent() throws IOException {
        write(".zgroup", ZGROUP);
        write("a/.zarray", ZARRAY);
        write(
                ".zmetadata",
                "{\"zarr_consolidated_format\": 1, \"metadata\": {\".zgroup\": " + ZGROUP + ", \"a/.zarray\": " + ZARRAY
                        + "}}");
        assertThat(group(Depth.TREE).consolidated()).isEqualTo(ConsolidatedState.CURRENT);
        assertThat(group(Depth.TREE).oddities()).isEmpty();
    }

    @Test
    void consolidatedMetadataThatDisagreeAreStale() throws IOException {
        write(".zgroup", ZGROUP);
        write("a/.zarray", ZARRAY);
        write(
                ".zmetadata",
                "{\"zarr_consolidated_format\": 1, \"metadata\": {\".zgroup\": " + ZGROUP + ", \"a/.zarray\": "
                        + ZARRAY.replace("[2, 2]", "[1, 1]") + ", \"gone/.zarray\": " + ZARRAY + "}}");
        GroupInfo group = group(Depth.TREE);
        assertThat(group.consolidated()).isEqualTo(ConsolidatedState.STALE);
        assertThat(group.oddities())
                .singleElement()
                .asString()
                .contains("'a/.zarray' differs", "'gone/.zarray' is listed but does not exist");
    }

    @Test
    void plainFileIsNoNode() throws IOException {
        Path file = write("file", (byte) 1);
        assertThatThrownBy(() -> StoreInfo.of(file, Depth.TREE, null))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("file");
    }
}
