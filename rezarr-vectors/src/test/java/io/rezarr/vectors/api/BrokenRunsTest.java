package io.rezarr.vectors.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.commit.Recovery;
import io.rezarr.commit.SourceCheck;
import io.rezarr.commit.Staged;
import io.rezarr.commit.StagedNode;
import io.rezarr.error.CancelledException;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.StoreException;
import io.rezarr.error.VerificationException;
import io.rezarr.store.FileStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.testkit.FaultyStore;
import io.rezarr.testkit.FaultyStore.Fault;
import io.rezarr.testkit.FaultyStore.Killed;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.api.VectorPyramidRequest.Levels;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Layout;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.pyramid.PyramidOptions;
import io.rezarr.vectors.pyramid.PyramidOptions.Factor;
import io.rezarr.vectors.validate.Validation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pyramids and upgrades that fail or are killed at each operation on the store that they write, at each read of the source, and at each call of the listener, between
 * which files get a second name: the source stays as it was, bit for bit, and there is a whole result or none. What the commit itself does, between the last of these and
 * the end, is stopped operation by operation in the tests of {@code io.rezarr.commit}.
 */
class BrokenRunsTest {
    private static final long MAX_MEMORY = 64 << 20;
    /** All changes up to so many, else as many spread evenly. */
    private static final int CHANGES = 45;
    /** Of the calls, and of the reads of each store. */
    private static final int SAMPLES = 6;
    /** Of so many kills one is followed by a second run. */
    private static final int RUN_AGAIN = 8;

    private static final PyramidOptions LEVELS = PyramidOptions.of(List.of(Factor.of(2, 2)));

    @TempDir
    private Path directory;

    /** What is broken off. */
    enum Case {
        PYRAMID("07/mesh3_one_chunk", InPlace.NO, false),
        PYRAMID_OF_09("09/streamlines_manifest_modes", InPlace.NO, false),
        PYRAMID_IN_PLACE("09/points_dead_rows", InPlace.SWAP, false),
        PYRAMID_IN_PLACE_OF_07("07/stream2_f64", InPlace.SWAP, false),
        PYRAMID_KEEPING_A_BACKUP("07/pc2_gzip", InPlace.SWAP_KEEP_BACKUP, false),
        RECHUNK_AND_PYRAMID("09/streamlines_manifest_modes", InPlace.NO, true),
        RECHUNK_AND_PYRAMID_IN_PLACE("07/pc3_zstd", InPlace.SWAP, true),
        UPGRADE("07/stream2_f64", InPlace.NO, false),
        UPGRADE_IN_PLACE("07/mesh3_one_chunk", InPlace.SWAP, false),
        UPGRADE_KEEPING_A_BACKUP("07/pc2_gzip", InPlace.SWAP_KEEP_BACKUP, false);

        private final String store;
        private final InPlace inPlace;
        private final boolean rechunks;

        Case(String store, InPlace inPlace, boolean rechunks) {
            this.store = store;
            this.inPlace = inPlace;
            this.rechunks = rechunks;
        }

        boolean upgrades() {
            return name().startsWith("UPGRADE");
        }
    }

    /** A source, what becomes of it, and everything that there may be afterwards. */
    private final class Run {
        private final Case of;
        private final Path source;
        private final Path result;
        private final Map<String, String> before;

        Run(Case of) {
            this.of = of;
            this.source = directory.resolve("source");
            this.result = of.inPlace == InPlace.NO ? directory.resolve("made") : source;
            ZvfDirectories.write(ZvfStores.copyOf(of.store), source);
            this.before = files(source);
        }

        private VectorRechunkRequest request() {
            WorldVector chunks = of.rechunks
                    ? ZvfStores.open(ZvfStores.copyOf(of.store))
                            .metadata()
                            .chunkShape()
                            .times(2)
                    : null;
            boolean isInPlace = of.inPlace != InPlace.NO;
            VectorRechunkRequest request = isInPlace
                    ? VectorRechunkRequest.inPlace(source.toString()).withInPlace(of.inPlace)
                    : VectorRechunkRequest.of(source.toString(), result.toString())
                            .withVerify(Verify.FULL);
            return request.withChunkShape(chunks)
                    .withLayout(of.upgrades() ? Layout.V09 : Layout.AS_IN_SOURCE)
                    .withMaxBytes(MAX_MEMORY)
                    .withThreads(1);
        }

        private StagedNode stage() {
            return switch (of.inPlace) {
                case NO -> StagedNode.create(result);
                case SWAP -> StagedNode.replace(source);
                case SWAP_KEEP_BACKUP -> StagedNode.replaceKeepingBackup(source);
            };
        }

