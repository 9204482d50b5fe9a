package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.commit.Recovery;
import io.rezarr.error.CancelledException;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.VerificationException;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.Work;
import io.rezarr.rechunk.RechunkRequest.Existing;
import io.rezarr.rechunk.RechunkRequest.Verify;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** After whatever goes wrong the source is as it was, and nothing stands at the destination, or what stood there before. */
class RechunkFailureTest {
    @TempDir
    private Path directory;

    private DataSet write(ZarrFormat format) {
        return DataSet.write(directory.resolve("in.zarr"), format);
    }

    private Map<String, String> everything() {
        return DataSet.identities(directory, name -> true);
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void sourceThatChangedMeanwhileIsRefused(ZarrFormat format) {
        DataSet set = write(format);
        try (Rechunk rechunk = Rechunk.prepare(set.to("out.zarr").withChunks("lat=1"))) {
            set.array("lat", "[7]", "[7]", "float64", "1", "lat");
            Map<String, String> before = everything();
            assertThatThrownBy(() -> rechunk.run(RechunkListener.NONE))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("changed while it was read");
            assertThat(everything()).isEqualTo(before);
        }
        assertThat(DataSet.children(directory)).containsExactly("in.zarr");
    }

    @Test
    void sourceThatChangesDuringTheRunDoesNotReplaceWhatStoodThere() {
        DataSet set = write(ZarrFormat.V2);
        DataSet.run(set.to("out.zarr").withArrays("tas"));
        Map<String, String> old = DataSet.identities(directory.resolve("out.zarr"), name -> true);
        RechunkListener meddler = new RechunkListener() {
            @Override
            public void phase(Phase phase, String path, int index, int arrays) {
                if (phase == Phase.COMMIT) {
                    set.text("tas", ".zattrs", "{}");
                }
            }
        };
        assertThatThrownBy(() -> DataSet.run(set.to("out.zarr").withExisting(Existing.OVERWRITE), meddler))
                .isInstanceOf(RefusedException.class);
        assertThat(DataSet.identities(directory.resolve("out.zarr"), name -> true))
                .isEqualTo(old);
        assertThat(DataSet.children(directory)).containsExactly("in.zarr", "out.zarr");
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void brokenChunkIsAnErrorThatNamesIt(ZarrFormat format) {
        DataSet set = write(format);
        String chunk = format == ZarrFormat.V2 ? "1.1" : "c/1/1";
        set.text("tas", chunk, "no zlib stream");
        Map<String, String> before = everything();
        assertThatThrownBy(() -> DataSet.run(set.to("out.zarr").withChunks("tas:-1,-1")))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("tas/" + chunk);
        assertThat(everything()).isEqualTo(before);
        assertThat(DataSet.children(directory)).containsExactly("in.zarr");
    }

    @Test
    void oldDestinationStaysWhenTheNewOneFails() {
        DataSet set = write(ZarrFormat.V2);
        DataSet.run(set.to("out.zarr").withArrays("tas"));
        set.text("tas", "0.0", "no zlib stream");
        Map<String, String> before = everything();
        RechunkRequest request =
                set.to("out.zarr").withExisting(Existing.OVERWRITE).withChunks("tas:1,1");
        assertThatThrownBy(() -> DataSet.run(request)).isInstanceOf(MalformedDataException.class);
        assertThat(everything()).isEqualTo(before);
        assertThat(DataSet.children(directory)).containsExactly("in.zarr", "out.zarr");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 20})
    void cancelledRunLeavesNothingThatCannotBeDropped(int after) {
        DataSet set = write(ZarrFormat.V3);
        Map<String, String> before = everything();
        AtomicInteger asked = new AtomicInteger();
        RechunkListener impatient = new RechunkListener() {
            @Override
            public boolean isCancelled() {
                return asked.getAndIncrement() >= after;
            }
        };
        for (RechunkRequest request : new RechunkRequest[] {
            set.to("out.zarr").withChunks("2").withShards("series:x2"),
            set.inPlace("series").withChunks("2")
        }) {
            asked.set(0);
            assertThatThrownBy(() -> DataSet.run(request, impatient)).isInstanceOf(CancelledException.class);
            if (after == 0) {
                assertThat(everything()).isEqualTo(before);
            }
            Recovery.recover(directory.resolve("out.zarr"));
            Recovery.recover(set.root());
            assertThat(everything()).isEqualTo(before);
            assertThat(DataSet.children(directory)).containsExactly("in.zarr");
        }
    }

    @Test
    void listenerThatFailsEndsTheRunAndLeavesNothing() {
        DataSet set = write(ZarrFormat.V2);
        Map<String, String> before = everything();
        RechunkListener broken = new RechunkListener() {
            @Override
            public void progress(String path, Work done, long doneUnits, long totalUnits) {
                throw new IllegalStateException("no terminal");
            }
        };
        assertThatThrownBy(() -> DataSet.run(set.to("out.zarr").withChunks("tas:1,1"), broken))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no terminal");
        assertThat(everything()).isEqualTo(before);
        assertThat(DataSet.children(directory)).containsExactly("in.zarr");
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void wrongWriteIsFoundAndNothingStandsAtTheDestination(ZarrFormat format) {
        DataSet set = write(format);
        Map<String, String> before = everything();
        String chunk = format == ZarrFormat.V2 ? "0.0" : "c/0/0";
        WrongWrite wrong = new WrongWrite(directory.resolve("out.zarr/tas/" + chunk));
        RechunkRequest request =
                set.to("out.zarr").withChunks("tas:-1,-1").withCodec("none").withVerify(Verify.WRITTEN);
        assertThatThrownBy(() -> DataSet.run(request, wrong))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("'tas' differs from the source in its element");
        assertThat(everything()).isEqualTo(before);
        assertThat(DataSet.children(directory)).containsExactly("in.zarr");
    }

    @Test
    void sourceThatIsNoneIsNamed() throws java.io.IOException {
        Path file = java.nio.file.Files.writeString(directory.resolve("file"), "");
        for (Map.Entry<Path, String> wrong : Map.of(
                        file,
                        "it is a file",
                        directory.resolve("nothing"),
                        "there is nothing of that name",
                        directory,
                        "holds no Zarr array or group")
                .entrySet()) {
            RechunkRequest request = RechunkRequest.of(
                    wrong.getKey().toString(), directory.resolve("x/out").toString());
            assertThatThrownBy(() -> Rechunk.prepare(request))
                    .isInstanceOf(InvalidMetadataException.class)
                    .hasMessageContaining(wrong.getValue())
                    .hasMessageContaining(wrong.getKey().toString());
        }
        assertThat(directory.resolve("x")).doesNotExist();
    }
}
