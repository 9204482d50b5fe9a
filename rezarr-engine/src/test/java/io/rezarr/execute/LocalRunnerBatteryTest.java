package io.rezarr.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.error.CancelledException;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Hints;
import io.rezarr.plan.Plan;
import io.rezarr.plan.PlanRequest;
import io.rezarr.plan.Planner;
import io.rezarr.plan.Strategy;
import io.rezarr.plan.Work;
import io.rezarr.store.Store;
import io.rezarr.verify.ArrayComparison;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random arrays through every strategy, against the slow twin. */
class LocalRunnerBatteryTest {
    private static final int CASES = 500;
    private static final Pattern LEAST = Pattern.compile("at least ([0-9]+) bytes");
    private static final Map<String, Integer> HISTOGRAM = new TreeMap<>();

    /** What must be among the cases, each of them often. */
    private static final List<String> KINDS = List.of(
            "UNITS chunks>chunks same",
            "UNITS chunks>shards same",
            "UNITS shards>chunks same",
            "UNITS shards>shards same",
            "REWRAP chunks>chunks same",
            "REWRAP chunks>shards same",
            "CODED chunks>chunks same",
            "CODED chunks>shards same",
            "CODED shards>chunks same",
            "CODED shards>shards same",
            "SCATTERED chunks>chunks nested",
            "SCATTERED chunks>shards nested",
            "SCATTERED shards>chunks nested",
            "SCATTERED shards>shards nested",
            "SCATTERED chunks>chunks crossing",
            "SCATTERED chunks>shards crossing",
            "SCATTERED shards>chunks crossing",
            "SCATTERED shards>shards crossing",
            "SHUFFLED chunks>chunks nested",
            "SHUFFLED chunks>shards nested",
            "SHUFFLED shards>chunks nested",
            "SHUFFLED shards>shards nested",
            "SHUFFLED chunks>chunks crossing",
            "SHUFFLED chunks>shards crossing",
            "SHUFFLED shards>chunks crossing",
            "SHUFFLED shards>shards crossing",
            "SHUFFLED with more than one level",
            "SCATTERED with a sweep",
            "SCATTERED with coprime chunks",
            "UNITS with ragged edges",
            "REWRAP with ragged edges",
            "CODED with ragged edges",
            "SCATTERED with ragged edges");

    @AfterAll
    static void coversEveryStrategyAndGridRelation() {
        String histogram = HISTOGRAM.entrySet().stream()
                .map(kind -> "%6d  %s".formatted(kind.getValue(), kind.getKey()))
                .collect(Collectors.joining("\n", "\n", "\n"));
        Logger.getLogger("battery").info(histogram);
        assertThat(HISTOGRAM.keySet()).as(histogram).containsAll(KINDS);
        assertThat(HISTOGRAM)
                .as(histogram)
                .allSatisfy((kind, cases) -> assertThat(cases).as(kind).isGreaterThanOrEqualTo(leastCases(kind)));
    }