        void carryOut(
                Function<StoreLocation, Store> sources,
                Function<StagedNode, Staged> staged,
                VectorRechunkListener told) {
            if (of.upgrades()) {
                try (VectorRechunk rechunk = VectorRechunk.open(request(), List.of(), sources)) {
                    rechunk.run(told, Destination.of(staged.apply(stage())));
                }
                return;
            }
            VectorPyramidRequest request = new VectorPyramidRequest(request(), LEVELS, Levels.REFUSE);
            try (VectorPyramid pyramid = VectorPyramid.prepare(request, sources)) {
                pyramid.run(told, Destination.of(staged.apply(stage())));
            }
        }

        void carryOut() {
            carryOut(VectorStores::readable, node -> node, VectorRechunkListener.NONE);
        }

        Path backup() {
            return directory.resolve("source.backup");
        }

        /** Without a result there is nothing but the source. */
        void requireAsItWas(String place) {
            assertThat(names(directory)).as(place).containsExactly("source");
            assertThat(files(source)).as(place).isEqualTo(before);
        }

        void requireWhole(Map<String, String> made, String place) {
            assertThat(files(result)).as(place).isEqualTo(made);
            Set<String> names = new TreeSet<>(List.of("source"));
            if (of.inPlace == InPlace.NO) {
                names.add("made");
                assertThat(files(source)).as(place).isEqualTo(before);
            }
            if (of.inPlace == InPlace.SWAP_KEEP_BACKUP) {
                names.add("source.backup");
                assertThat(files(backup())).as(place).isEqualTo(before);
            }
            assertThat(names(directory)).as(place).containsExactlyElementsOf(names);
        }

        /** Of a run that was killed: nobody takes what it has written for a store, the source is as it was. */
        void requireNotVisible(String place) {
            assertThat(files(source)).as(place).isEqualTo(before);
            if (of.inPlace == InPlace.NO) {
                try (Store there = FileStore.open(result)) {
                    assertThatThrownBy(() -> ZvfStores.open(there))
                            .as(place)
                            .isInstanceOf(InvalidMetadataException.class);
                }
            }
        }

        void reset() {
            for (String name : names(directory)) {
                delete(directory.resolve(name));
            }
            ZvfDirectories.write(ZvfStores.copyOf(of.store), source);
        }
    }

    /** A staged node whose store breaks; of a process that was killed nobody tidies up. */
    private static final class Breaking implements Staged {
        private final StagedNode node;
        private final Fault fault;
        private final FaultyStore store;

        Breaking(StagedNode node, Fault fault, Function<Store, FaultyStore> store) {
            this.node = node;
            this.fault = fault;
            this.store = store.apply(node.open(FileStore.Fsync.NEVER));
        }

        @Override
        public Store open(FileStore.Fsync fsync) {
            return store;
        }

        @Override
        public Path directory() {
            return node.directory();
        }

        @Override
        public Path scratch(@Nullable String named) {
            return node.scratch(named);
        }

        @Override
        public void commit(SourceCheck source) {
            node.commit(source);
        }

        @Override
        public void close() {
            if (fault != Fault.FAIL) {
                node.keep();
            }
            node.close();
        }
    }

    /** Counts its calls, and breaks the run off at one of them. */
    private static final class Calls implements VectorRechunkListener {
        private final int last;
        private final RuntimeException end;
        private int calls;

        Calls(int last, RuntimeException end) {
            this.last = last;
            this.end = end;
        }

        private void call() {
            if (calls++ == last) {
                throw end;
            }
        }

        @Override
        public void progress(int level, Step step, long done, long total) {
            call();
        }

        @Override
        public boolean isCancelled() {
            call();
            return false;
        }

        @Override
        public void phase(Phase phase) {
            call();
        }
    }

