package io.rezarr.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.StoreException;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A scratch file that is not as it was written is an error, never wrong data. */
class AlteredScratchTest {
    private static final int FRAME_BYTES = 160;
    private static final int PIECES = 6;

    @TempDir
    private Path parent;

    private Scratch scratch;

    @BeforeEach
    void makeScratch() {
        scratch = Scratch.create(parent, 0);
    }

    @AfterEach
    void closeScratch() {
        scratch.close();
    }

    /** What is read of a partition of three equal frames, once its file was altered. */
    private PieceList read(Compression compression, UnaryOperator<byte[]> alter) throws IOException {
        ShuffleLimits limits = new ShuffleLimits(1 << 16, 1 << 16, 1, FRAME_BYTES, 40, compression);
        try (Workspace workspace = new Workspace();
                Shuffle shuffle = Shuffle.create(4, 1, limits, scratch, MemoryBudget.of(1 << 16))) {
            try (PieceWriter writer = shuffle.writer()) {
                for (int i = 0; i < PIECES; i++) {
                    byte[] bytes = new byte[40];
                    Arrays.fill(bytes, (byte) i);
                    writer.write(i % 4, i, bytes, 0, bytes.length);
                }
            }
            shuffle.seal();
            Partition partition = shuffle.partitions().get(0);
            assertThat(partition.frames()).isEqualTo(3);
            alterOnly(alter);
            PieceList found = new PieceList();
            shuffle.read(partition, workspace, found::add);
            return found;
        }
    }

    private void alterOnly(UnaryOperator<byte[]> alter) throws IOException {
        try (var files = Files.newDirectoryStream(scratch.directory(), ScratchDirectory.FILE_PREFIX + "*")) {
            for (Path file : files) {
                Files.write(file, alter.apply(Files.readAllBytes(file)));
            }
        }
    }

    private void assertAltered(Compression compression, UnaryOperator<byte[]> alter, String problem) {
        assertThatThrownBy(() -> read(compression, alter))
                .isInstanceOf(StoreException.class)
                .hasMessageMatching(
                        "(?s)Scratch file '.*frames-\\d+' was altered after it was written: .*" + problem
                                + "\\. Run again, and give another place for scratch files with --scratch DIR if it happens once more\\.");
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void everyAlteredByteIsAnError(Compression compression) throws IOException {
        int[] length = new int[1];
        PieceList unaltered = read(compression, bytes -> {
            length[0] = bytes.length;
            return bytes;
        });
        assertThat(unaltered.sorted()).hasSize(PIECES);
        for (int at = 0; at < length[0]; at++) {
            int position = at;
            assertAltered(
                    compression,
                    bytes -> {
                        bytes[position] ^= (byte) (1 << (position % 8));
                        return bytes;
                    },
                    "its checksum is wrong");
        }
    }

    @Test
    void truncatedFileIsAnError() {
        assertAltered(
                Compression.NONE,
                bytes -> Arrays.copyOf(bytes, bytes.length - 1),
                "index at byte 468: it has 527 bytes, expected 528");
        assertAltered(
                Compression.NONE,
                bytes -> Arrays.copyOf(bytes, bytes.length + 1),
                "index at byte 468: it has 529 bytes, expected 528");
    }

    @Test
    void framesThatChangedPlacesAreAnError() {
        assertAltered(Compression.NONE, bytes -> swapped(bytes, 0, 156, 156), "it is from another place in the file");
    }

    private static byte[] swapped(byte[] bytes, int first, int second, int length) {
        byte[] altered = bytes.clone();
        System.arraycopy(bytes, first, altered, second, length);
        System.arraycopy(bytes, second, altered, first, length);
        return altered;
    }

    @Test
    void fileOfAnotherPartitionIsAnError() throws IOException {
        byte[][] earlier = new byte[1][];
        read(Compression.NONE, bytes -> {
            earlier[0] = bytes;
            return bytes;
        });
        assertAltered(Compression.NONE, bytes -> earlier[0], "index at byte 468: its header is not that of this file");
    }
}