    /** Those that go through files take their time. */
    private static int leastCases(String kind) {
        return kind.startsWith("SHUFFLED") ? 25 : kind.contains("in parts") ? 5 : 80;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theDestinationHoldsWhatTheSourceHolds(long seed) {
        for (int i = 0; i < CASES; i++) {
            long caseSeed = seed * 1_000_003 + i;
            new Case(caseSeed, i).run();
        }
    }

    /** How the destination's units are to relate to the source's. */
    private enum Grid {
        SAME_UNITS(false),
        SAME_ZLIB(false),
        SAME(false),
        NESTED(true),
        ANY(true);

        private final boolean isOther;

        Grid(boolean isOther) {
            this.isOther = isOther;
        }
    }

    private static final List<Grid> GRIDS = List.of(Grid.values());

    private static final class Case {
        private final long seed;
        private final Random random;
        private final Grid grid;
        private final boolean fromShards;
        private final boolean toShards;

        Case(long seed, int number) {
            this.seed = seed;
            this.random = new Random(seed);
            int combination = number / GRIDS.size() % 4;
            Grid wish = GRIDS.get(number % GRIDS.size());
            // There are no zlib streams in shards, and grids that cross are rare.
            this.grid = wish == Grid.SAME_ZLIB && combination >= 2 ? Grid.ANY : wish;
            // Shards that are recoded to chunks are rare as well.
            boolean mayHaveShards = grid != wish || (grid == Grid.SAME && combination == 0);
            this.fromShards = mayHaveShards ? random.nextBoolean() : combination >= 2;
            this.toShards = combination % 2 == 1;
        }

        private boolean isPlain() {
            return grid == Grid.SAME_UNITS || grid == Grid.SAME_ZLIB;
        }

        private RandomMetadata.Alike alike() {
            return switch (grid) {
                case SAME_UNITS -> RandomMetadata.Alike.UNITS;
                case SAME_ZLIB -> RandomMetadata.Alike.ZLIB_STREAMS;
                case SAME ->
                    fromShards && !toShards && random.nextBoolean()
                            ? RandomMetadata.Alike.UNITS
                            : RandomMetadata.Alike.NOTHING;
                case NESTED, ANY -> RandomMetadata.Alike.NOTHING;
            };
        }

        void run() {
            RandomMetadata metadata = new RandomMetadata(random, alike());
            long[] chunks = metadata.chunks();
            String fill = metadata.defaultFill();
            ArrayMetadata from = metadata(metadata, chunks, fill, fromShards, grid == Grid.SAME_ZLIB ? 1 : 0.5);
            ArrayMetadata to = destination(metadata, from, chunks, fill);
            NaiveArray source = NaiveArray.inMemory(from);
            byte[] values = source.randomValues(random);
            source.write(values, random);

            EmptyChunks emptyChunks = List.of(EmptyChunks.SKIP, EmptyChunks.WRITE, EmptyChunks.KEEP)
                    .get(isPlain() && random.nextBoolean() ? 0 : random.nextInt(3));
            Plan plan = plan(from, to, emptyChunks, hints(source.array));
            if (plan == null) {
                return;
            }
            count(plan);
            NaiveArray destination = NaiveArray.inMemory(to);
            Work work = LocalRunner.run(
                    plan, source.array, destination.array, RunOptions.of(Store.WriteMode.DIRECT), RunListener.NONE);
            checkDestination(plan, source, destination, values, work);
            checkOtherThreads(plan, source.array, destination, work);
            checkGoingOn(plan, source.array, destination, work);
            assertThat(ArrayComparison.compare(source.array, destination.array, 1 << 30, 2, RunListener.NONE))
                    .as(describe(plan))
                    .isNull();
            if (random.nextInt(3) == 0) {
                checkWayBack(plan, destination, values);
            }
        }

        /** A to B to A is A. */
        private void checkWayBack(Plan there, NaiveArray destination, byte[] values) {
            PlanRequest request = there.request();
            Plan back = Planner.plan(new PlanRequest(
                    request.destination(), request.source(), 1 << 30, 3, request.emptyChunks(), false, null));
            NaiveArray again = NaiveArray.inMemory(request.source());
            LocalRunner.run(
                    back, destination.array, again.array, RunOptions.of(Store.WriteMode.DIRECT), RunListener.NONE);
            assertThat(again.read(new ArrayList<>())).as(describe(back)).isEqualTo(values);
        }

        private ArrayMetadata metadata(
                RandomMetadata metadata, long[] chunks, String fill, boolean shards, double v2Share) {
            if (!shards && random.nextDouble() < v2Share) {
                return metadata.v2(chunks, !isPlain() && random.nextInt(5) == 0 ? "null" : fill);
            }
            return metadata.v3(chunks, shards ? multiples(chunks) : new long[0], fill);
        }

        private long[] multiples(long[] chunks) {
            long[] shards = chunks.clone();
            for (int axis = 0; axis < shards.length; axis++) {
                shards[axis] *= 1 + random.nextInt(4);
            }
            return shards;
        }

        private ArrayMetadata destination(RandomMetadata metadata, ArrayMetadata from, long[] chunks, String fill) {
            long[] to = switch (grid) {
                case SAME_UNITS, SAME_ZLIB, SAME -> chunks;
                case NESTED -> metadata.related(chunks);
                case ANY -> metadata.chunks();
            };
            if (isPlain()) {
                return metadata(metadata, to, fill, toShards, grid == Grid.SAME_ZLIB ? 0 : 0.5);
            }
            if (fromShards == toShards && random.nextInt(12) == 0) {
                return from;
            }
            return metadata(metadata, to, random.nextInt(6) == 0 ? metadata.defaultFill() : fill, toShards, 0.5);
        }

        private Hints hints(ZarrArray source) {
            if (random.nextInt(3) == 0) {
                return Hints.NONE;
            }
            try (Workspace workspace = new Workspace()) {
                return new Hints(new ChunkReader(source).samplePartBytes(workspace), -1);
            }
        }

        private @Nullable Plan plan(ArrayMetadata from, ArrayMetadata to, EmptyChunks emptyChunks, Hints hints) {
            Strategy[] forced = {null, Strategy.RECODE, Strategy.DIRECT, Strategy.SHUFFLE};
            Strategy strategy = isPlain() ? null : forced[random.nextInt(4)];
            if (grid.isOther && strategy == Strategy.RECODE && random.nextInt(5) > 0) {
                strategy = null; // it is not possible, but for asking
            }
            int threads = 1 + random.nextInt(8);
            boolean codecWasGiven = random.nextInt(isPlain() ? 8 : 2) == 1;
            PlanRequest request =
                    new PlanRequest(from, to, 1 << 30, threads, emptyChunks, codecWasGiven, strategy).withHints(hints);
            try {
                long maxBytes = random.nextInt(3) == 0 ? 1 << 30 : leastBytes(request) + random.nextInt(1 << 14);
                return Planner.plan(request.withMaxBytes(maxBytes));
            } catch (InfeasiblePlanException e) {
                assertThat(e).as(describe(null)).hasMessageContaining("cannot be recoded");
                return null;
            }
        }

        private static long leastBytes(PlanRequest request) {
            try {
                Plan plan = Planner.plan(new PlanRequest(
                        request.source(),
                        request.destination(),
                        1,
                        request.threads(),
                        request.emptyChunks(),
                        request.codecWasGiven(),
                        request.strategy()));
                throw new AssertionError("planned within 1 byte: " + plan);
            } catch (InfeasiblePlanException e) {
                Matcher least = LEAST.matcher(e.getMessage());
                if (!least.find()) {
                    throw e;
                }
                return Long.parseLong(least.group(1));
            }
        }

        private void count(Plan plan) {
            ArrayMetadata from = plan.request().source();
            ArrayMetadata to = plan.request().destination();
            String kind = "%s %s%s %s"
                    .formatted(
                            kindOf(plan),
                            from.innerChunkShape() == null ? "chunks" : "shards",
                            to.innerChunkShape() == null ? ">chunks" : ">shards",
                            relation(from, to));
            HISTOGRAM.merge(kind, 1, Integer::sum);
            if (plan.parts() != null) {
                HISTOGRAM.merge("SCATTERED in parts", 1, Integer::sum);
            }
            if (plan.sweepAxis() >= 0) {
                HISTOGRAM.merge("SCATTERED with a sweep", 1, Integer::sum);
            }
            if (plan.shuffle() != null && plan.shuffle().levels() > 1) {
                HISTOGRAM.merge("SHUFFLED with more than one level", 1, Integer::sum);
            }
            if (hasRaggedEdges(from) || hasRaggedEdges(to)) {
                HISTOGRAM.merge(kindOf(plan) + " with ragged edges", 1, Integer::sum);
            }
            if (areCoprime(from, to)) {
                HISTOGRAM.merge(kindOf(plan) + " with coprime chunks", 1, Integer::sum);
            }
        }

        private static String kindOf(Plan plan) {
            return plan.strategy() == Strategy.SHUFFLE
                    ? "SHUFFLED"
                    : plan.method().name();
        }

        private static boolean hasRaggedEdges(ArrayMetadata metadata) {
            return axes(metadata).anyMatch(axis -> metadata.shape().extent(axis) % unit(metadata, axis) != 0);
        }

        private static boolean areCoprime(ArrayMetadata from, ArrayMetadata to) {
            return axes(from).anyMatch(axis -> {
                BigInteger r = BigInteger.valueOf(unit(from, axis));
                BigInteger w = BigInteger.valueOf(unit(to, axis));
                return r.intValue() > 1 && w.intValue() > 1 && r.gcd(w).equals(BigInteger.ONE);
            });
        }

        private static IntStream axes(ArrayMetadata metadata) {
            return IntStream.range(0, metadata.shape().rank());
        }

        private static String relation(ArrayMetadata from, ArrayMetadata to) {
            boolean isSame = true;
            boolean isNested = true;
            for (int axis = 0; axis < from.shape().rank(); axis++) {
                long r = unit(from, axis);
                long w = unit(to, axis);
                isSame &= r == w;
                isNested &= r % w == 0 || w % r == 0;
            }
            return isSame ? "same" : isNested ? "nested" : "crossing";
        }

        private static long unit(ArrayMetadata metadata, int axis) {
            return (metadata.innerChunkShape() == null ? metadata.chunkShape() : metadata.innerChunkShape())
                    .extent(axis);
        }

        private void checkDestination(Plan plan, NaiveArray source, NaiveArray destination, byte[] values, Work work) {
            List<NaiveArray.StoredUnit> stored = new ArrayList<>();
            byte[] found = destination.read(stored);
            assertThat(found).as(describe(plan)).isEqualTo(values);

            Work predicted = plan.predicted();
            assertThat(plan.peakBytes())
                    .as(describe(plan))
                    .isLessThanOrEqualTo(plan.request().maxBytes());
            assertThat(work.reads()).as(describe(plan)).isEqualTo(predicted.reads());
            assertThat(work.requests()).as(describe(plan)).isLessThanOrEqualTo(predicted.requests());
            if (plan.strategy() == Strategy.PASS_THROUGH) {
                assertThat(work.decodes() + work.encodes()).as(describe(plan)).isZero();
                assertThat(work.moved()).as(describe(plan)).isEqualTo(predicted.moved() - work.absent());
            } else {
                assertThat(work.decodes()).as(describe(plan)).isEqualTo(predicted.decodes() - work.absent());
                checkBytesDecoded(plan, work);
                assertThat(work.bytesScratch()).as(describe(plan)).isLessThanOrEqualTo(predicted.bytesScratch());
                assertThat(work.encodes()).as(describe(plan)).isEqualTo(predicted.encodes() - work.allFill());
            }
            long present =
                    stored.stream().filter(NaiveArray.StoredUnit::isPresent).count();
            if (plan.method() != Plan.Method.VALUES) {
                assertThat(work.allFill()).as(describe(plan)).isEqualTo(stored.size() - present);
            }
            assertThat(work.writes())
                    .as(describe(plan))
                    .isEqualTo(destination.stored().size());
            checkEmptyChunks(plan, source, stored);
        }

        private void checkBytesDecoded(Plan plan, Work work) {
            Work predicted = plan.predicted();
            if (plan.parts() == null) {
                long each = predicted.decodes() == 0 ? 0 : predicted.bytesDecoded() / predicted.decodes();
                assertThat(work.bytesDecoded()).as(describe(plan)).isEqualTo(each * work.decodes());
            } else {
                // What Blosc stored uncompressed is not decoded in blocks.
                assertThat(work.bytesDecoded()).as(describe(plan)).isLessThanOrEqualTo(predicted.bytesDecoded());
            }
        }

        private void checkEmptyChunks(Plan plan, NaiveArray source, List<NaiveArray.StoredUnit> stored) {
            EmptyChunks policy = plan.request().emptyChunks();
            boolean isNull = plan.request().destination().fillValue().isNull();
            boolean isMoved = plan.strategy() == Strategy.PASS_THROUGH;
            for (NaiveArray.StoredUnit unit : stored) {
                if (policy == EmptyChunks.WRITE) {
                    assertThat(unit.isPresent()).as(describe(plan)).isTrue();
                } else if (policy == EmptyChunks.SKIP && !isNull && !isMoved && plan.method() != Plan.Method.REWRAP) {
                    assertThat(unit.isPresent()).as(describe(plan)).isEqualTo(!unit.isAllFill());
                }
                if (plan.method() == Plan.Method.CODED || plan.method() == Plan.Method.SCATTERED) {
                    assertThat(unit.isPaddedWithFill()).as(describe(plan)).isTrue();
                }
            }
            if (isNull
                    && plan.request().source().fillValue().isNull()
                    && source.stored().isEmpty()
                    && policy != EmptyChunks.WRITE) {
                assertThat(stored).as(describe(plan)).noneMatch(NaiveArray.StoredUnit::isPresent);
            }
        }

        private void checkOtherThreads(Plan plan, ZarrArray source, NaiveArray destination, Work work) {
            PlanRequest request = plan.request();
            Plan other = Planner.plan(new PlanRequest(
                    request.source(),
                    request.destination(),
                    1 << 30,
                    plan.threads() == 1 ? 7 : 1,
                    request.emptyChunks(),
                    request.codecWasGiven(),
                    plan.strategy()));
            NaiveArray again = NaiveArray.inMemory(request.destination());
            Work workAgain = LocalRunner.run(
                    other, source, again.array, RunOptions.of(Store.WriteMode.DIRECT), RunListener.NONE);
            assertThat(again.stored()).as(describe(plan)).isEqualTo(destination.stored());
            assertThat(workAgain.writes()).as(describe(plan)).isEqualTo(work.writes());
            assertThat(workAgain.allFill()).as(describe(plan)).isEqualTo(work.allFill());
        }

        /** What was written before the checkpoint of a broken run, and what another run writes from there, are the whole. */
        private void checkGoingOn(Plan plan, ZarrArray source, NaiveArray destination, Work whole) {
            Place place = new Place(random.nextInt(20));
            NaiveArray broken = NaiveArray.inMemory(plan.request().destination());
            try {
                LocalRunner.run(plan, source, broken.array, goingOn(place), place);
            } catch (CancelledException e) {
                assertThat(place.tasksLeft).as(describe(plan)).isNegative();
            }
            NaiveArray rest = NaiveArray.inMemory(plan.request().destination());
            place.tasksLeft = Integer.MAX_VALUE;
            long finished = place.finishedUnits;
            Work restWork = LocalRunner.run(plan, source, rest.array, goingOn(place), place);

            assertThat(place.finishedUnits).as(describe(plan)).isEqualTo(units(whole));
            assertThat(units(restWork)).as(describe(plan)).isEqualTo(units(whole) - finished);
            assertThat(destination.stored()).as(describe(plan)).containsAllEntriesOf(rest.stored());
            Map<String, ByteBuffer> both = new TreeMap<>(broken.stored());
            both.putAll(rest.stored());
            assertThat(both).as(describe(plan)).isEqualTo(destination.stored());
        }

        private static RunOptions goingOn(Place place) {
            return RunOptions.of(Store.WriteMode.DIRECT).withCheckpoint(place);
        }

        private static long units(Work work) {
            return work.encodes() + work.moved() + work.allFill();
        }

        private String describe(@Nullable Plan plan) {
            if (plan == null) {
                return "case " + seed;
            }
            return "case %d: %s, %s\nfrom %s\nto %s"
                    .formatted(
                            seed,
                            plan.describe(),
                            plan.request().emptyChunks(),
                            text(plan.request().source()),
                            text(plan.request().destination()));
        }

        private static String text(ArrayMetadata metadata) {
            return (metadata.format() == ZarrFormat.V2 ? "v2 " : "v3 ")
                    + io.rezarr.json.Json.toString(metadata.document());
        }
    }
}
