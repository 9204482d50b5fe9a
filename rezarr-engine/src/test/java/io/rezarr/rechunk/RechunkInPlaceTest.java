package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.RefusedException;
import io.rezarr.error.VerificationException;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.rechunk.RechunkRequest.Existing;
import io.rezarr.rechunk.RechunkRequest.InPlace;
import io.rezarr.rechunk.StoreInfo.ConsolidatedState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The founding case: one variable of a data set, one point in each chunk. */
class RechunkInPlaceTest {
    @TempDir
    private Path directory;

    private DataSet write(ZarrFormat format) {
        return DataSet.write(directory.resolve("in.zarr"), format);
    }

    private static boolean isNeighbour(String name) {
        return !name.startsWith("series") && !name.matches("\\.zmetadata|zarr\\.json");
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void arrayTakesItsOwnPlaceAndNeighboursAreUntouched(ZarrFormat format) {
        DataSet set = write(format);
        byte[] values = DataSet.values(set.path("series"));
        Map<String, String> neighbours = DataSet.identities(set.root(), RechunkInPlaceTest::isNeighbour);

        RechunkReport report = DataSet.run(set.inPlace("series").withChunks("-1"));

        assertThat(report.arrays())
                .singleElement()
                .matches(array -> array.verdict().how() != RechunkReport.Verdict.How.NOT);
        assertThat(report.committed()).isEqualTo(set.path("series").toString());
        assertThat(DataSet.values(set.path("series"))).isEqualTo(values);
        assertThat(DataSet.chunks(set.path("series"))).containsExactly(20);
        assertThat(DataSet.consolidated(set.root())).isEqualTo(ConsolidatedState.CURRENT);
        assertThat(DataSet.identities(set.root(), RechunkInPlaceTest::isNeighbour))
                .isEqualTo(neighbours);
        assertThat(DataSet.names(set.root())).noneMatch(name -> name.contains("rechunked") || name.contains("rezarr"));
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void wholeDataSetTakesItsOwnPlace(ZarrFormat format) {
        DataSet set = write(format);
        Map<String, byte[]> values = new java.util.TreeMap<>();
        DataSet.ARRAYS.forEach(array -> values.put(array, DataSet.values(set.path(array))));

        RechunkReport report = DataSet.run(RechunkRequest.inPlace(set.root().toString())
                .withChunks("series:-1", "g/deep:5,1")
                .withInPlace(InPlace.SWAP_KEEP_BACKUP));

        assertThat(report.committed()).isEqualTo(set.root().toString());
        assertThat(report.arrays())
                .hasSize(5)
                .allMatch(array -> array.verdict().how() != RechunkReport.Verdict.How.NOT);
        values.forEach((array, old) -> {
            assertThat(DataSet.values(set.path(array))).as(array).isEqualTo(old);
            assertThat(DataSet.values(directory.resolve("in.zarr.backup").resolve(array)))
                    .as(array)
                    .isEqualTo(old);
        });
        assertThat(DataSet.chunks(set.path("series"))).containsExactly(20);
        assertThat(DataSet.chunks(set.path("g/deep"))).containsExactly(5, 1);
        assertThat(DataSet.consolidated(set.root())).isEqualTo(ConsolidatedState.CURRENT);
        assertThat(DataSet.children(directory)).containsExactly("in.zarr", "in.zarr.backup");
    }

    @Test
    void groupInsideADataSetTakesItsOwnPlaceAndTheEntriesAboveFollow() {
        DataSet set = write(ZarrFormat.V3);
        byte[] values = DataSet.values(set.path("g/deep"));
        DataSet.run(RechunkRequest.inPlace(set.path("g").toString()).withChunks("3,3"));
        assertThat(DataSet.values(set.path("g/deep"))).isEqualTo(values);
        assertThat(DataSet.consolidated(set.root())).isEqualTo(ConsolidatedState.CURRENT);
        assertThat(DataSet.names(set.root())).noneMatch(name -> name.contains("rechunked") || name.contains("rezarr"));
    }

    @Test
    void wholeDataSetBecomesAnotherVersionInPlace() {
        DataSet set = write(ZarrFormat.V2);
        byte[] values = DataSet.values(set.path("tas"));
        DataSet.run(RechunkRequest.inPlace(set.root().toString()).withFormat(ZarrFormat.V3));
        assertThat(DataSet.values(set.path("tas"))).isEqualTo(values);
        assertThat(DataSet.names(set.root())).noneMatch(name -> name.contains(".z"));
        assertThat(DataSet.consolidated(set.root())).isEqualTo(ConsolidatedState.CURRENT);
    }

    @Test
    void arrayMayBeTheSourceItself() {
        DataSet set = write(ZarrFormat.V2);
        byte[] values = DataSet.values(set.path("g/deep"));
        DataSet.run(RechunkRequest.inPlace(set.path("g/deep").toString()).withChunks("5,1"));
        assertThat(DataSet.values(set.path("g/deep"))).isEqualTo(values);
        assertThat(DataSet.chunks(set.path("g/deep"))).containsExactly(5, 1);
        assertThat(DataSet.consolidated(set.root())).isEqualTo(ConsolidatedState.CURRENT);
    }

    @Test
    void severalArraysTakeTheirPlacesOneAfterTheOther() {
        DataSet set = write(ZarrFormat.V2);
        byte[] tas = DataSet.values(set.path("tas"));
        byte[] deep = DataSet.values(set.path("g/deep"));
        DataSet.run(RechunkRequest.inPlace(set.root().toString())
                .withArrays("tas", "g/deep")
                .withChunks("1,1"));
        assertThat(DataSet.values(set.path("tas"))).isEqualTo(tas);
        assertThat(DataSet.values(set.path("g/deep"))).isEqualTo(deep);
        assertThat(DataSet.chunks(set.path("g/deep"))).containsExactly(1, 1);
        assertThat(DataSet.consolidated(set.root())).isEqualTo(ConsolidatedState.CURRENT);
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void backupIsKeptWhenAskedFor(ZarrFormat format) {
        DataSet set = write(format);
        Map<String, String> old = DataSet.identities(set.path("series"), name -> true);
        DataSet.run(set.inPlace("series").withChunks("7").withInPlace(InPlace.SWAP_KEEP_BACKUP));
        assertThat(DataSet.identities(set.path("series.backup"), name -> true)).isEqualTo(old);
        assertThat(DataSet.chunks(set.path("series"))).containsExactly(7);

        assertThatThrownBy(() -> DataSet.run(set.inPlace("series").withChunks("5")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("series.backup");
        assertThat(DataSet.chunks(set.path("series"))).containsExactly(7);
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void newArrayStandsBesideTheOldOne(ZarrFormat format) {
        DataSet set = write(format);
        Map<String, String> others =
                DataSet.identities(set.root(), name -> isNeighbour(name) || name.startsWith("series/"));
        RechunkRequest request = set.inPlace("series")
                .withInPlace(InPlace.BESIDE)
                .withOutputName("whole")
                .withChunks("20");
        RechunkReport report = DataSet.run(request);
        assertThat(report.committed()).isEqualTo(set.path("whole").toString());
        assertThat(DataSet.values(set.path("whole"))).isEqualTo(DataSet.values(set.path("series")));
        assertThat(DataSet.identities(
                        set.root(),
                        name -> !name.startsWith("whole/") && (isNeighbour(name) || name.startsWith("series/"))))
                .isEqualTo(others);
        assertThat(DataSet.consolidated(set.root())).isEqualTo(ConsolidatedState.CURRENT);

        assertThatThrownBy(() -> DataSet.run(request))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("exists already");
        DataSet.run(request.withExisting(Existing.OVERWRITE).withChunks("10"));
        assertThat(DataSet.chunks(set.path("whole"))).containsExactly(10);
        assertThat(DataSet.consolidated(set.root())).isEqualTo(ConsolidatedState.CURRENT);
    }

    @Test
    void emptyDirectoryBesideCountsAsFree() throws IOException {
        DataSet set = write(ZarrFormat.V2);
        Files.createDirectory(set.path("whole"));
        DataSet.run(set.inPlace("series")
                .withInPlace(InPlace.BESIDE)
                .withOutputName("whole")
                .withExisting(Existing.OVERWRITE));
        assertThat(DataSet.values(set.path("whole"))).isEqualTo(DataSet.values(set.path("series")));
        assertThat(DataSet.consolidated(set.root())).isEqualTo(ConsolidatedState.CURRENT);
    }

    @Test
    void wrongWriteIsFoundBeforeTheSwap() {
        DataSet set = write(ZarrFormat.V2);
        Map<String, String> all = DataSet.identities(set.root(), name -> true);
        WrongWrite wrong = new WrongWrite(set.path("series.rechunked/0"));
        assertThatThrownBy(
                        () -> DataSet.run(set.inPlace("series").withChunks("20").withCodec("none"), wrong))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("series")
                .hasMessageContaining("The source is as it was");
        assertThat(DataSet.identities(set.root(), name -> true)).isEqualTo(all);
    }

    @Test
    void arrayThatChangedMeanwhileIsNotReplaced() {
        DataSet set = write(ZarrFormat.V2);
        try (Rechunk rechunk = Rechunk.prepare(set.inPlace("series").withChunks("20"))) {
            set.text("series", ".zattrs", "{\"units\": \"m\"}");
            Map<String, String> all = DataSet.identities(set.root(), name -> true);
            assertThatThrownBy(() -> rechunk.run(RechunkListener.NONE))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("changed while it was read");
            assertThat(DataSet.identities(set.root(), name -> true)).isEqualTo(all);
        }
    }

    @Test
    void otherFormatThanTheGroupsIsRefused() {
        DataSet set = write(ZarrFormat.V2);
        assertThatThrownBy(() -> Rechunk.prepare(set.inPlace("series").withFormat(ZarrFormat.V3)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("its readers would not find it");
    }

    @Test
    void arraysInsideAVectorStoreAreRefused() {
        DataSet set = write(ZarrFormat.V2);
        set.group("", "{\"zarr_vectors\": {}}");
        assertThatThrownBy(() -> Rechunk.prepare(
                        RechunkRequest.inPlace(set.path("g/deep").toString())))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Zarr Vector Format");
    }
}
