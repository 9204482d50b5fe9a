package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.error.VerificationException;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.rechunk.RechunkRequest.Existing;
import io.rezarr.rechunk.RechunkRequest.Verify;
import io.rezarr.rechunk.StoreDiff.Scope;
import io.rezarr.rechunk.StoreInfo.Depth;
import io.rezarr.store.FileStore;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.testkit.ValueServer;
import io.rezarr.testkit.ValueServer.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sources and destinations that are no local directories. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory, and calls the method that names the memory
class StoresTest {
    private static final int MAX_FAULTS = 50;

    @TempDir
    Path directory;

    private String memory;

    @BeforeEach
    void nameMemory(TestInfo test) {
        memory = "memory:" + test.getDisplayName() + directory;
    }

    private DataSet set(ZarrFormat format) {
        return DataSet.write(directory.resolve("in.zarr"), format);
    }

    private static StoreLocation at(String location) {
        return StoreLocation.parse("a store", location);
    }

    private static void assertEqual(String left, String right) {
        StoreDiff diff =
                StoreDiff.compare(at(left), at(right), Scope.ELEMENTS_AND_METADATA, 1 << 24, 1, RechunkListener.NONE);
        assertThat(diff.isEqual()).as(diff.toString()).isTrue();
        assertThat(diff.nodes()).hasSizeGreaterThanOrEqualTo(1);
    }

    private static RechunkRequest request(String source, String destination) {
        return RechunkRequest.of(source, destination)
                .withChunks("time=-1,lat=2")
                .withThreads(2)
                .withVerify(Verify.WRITTEN);
    }

    private Path zipped(Path root, boolean deflated) throws IOException {
        Path file = directory.resolve("in.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setLevel(deflated ? 6 : 0);
            for (Path path : DataSet.files(root)) {
                zip.putNextEntry(new ZipEntry(root.relativize(path).toString()));
                zip.write(Files.readAllBytes(path));
                zip.closeEntry();
            }
        }
        return file;
    }

    private static List<String> keys(Store store, StorePrefix prefix) {
        List<String> keys = new ArrayList<>();
        store.list(prefix, entry -> {
            switch (entry.kind()) {
                case VALUE -> keys.add(prefix.value() + entry.name());
                case PREFIX -> keys.addAll(keys(store, prefix.child(entry.name())));
            }
        });
        return keys;
    }

