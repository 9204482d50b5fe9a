package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.commit.Recovery;
import io.rezarr.error.CancelledException;
import io.rezarr.error.RefusedException;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that were interrupted, and others that go on where they stopped. */
class ResumeTest {
    @TempDir
    private Path directory;

    /** Cancels a run when it was asked so often whether it is to end. */
    private static final class CancelAfter implements RechunkListener {
        private int left;

        CancelAfter(int calls) {
            this.left = calls;
        }

        @Override
        public void phase(Phase phase, String path, int index, int arrays) {}

        @Override
        public void progress(String path, Work done, long doneUnits, long totalUnits) {}

        @Override
        public synchronized boolean isCancelled() {
            return --left < 0;
        }
    }

    /** What a killed run of one thread can leave, at every call of its listener. */
    private final class Kills implements RechunkListener {
        private final Path of;
        private int copies;

        Kills(Path of) {
            this.of = of;
        }

        private synchronized void take() {
            if (Files.exists(of)) {
                DataSet.copy(of, directory.resolve("kill" + copies++));
            }
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

    private DataSet write(ZarrFormat format) {
        return DataSet.write(directory.resolve("in.zarr"), format);
    }

    private static RechunkRequest request(DataSet set, String destination) {
        return set.to(destination)
                .withChunks("*:keep", "tas:4,3", "series:1", "g/deep:3,2")
                .withCodec("zstd");
    }

    private static Map<String, String> content(Path root) {
        Map<String, String> content = new TreeMap<>();
        for (Path file : DataSet.files(root)) {
            content.put(root.relativize(file).toString(), bytes(file));
        }
        return content;
    }

    private static String bytes(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return bytes.length + " bytes, " + Arrays.hashCode(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** @return how often it was broken */
    private static int runBroken(RechunkRequest request, int calls) {
        for (int broken = 0; ; broken++) {
            try {
                DataSet.run(request, new CancelAfter(calls));
                return broken;
            } catch (CancelledException e) {
                assertThat(broken).as("it gets nowhere").isLessThan(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 14, 25})
    void aRunThatWasBrokenAgainAndAgainGivesTheFilesOfAnUnbrokenOne(int calls) {
        DataSet set = write(ZarrFormat.V2);
        DataSet.run(request(set, "whole.zarr"));
        int broken = runBroken(request(set, "broken.zarr").withThreads(1).withResume(), calls);
        assertThat(broken).isPositive();
        assertThat(content(directory.resolve("broken.zarr"))).isEqualTo(content(directory.resolve("whole.zarr")));
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void aRunInPlaceGoesOn(ZarrFormat format) {
        DataSet set = write(format);
        byte[] values = DataSet.values(set.path("series"));
        RechunkRequest request = set.inPlace("series").withChunks("3").withThreads(1);
        assertThatThrownBy(() -> DataSet.run(request, new CancelAfter(5)))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("--resume");
        assertThat(DataSet.values(set.path("series"))).isEqualTo(values);
        assertThat(DataSet.chunks(set.path("series"))).containsExactly(1);

        RechunkReport report = DataSet.run(request.withResume());

        assertThat(report.arrays()).singleElement().matches(array -> array.finishedBefore() > 0);
        assertThat(DataSet.values(set.path("series"))).isEqualTo(values);
        assertThat(DataSet.chunks(set.path("series"))).containsExactly(3);
        assertThat(DataSet.consolidated(set.root())).isEqualTo(StoreInfo.ConsolidatedState.CURRENT);
        assertThat(DataSet.names(directory)).noneMatch(name -> name.contains("rechunked") || name.contains("rezarr"));
    }

    /** As a kill leaves it, half-written chunks included: whatever is not finished is written again. */
    @Test
    void whatAKillLeavesIsGoneOnWith() throws IOException {
        DataSet set = write(ZarrFormat.V3);
        DataSet.run(request(set, "whole.zarr"));
        Path destination = directory.resolve("killed.zarr");
        Kills kills = new Kills(destination);
        DataSet.run(request(set, "killed.zarr").withThreads(1), kills);
        Map<String, String> whole = content(destination);
        assertThat(whole).isEqualTo(content(directory.resolve("whole.zarr")));
        assertThat(kills.copies).isGreaterThan(20);
        Recovery.recover(destination);
        long resumed = 0;
        for (int i = 0; i < kills.copies; i++) {
            delete(destination);
            Files.move(directory.resolve("kill" + i), destination);
            RechunkReport report = DataSet.run(request(set, "killed.zarr").withResume());
            assertThat(content(destination)).isEqualTo(whole);
            resumed += report.arrays().stream()
                    .mapToLong(RechunkReport.ArrayReport::finishedBefore)
                    .sum();
        }
        assertThat(resumed).isPositive();
    }

    @Test
    void anArrayThatWasGoneOnWithIsComparedElementByElement() {
        DataSet set = write(ZarrFormat.V2);
        RechunkRequest request = set.to("out.zarr")
                .withArrays("series")
                .withChunks("3")
                .withThreads(1)
                .withVerify(RechunkRequest.Verify.WRITTEN);
        assertThatThrownBy(() -> DataSet.run(request, new CancelAfter(5))).isInstanceOf(CancelledException.class);
        assertThat(DataSet.run(request.withResume()).arrays())
                .singleElement()
                .matches(array -> array.verdict().how() == RechunkReport.Verdict.How.COMPARED);
    }

    private RechunkRequest broken(DataSet set) {
        RechunkRequest request =
                set.to("out.zarr").withArrays("series").withChunks("3").withThreads(1);
        assertThatThrownBy(() -> DataSet.run(request, new CancelAfter(5))).isInstanceOf(CancelledException.class);
        return request.withResume();
    }

    private void assertRefusedAndKept(RechunkRequest request, String... words) {
        Path destination = directory.resolve("out.zarr");
        Map<String, String> before = content(destination);
        assertThatThrownBy(() -> DataSet.run(request))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll(words);
        assertThat(content(destination)).isEqualTo(before);
        assertThat(before.keySet()).anyMatch(name -> name.matches("[0-9.]+"));
    }

    @Test
    void otherOptionsAreRefused() {
        RechunkRequest request = broken(write(ZarrFormat.V2));
        assertRefusedAndKept(request.withChunks("4"), "other options", "recover");
        assertRefusedAndKept(request.withCodec("zstd:7"), "other options", "zstd");
        assertRefusedAndKept(request.withArrays("lat"), "other options", "series", "lat");
    }

    @Test
    void aSourceThatChangedIsRefused() throws IOException {
        DataSet set = write(ZarrFormat.V2);
        RechunkRequest request = broken(set);
        Path chunk = set.path("series/7");
        FileTime before = Files.getLastModifiedTime(chunk);
        Files.setLastModifiedTime(chunk, FileTime.from(Instant.now().plusSeconds(60)));
        assertRefusedAndKept(request, "series/7", "was changed after");
        Files.setLastModifiedTime(chunk, before);
        set.text("series", ".zattrs", "{\"_ARRAY_DIMENSIONS\": [\"point\"], \"units\": \"Pa\"}");
        assertRefusedAndKept(request, "metadata", "have changed");
    }

    @Test
    void withoutTheOptionAnInterruptedRunIsInTheWay() {
        DataSet set = write(ZarrFormat.V2);
        broken(set);
        assertThatThrownBy(() ->
                        DataSet.run(set.to("out.zarr").withArrays("series").withChunks("3")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("rezarr recover");
    }

    @Test
    void aRunThatHadFinishedNothingLeavesNothing() {
        DataSet set = write(ZarrFormat.V2);
        assertThatThrownBy(() -> DataSet.run(set.to("out.zarr").withChunks("*:keep"), new CancelAfter(0)))
                .isInstanceOf(CancelledException.class)
                .hasMessageNotContaining("--resume");
        assertThat(directory.resolve("out.zarr")).doesNotExist();
        DataSet.run(set.to("out.zarr").withChunks("*:keep").withResume());
        assertThat(DataSet.children(directory)).containsExactlyElementsOf(List.of("in.zarr", "out.zarr"));
    }

    private static void delete(Path root) throws IOException {
        try (var walk = Files.walk(root)) {
            for (Path path : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
