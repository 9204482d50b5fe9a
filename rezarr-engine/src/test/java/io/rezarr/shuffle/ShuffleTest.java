package io.rezarr.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShuffleTest {
    private static final ShuffleLimits LIMITS =
            ShuffleLimits.of(1 << 20, 1000, 2).withFrameBytes(256).withMaxPieceBytes(100);

    private final MemoryBudget budget = MemoryBudget.of(4 << 20);
    private final Workspace workspace = new Workspace();

    @TempDir
    private Path parent;

    private Scratch scratch;

    @BeforeEach
    void makeScratch() {
        scratch = Scratch.create(parent, 1 << 20);
    }

    @AfterEach
    void closeScratch() {
        scratch.close();
        assertThat(parent).isEmptyDirectory();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void write(PieceWriter writer, long bucket, long id, String text) {
        writer.write(bucket, id, bytes(text), 0, bytes(text).length);
    }

    private PieceList read(Shuffle shuffle, Partition partition) {
        PieceList found = new PieceList();
        shuffle.read(partition, workspace, found::add);
        return found;
    }

    @Test
    void piecesAreReadFromThePartitionOfTheirBucket() {
        try (Shuffle shuffle = Shuffle.create(10, 5000, LIMITS, scratch, budget)) {
            try (PieceWriter writer = shuffle.writer()) {
                write(writer, 9, -1, "last");
                write(writer, 0, 7, "first");
                write(writer, 1, 8, "");
            }
            shuffle.seal();

            assertThat(shuffle.partitions())
                    .containsExactly(
                            new Partition(0, 0, 2, 2, 5, 1),
                            new Partition(1, 2, 4, 0, 0, 0),
                            new Partition(2, 4, 6, 0, 0, 0),
                            new Partition(3, 6, 8, 0, 0, 0),
                            new Partition(4, 8, 10, 1, 4, 1));
            PieceList expected = new PieceList();
            expected.add(0, 7, bytes("first"), 0, 5);
            expected.add(1, 8, bytes(""), 0, 0);
            assertThat(read(shuffle, shuffle.partitions().get(0)).sorted()).isEqualTo(expected.sorted());
            assertThat(read(shuffle, shuffle.partitions().get(4)).sorted()).hasSize(1);
        }
    }

    @Test
    void pieceIsPutStraightIntoTheFrame() {
        try (Shuffle shuffle = Shuffle.create(1, 5000, LIMITS, scratch, budget)) {
            try (PieceWriter writer = shuffle.writer()) {
                writer.begin(0, 1, 3);
                writer.array()[writer.offset() + 2] = 'c';
                writer.array()[writer.offset()] = 'a';
                writer.array()[writer.offset() + 1] = 'b';
                writer.end();
            }
            shuffle.seal();
            PieceList expected = new PieceList();
            expected.add(0, 1, bytes("abc"), 0, 3);
            assertThat(read(shuffle, shuffle.partitions().get(0)).sorted()).isEqualTo(expected.sorted());
        }
    }

    @Test
    void splitHasTheSamePiecesInSmallerPartitions() {
        try (Shuffle shuffle = Shuffle.create(8, 1, LIMITS, scratch, budget)) {
            PieceList written = new PieceList();
            try (PieceWriter writer = shuffle.writer()) {
                for (int i = 0; i < 100; i++) {
                    write(writer, i % 8, i, "piece " + i);
                    written.add(i % 8, i, bytes("piece " + i), 0, bytes("piece " + i).length);
                }
            }
            shuffle.seal();
            Partition whole = shuffle.partitions().get(0);
            assertThat(whole.buckets()).isEqualTo(8);
            try (Shuffle parts = shuffle.split(whole, LIMITS, workspace)) {
                PieceList found = new PieceList();
                for (Partition part : parts.partitions()) {
                    assertThat(part.isSplittable()).isFalse();
                    parts.read(part, workspace, (bucket, id, array, offset, length) -> {
                        assertThat(bucket).isEqualTo(part.firstBucket());
                        found.add(bucket, id, array, offset, length);
                    });
                }
                assertThat(found.sorted()).isEqualTo(written.sorted());
            }
            assertThatThrownBy(() -> shuffle.read(whole, workspace, (bucket, id, array, offset, length) -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was released, and cannot be read again");
        }
    }

    @Test
    void singleBucketIsNotSplit() {
        try (Shuffle shuffle = Shuffle.create(1, 5000, LIMITS, scratch, budget)) {
            shuffle.seal();
            assertThatThrownBy(() -> shuffle.split(shuffle.partitions().get(0), LIMITS, workspace))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("partition is the single bucket 0, must have at least 2 to be split");
        }
    }

    @Test
    void buffersAreReservedUntilTheShuffleIsSealed() {
        try (Shuffle shuffle = Shuffle.create(10, 5000, LIMITS, scratch, budget)) {
            assertThat(budget.reservedBytes()).isEqualTo(LIMITS.memoryNeeded(10, 5000));
            shuffle.seal();
            assertThat(budget.reservedBytes()).isZero();
        }
        Shuffle.create(10, 5000, LIMITS, scratch, budget).close();
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void refusalNamesTheMemoryThatWouldDo() {
        assertThatThrownBy(() -> Shuffle.create(10, 5000, LIMITS, scratch, MemoryBudget.of(1000)))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessage(
                        "The buffers of the shuffle take 1792 bytes, but of the 1000 bytes of memory 0 are in use. Give at least 1792 bytes.");
        ShuffleLimits small = new ShuffleLimits(1000, 1000, 2, 256, 100, Compression.NONE);
        assertThatThrownBy(() -> Shuffle.create(10, 5000, small, scratch, budget))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("take at least 2048 bytes");
    }

    @Test
    void misuseIsRefused() {
        try (Shuffle shuffle = Shuffle.create(10, 5000, LIMITS, scratch, budget)) {
            PieceWriter writer = shuffle.writer();
            assertThatThrownBy(() -> writer.begin(10, 0, 1)).hasMessage("bucket is 10, must be from 0 to 9");
            assertThatThrownBy(() -> writer.begin(-1, 0, 1)).hasMessage("bucket is -1, must be from 0 to 9");
            assertThatThrownBy(() -> writer.begin(0, 0, -1)).hasMessageContaining("length is -1, must be from 0 to ");
            assertThatThrownBy(() -> writer.begin(0, 0, 1 << 20)).hasMessageContaining("length is 1048576, must be");
            assertThatThrownBy(() -> writer.write(0, 0, new byte[3], 1, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(writer::end).hasMessage("no piece was begun");
            assertThatThrownBy(shuffle::partitions).hasMessage("the shuffle is WRITING, must be SEALED");
            assertThatThrownBy(shuffle::seal)
                    .hasMessage("1 writers are open; all have to be closed before the shuffle is sealed");
            writer.close();
            assertThatThrownBy(() -> writer.begin(0, 0, 1)).hasMessage("the writer is closed");
            shuffle.seal();
            assertThatThrownBy(shuffle::writer).hasMessage("the shuffle is SEALED, must be WRITING");
            assertThatThrownBy(
                            () -> shuffle.readFrame(shuffle.partitions().get(0), 0, workspace, (b, i, a, o, l) -> {}))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void partitionOfAnotherShuffleIsRefused() {
        try (Shuffle shuffle = Shuffle.create(10, 5000, LIMITS, scratch, budget)) {
            shuffle.seal();
            Partition other = new Partition(1, 1, 2, 0, 0, 0);
            assertThatThrownBy(() -> shuffle.release(other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(other + " is of another shuffle");
        }
    }
}