    private List<String> keysInMemory() {
        return keys(at(memory).open(), StorePrefix.ROOT);
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void zipFileIsASourceOfEverything(ZarrFormat format) throws IOException {
        DataSet set = set(format);
        for (boolean deflated : new boolean[] {false, true}) {
            String zip = zipped(set.root(), deflated).toString();
            String out = directory.resolve("out-" + deflated).toString();

            DataSet.run(request(zip, out));

            assertEqual(set.root().toString(), zip);
            assertEqual(zip, out);
            assertThat(StoreDigest.of(at("zip:" + zip), 1 << 24, 1, RechunkListener.NONE)
                            .whole())
                    .isEqualTo(StoreDigest.of(set.root(), 1 << 24, 1, RechunkListener.NONE)
                            .whole());
            StoreInfo info = StoreInfo.of(at(zip), Depth.TREE, null);
            assertThat(info.nodes()).hasSize(7).allMatch(node -> node.oddities().isEmpty());
            assertThat(Rechunk.plan(request(zip, "x").withDestination(null), note -> {}))
                    .hasSize(5);
            Files.delete(Path.of(zip));
        }
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void memoryIsWrittenMetadataLastAndLeavesNoMark(ZarrFormat format) {
        DataSet set = set(format);

        RechunkReport report =
                DataSet.run(request(set.root().toString(), memory).withShards());

        assertEqual(set.root().toString(), memory);
        assertThat(report.toString()).contains("memory:");
        assertThat(keysInMemory()).noneMatch(key -> key.contains("run.json"));
        DataSet.run(request(memory, directory.resolve("back").toString()).withChunks("keep"));
        assertEqual(memory, directory.resolve("back").toString());
        String inner = directory.resolve("tas").toString();
        DataSet.run(request("file:" + set.path("tas"), inner));
        assertEqual(inner, set.path("tas").toString());
    }

    @Test
    void destinationThatExistsIsReplacedOnlyWhenAskedFor() {
        DataSet set = set(ZarrFormat.V3);
        RechunkRequest request = request(set.root().toString(), memory);
        DataSet.run(request);
        List<String> before = keysInMemory();

        assertThatThrownBy(() -> Rechunk.prepare(request))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(memory)
                .hasMessageContaining("exists already")
                .hasMessageContaining("--overwrite");
        at(memory).open().set(new StoreKey("tas/c/9/9"), ByteBuffer.allocate(1), WriteMode.DIRECT);
        DataSet.run(request.withExisting(Existing.OVERWRITE));
        assertThat(keysInMemory()).isEqualTo(before);

        String other = memory + "-other";
        at(other).open().set(new StoreKey("notes.txt"), ByteBuffer.allocate(1), WriteMode.DIRECT);
        assertThatThrownBy(() -> Rechunk.prepare(request.withDestination(other).withExisting(Existing.OVERWRITE)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no Zarr array or group");
    }

    @Test
    void leftoverOfAKilledRunIsNamedAndMayBeReplaced() {
        DataSet set = set(ZarrFormat.V3);
        RechunkRequest request = request(set.root().toString(), memory);
        Store store = at(memory).open();
        store.set(new StoreKey(".rezarr/run.json"), ByteBuffer.allocate(1), WriteMode.DIRECT);
        store.set(new StoreKey("tas/c/0/0"), ByteBuffer.allocate(1), WriteMode.DIRECT);

        assertThatThrownBy(() -> Rechunk.prepare(request))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("interrupted")
                .hasMessageContaining("--overwrite");
        DataSet.run(request.withExisting(Existing.OVERWRITE));
        assertEqual(set.root().toString(), memory);
    }

    @Test
    void failedRunLeavesNothing() {
        DataSet set = set(ZarrFormat.V3);
        RechunkListener editor = new RechunkListener() {
            @Override
            public void phase(Phase phase, String path, int index, int count) {
                if (phase == Phase.COMMIT) {
                    set.text("", "zarr.json", DataSet.readText(set.root().resolve("zarr.json")) + " ");
                }
            }
        };
        assertThatThrownBy(() -> DataSet.run(request(set.root().toString(), memory), editor))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("changed");
        assertThat(keysInMemory()).isEmpty();
    }

    @Test
    void runWhoseMarkIsGoneDoesNotCommitAndTouchesNothingOfTheOther() {
        DataSet set = set(ZarrFormat.V3);
        StoreKey mark = new StoreKey(".rezarr/run.json");
        RechunkListener other = new RechunkListener() {
            @Override
            public void phase(Phase phase, String path, int index, int count) {
                if (phase == Phase.COMMIT) {
                    at(memory).open().set(mark, ByteBuffer.allocate(1), WriteMode.ATOMIC);
                }
            }
        };
        assertThatThrownBy(() -> DataSet.run(request(set.root().toString(), memory), other))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Another run");
        assertThat(keysInMemory()).contains(mark.value());
    }

    @Test
    void sourceInMemoryThatChangesIsNoticed() {
        DataSet set = set(ZarrFormat.V3);
        DataSet.run(request(set.root().toString(), memory));
        RechunkListener editor = new RechunkListener() {
            @Override
            public void phase(Phase phase, String path, int index, int count) {
                at(memory).open().delete(new StoreKey("lat/zarr.json"));
            }
        };
        Path out = directory.resolve("out");
        assertThatThrownBy(() -> DataSet.run(request(memory, out.toString()), editor))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("changed while it was read");
        assertThat(out).doesNotExist();
    }

    @Test
    void whatCannotBeDoneIsRefusedByName() throws IOException {
        DataSet set = set(ZarrFormat.V2);
        String zip = zipped(set.root(), false).toString();

        assertThatThrownBy(() -> Rechunk.prepare(RechunkRequest.inPlace(zip).withArrays("tas")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("--in-place");
        assertThatThrownBy(() -> Rechunk.prepare(request(set.root().toString(), "out.zip")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("can only be read");
        assertThatThrownBy(() -> Rechunk.prepare(request(set.root().toString(), "http://h/x")))
                .hasMessageContaining("can only be read");
        assertThatThrownBy(() -> Rechunk.prepare(request(memory, memory + "/b")))
                .isInstanceOf(RezarrException.class);
        assertThatThrownBy(() -> Rechunk.prepare(request("gopher://h/a", "x")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("'gopher:'");
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void httpServerIsASourceFoundByConsolidatedMetadata(ZarrFormat format) throws IOException {
        DataSet set = set(format);
        try (ValueServer server = new ValueServer(FileStore.open(set.root()))) {
            String url = server.url() + "/d";
            String out = directory.resolve("out").toString();

            DataSet.run(request(url, out));

            assertEqual(set.root().toString(), out);
            assertEqual(url, out);
            StoreInfo info = StoreInfo.of(at(url), Depth.TREE, null);
            assertThat(info.nodes()).hasSize(7);
            assertThat(info.nodes().stream()
                            .filter(StoreInfo.ArrayInfo.class::isInstance)
                            .map(StoreInfo.ArrayInfo.class::cast))
                    .hasSize(5)
                    .noneMatch(array -> array.stored().isKnown());
            assertEqual(url + "/tas", set.path("tas").toString());
            assertThatThrownBy(() -> StoreInfo.of(at(url + "/g"), Depth.TREE, null))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("/d/g")
                    .hasMessageContaining("consolidate");
        }
    }

    /** Whatever goes wrong at whichever request: the right result, or an error. Absent chunks are in the source, too. */
    @Test
    void faultAtAnyRequestGivesTheRightResultOrAnError() throws IOException {
        DataSet set = set(ZarrFormat.V3);
        Files.delete(set.path("tas/c/1/1"));
        List<Answer> faults = List.of(
                (exchange, value) -> ValueServer.status(exchange, 503),
                (exchange, value) -> ValueServer.status(exchange, 404),
                (exchange, value) -> ValueServer.status(exchange, 403),
                ValueServer::reset,
                ValueServer::cutShort);
        for (int fault = 0; fault < faults.size(); fault++) {
            int hits = 0;
            for (int n = 1; n <= MAX_FAULTS; n++) {
                AtomicInteger requests = new AtomicInteger();
                int at = n;
                Answer broken = faults.get(fault);
                String out = "memory:" + fault + "/" + n + directory;
                try (ValueServer server = new ValueServer(FileStore.open(set.root()))) {
                    server.answer((exchange, value) -> {
                        boolean now = requests.incrementAndGet() == at;
                        (now ? broken : (Answer) ValueServer::withRanges).to(exchange, value);
                    });
                    DataSet.run(RechunkRequest.of(server.url() + "/d/tas", out)
                            .withChunks("-1,2")
                            .withThreads(1));
                    assertEqual(out, set.path("tas").toString());
                } catch (VerificationException e) {
                    throw e;
                } catch (RezarrException e) {
                    assertThat(e).hasMessageContaining("http://127.0.0.1");
                    assertThat(fault == 2).as(e.getMessage()).isTrue();
                    assertThat(keys(at(out).open(), StorePrefix.ROOT)).isEmpty();
                }
                if (requests.get() < n) {
                    break;
                }
                hits++;
            }
            assertThat(hits).isGreaterThan(15);
        }
    }
}
