package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.commit.Recovery;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.Work;
import io.rezarr.rechunk.RechunkRequest.InPlace;
import io.rezarr.rechunk.StoreInfo.ConsolidatedState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a kill would leave whenever a run calls back: the disk as it is then, copied and recovered. The steps of the commit
 * itself, between two calls, are those of {@code io.rezarr.commit.KillTest}.
 */
class RechunkKillTest {
    @TempDir
    private Path directory;

    /** Copies the directory of the data set at every call. */
    private final class Snapshots implements RechunkListener {
        private final Path of;
        private final List<Path> copies = new ArrayList<>();

        Snapshots(Path of) {
            this.of = of;
        }

        private synchronized void take() {
            Path copy = directory.resolve("copy" + copies.size());
            DataSet.copy(of, copy);
            copies.add(copy);
        }

        @Override
        public void phase(Phase phase, String path, int index, int arrays) {
            take();
        }

        @Override
        public void progress(String path, Work done, long doneUnits, long totalUnits) {
            take();
        }

        @Override
        public boolean isCancelled() {
            take();
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"V2, SWAP", "V3, SWAP", "V2, SWAP_KEEP_BACKUP", "V2, BESIDE", "V3, BESIDE"})
    void runThatWasKilledIsRecoveredToTheOldOrTheNewArray(ZarrFormat format, InPlace inPlace) {
        DataSet set = DataSet.write(directory.resolve("here/in.zarr"), format);
        byte[] values = DataSet.values(set.path("series"));
        Snapshots snapshots = new Snapshots(directory.resolve("here"));
        DataSet.run(
                set.inPlace("series")
                        .withInPlace(inPlace)
                        .withOutputName(inPlace == InPlace.BESIDE ? "whole" : null)
                        .withChunks("20")
                        .withThreads(1),
                snapshots);
        snapshots.take();
        assertThat(snapshots.copies).hasSizeGreaterThan(5);
        for (Path copy : snapshots.copies) {
            boolean isLast = copy.equals(snapshots.copies.get(snapshots.copies.size() - 1));
            Path root = copy.resolve("in.zarr");
            Recovery.recover(root);
            Path array = root.resolve("series");
            assertThat(DataSet.values(array)).as("%s", copy).isEqualTo(values);
            assertThat(DataSet.chunks(array)).isEqualTo(new long[] {isLast && inPlace != InPlace.BESIDE ? 20 : 1});
            assertThat(root.resolve("whole").toFile().exists()).isEqualTo(isLast && inPlace == InPlace.BESIDE);
            assertThat(DataSet.consolidated(withoutBackup(root, inPlace))).isEqualTo(ConsolidatedState.CURRENT);
            assertThat(DataSet.names(copy)).noneMatch(name -> name.contains("rechunked") || name.contains(".rezarr/"));
        }
    }

    /** A backup is a node that consolidated metadata do not list. */
    private static Path withoutBackup(Path root, InPlace inPlace) {
        if (inPlace == InPlace.SWAP_KEEP_BACKUP) {
            for (Path file : DataSet.files(root)) {
                if (root.relativize(file).toString().startsWith("series.backup")) {
                    assertThat(file.toFile().delete()).isTrue();
                }
            }
        }
        return root;
    }
}