    private static Set<String> names(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.map(path -> path.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every file below a directory, and what it holds. */
    private static Map<String, String> files(Path root) {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                files.put(root.relativize(path).toString(), Files.readString(path, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static void delete(Path root) {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure) throws IOException {
                    Files.delete(path);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] spread(int all, int most) {
        Set<Integer> chosen = new TreeSet<>();
        for (int i = 0; i < most; i++) {
            chosen.add((int) ((long) i * all / most));
        }
        chosen.add(all - 1);
        return chosen.stream().mapToInt(n -> n).toArray();
    }

    /** How many changes a run makes to the store, and what comes of it. */
    private Map<String, String> whole(Run run, int[] changes) {
        FaultyStore[] store = new FaultyStore[1];
        run.carryOut(
                VectorStores::readable,
                node -> new Breaking(node, Fault.FAIL, real -> store[0] = FaultyStore.faultless(real)),
                VectorRechunkListener.NONE);
        changes[0] = store[0].changes();
        Map<String, String> made = files(run.result);
        run.requireWhole(made, "not broken");
        assertThat(made).isNotEqualTo(run.before);
        assertThat(Validation.run(run.result, Validation.MAX_LEVEL, MAX_MEMORY).isValid())
                .isTrue();
        run.reset();
        return made;
    }

    @ParameterizedTest
    @EnumSource
    void brokenOffAtAnyChangeOfTheStoreTheSourceIsAsItWas(Case of) {
        Run run = new Run(of);
        int[] changes = new int[1];
        Map<String, String> made = whole(run, changes);
        assertThat(changes[0]).isGreaterThan(10);
        List<Fault> faults = List.of(Fault.FAIL, Fault.KILL_BEFORE, Fault.KILL_HALFWAY);
        int runs = 0;
        for (int n : spread(changes[0], CHANGES)) {
            Fault fault = faults.get(runs % faults.size());
            String place = of + ", " + fault + " at change " + n + " of " + changes[0];
            assertThatThrownBy(() -> run.carryOut(
                            VectorStores::readable,
                            node -> new Breaking(node, fault, real -> FaultyStore.atChange(n, fault, real)),
                            VectorRechunkListener.NONE))
                    .as(place)
                    .isInstanceOf(fault == Fault.FAIL ? StoreException.class : Killed.class);
            if (fault == Fault.FAIL) {
                run.requireAsItWas(place);
            } else {
                requireRecovered(run, made, place, runs % RUN_AGAIN == 0);
            }
            runs++;
        }
    }

    /** What stands there after a kill before the commit; the next run is refused until it is recovered, and then gives what it would have given. */
    private static void requireRecovered(Run run, Map<String, String> made, String place, boolean again) {
        run.requireNotVisible(place);
        if (again) {
            assertThatThrownBy(run::carryOut)
                    .as(place)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("rezarr recover");
        }
        assertThat(Recovery.recover(run.result)).as(place).startsWith("Rolled back");
        run.requireAsItWas(place);
        assertThat(Recovery.recover(run.result)).as(place).startsWith("Nothing to recover");
        if (again) {
            run.carryOut();
            run.requireWhole(made, place + ", run again");
            run.reset();
        }
    }

    /** Also between two files that get a second name, which no store knows of. */
    @ParameterizedTest
    @EnumSource
    void brokenOffAtAnyCallOfTheListenerTheSourceIsAsItWas(Case of) {
        Run run = new Run(of);
        int[] changes = new int[1];
        Map<String, String> made = whole(run, changes);
        Calls all = new Calls(-1, new CancelledException("never"));
        run.carryOut(VectorStores::readable, node -> node, all);
        run.reset();
        assertThat(all.calls).isGreaterThan(10);
        int runs = 0;
        for (int n : spread(all.calls, SAMPLES)) {
            String place = of + ", at call " + n + " of " + all.calls;
            Fault fault = runs++ % 2 == 0 ? Fault.KILL_BEFORE : Fault.FAIL;
            CancelledException end = new CancelledException("on purpose");
            assertThatThrownBy(() -> run.carryOut(
                            VectorStores::readable,
                            node -> new Breaking(node, fault, FaultyStore::faultless),
                            new Calls(n, end)))
                    .as(place)
                    .isSameAs(end);
            if (fault == Fault.FAIL) {
                run.requireAsItWas(place);
            } else {
                requireRecovered(run, made, place, false);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void sourceOrResultThatCannotBeReadLeavesNothing(Case of) {
        Run run = new Run(of);
        whole(run, new int[1]);
        FaultyStore source = FaultyStore.faultless(FileStore.open(run.source));
        FaultyStore[] result = new FaultyStore[1];
        run.carryOut(
                any -> source,
                node -> new Breaking(node, Fault.FAIL, real -> result[0] = FaultyStore.faultless(real)),
                VectorRechunkListener.NONE);
        run.reset();
        for (int n : spread(source.log().size(), SAMPLES)) {
            String place = of + ", source, operation " + n + ": " + source.log().get(n);
            FaultyStore failing = FaultyStore.at(n, Fault.FAIL, FileStore.open(run.source));
            assertThatThrownBy(() -> run.carryOut(any -> failing, node -> node, VectorRechunkListener.NONE))
                    .as(place)
                    .isInstanceOf(StoreException.class);
            run.requireAsItWas(place);
        }
        for (int n : spread(result[0].log().size(), SAMPLES)) {
            String place =
                    of + ", result, operation " + n + ": " + result[0].log().get(n);
            assertThatThrownBy(() -> run.carryOut(
                            VectorStores::readable,
                            node -> new Breaking(node, Fault.FAIL, real -> FaultyStore.at(n, Fault.FAIL, real)),
                            VectorRechunkListener.NONE))
                    .as(place)
                    .isInstanceOfAny(StoreException.class, VerificationException.class);
            run.requireAsItWas(place);
        }
    }
}
