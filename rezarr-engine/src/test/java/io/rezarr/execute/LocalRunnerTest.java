package io.rezarr.execute;

import static io.rezarr.execute.SmallMetadata.v2;
import static io.rezarr.execute.SmallMetadata.v3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.array.ZarrArray;
import io.rezarr.error.CancelledException;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.StoreException;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Plan;
import io.rezarr.plan.PlanRequest;
import io.rezarr.plan.Planner;
import io.rezarr.plan.Strategy;
import io.rezarr.plan.Work;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.testkit.FaultyStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LocalRunnerTest {
    private static final String ZLIB = "{\"id\":\"zlib\",\"level\":1}";

    @Test
    void aMillionPointsInChunksOfTheirOwnBecomeOneChunk() {
        NaiveArray source = NaiveArray.inMemory(v2("[100000]", "[1]", "null", "0"));
        byte[] values = new byte[400_000];
        new Random(1).nextBytes(values);
        source.write(values, new Random(2));
        NaiveArray destination = NaiveArray.inMemory(v2("[100000]", "[100000]", ZLIB, "0"));

        Work work = run(source, destination.array, 2, RunListener.NONE);

        assertThat(work.decodes()).isEqualTo(100_000);
        assertThat(work.writes()).isEqualTo(1);
        assertThat(destination.read(new java.util.ArrayList<>())).isEqualTo(values);
    }

    /** The thread that gave the turn on, and the one that took it, once both took the shard for theirs to commit. */
    @Test
    void shardsAreCommittedOnceHoweverThreadsMeet() {
        NaiveArray source = NaiveArray.inMemory(v3("[12,12]", "[3,4]", "[3,4]"));
        byte[] values = new byte[12 * 12 * 4];
        new Random(1).nextBytes(values);
        source.write(values, new Random(2));
        for (int i = 0; i < 300; i++) {
            NaiveArray destination = NaiveArray.inMemory(v3("[12,12]", "[6,6]", "[2,2]"));
            assertThat(run(source, destination.array, 4, RunListener.NONE).writes())
                    .isEqualTo(4);
        }
    }

    /** Shards that are written side by side are finished together: none is begun in its middle. */
    @Test
    void aRunCanGoOnFromEveryPlaceThatItReached() {
        NaiveArray source = written("[64,48]", "[1,48]");
        ArrayMetadata to = v3("[64,48]", "[64,8]", "[4,4]");
        Plan plan = planAcrossShards(source.array.metadata(), to);
        List<Long> places = new ArrayList<>();
        NaiveArray whole = NaiveArray.inMemory(to);
        runFrom(0, places, plan, source, whole);

        assertThat(places).as(plan.describe().toString()).isNotEmpty();
        assertThat(places.get(places.size() - 1)).isEqualTo(64 / 4 * 48 / 4);
        for (long place : List.copyOf(places)) {
            NaiveArray rest = NaiveArray.inMemory(to);
            runFrom(place, new ArrayList<>(), plan, source, rest);
            assertThat(whole.stored()).containsAllEntriesOf(rest.stored());
            assertThat(rest.stored()).hasSize((int) (6 - place / (64 / 4 * 8 / 4)));
        }
    }

    private static Plan planAcrossShards(ArrayMetadata from, ArrayMetadata to) {
        for (long maxBytes = 1 << 13; maxBytes < 1 << 24; maxBytes += 1 << 10) {
            try {
                Plan plan =
                        Planner.plan(new PlanRequest(from, to, maxBytes, 2, EmptyChunks.SKIP, false, Strategy.DIRECT));
                if (plan.regionShape().extent(0) < to.chunkShape().extent(0)
                        && plan.regionShape().extent(1) > to.chunkShape().extent(1)) {
                    return plan;
                }
            } catch (InfeasiblePlanException e) {
                // With more memory, perhaps.
            }
        }
        throw new AssertionError("no plan has parts of several shards in a region");
    }

    private static void runFrom(long place, List<Long> places, Plan plan, NaiveArray source, NaiveArray destination) {
        Checkpoint checkpoint = new Checkpoint() {
            @Override
            public long finishedUnits() {
                return place;
            }

            @Override
            public void reached(long finishedUnits) {
                places.add(finishedUnits);
            }
        };
        RunOptions options = RunOptions.of(Store.WriteMode.DIRECT).withCheckpoint(checkpoint);
        LocalRunner.run(plan, source.array, destination.array, options, RunListener.NONE);
    }

    @Test
    void oneChunkBecomesAChunkForEachPoint() {
        NaiveArray source = written("[20000]", "[20000]");
        NaiveArray destination = NaiveArray.inMemory(v2("[20000]", "[1]", "null", "7"));

        Work work = run(source, destination.array, 2, RunListener.NONE);

        assertThat(work.decodes()).isEqualTo(1);
        assertThat(work.writes()).isEqualTo(20_000);
    }

    @Test
    void absentChunksOfAnUndefinedFillStayAbsentAndPresentOnesOfZerosStay() {
        NaiveArray source = NaiveArray.inMemory(v2("[40]", "[10]", "null", "null"));
        source.array
                .store()
                .set(source.array.chunkKey(new long[] {1}), ByteBuffer.allocate(40), Store.WriteMode.DIRECT);
        NaiveArray destination = NaiveArray.inMemory(v2("[40]", "[5]", "null", "null"));

        Work work = run(source, destination.array, 2, RunListener.NONE);

        assertThat(destination.stored().keySet()).containsExactly("a/2", "a/3");
        assertThat(work.absent()).isEqualTo(3);
        assertThat(work.allFill()).isEqualTo(6);
    }

    @Test
    void valuesOfACodecThatIsNotKnownAreCopiedUnderOtherKeys() {
        String frobnicate = "{\"id\":\"frobnicate\"}";
        NaiveArray source = NaiveArray.inMemory(v2("[40]", "[10]", frobnicate, "0"));
        byte[] large = new byte[3_000_000];
        new Random(4).nextBytes(large);
        source.array.store().set(source.array.chunkKey(new long[] {2}), ByteBuffer.wrap(large), Store.WriteMode.DIRECT);
        source.array.store().set(source.array.chunkKey(new long[] {3}), ByteBuffer.allocate(0), Store.WriteMode.DIRECT);
        NaiveArray destination = NaiveArray.of(
                new ZarrArray(new MemoryStore(), StorePrefix.ofPath("b"), v2("[40]", "[10]", frobnicate, "0")));

        Work work = run(source, destination.array, 3, RunListener.NONE);

        assertThat(destination.stored()).hasSize(2).containsEntry("b/2", ByteBuffer.wrap(large));
        assertThat(work.moved()).isEqualTo(2);
        assertThat(work.absent()).isEqualTo(2);
    }

    @Test
    void aBrokenChunkInTheMiddleStopsTheRunAndIsNamed() {
        for (int threads = 1; threads <= 8; threads++) {
            NaiveArray source = written("[100,100]", "[10,10]");
            source.array
                    .store()
                    .set(source.array.chunkKey(new long[] {5, 5}), ByteBuffer.allocate(9), Store.WriteMode.DIRECT);
            int count = threads;
            for (ArrayMetadata to : new ArrayMetadata[] {
                v2("[100,100]", "[7,33]", "null", "7"),
                v2("[100,100]", "[10,10]", "null", "7"),
                v3("[100,100]", "[70,70]", "[7,7]"),
                v3("[100,100]", "[50,50]", "[10,10]")
            }) {
                NaiveArray destination = NaiveArray.inMemory(to);
                assertThatThrownBy(() -> run(source, destination.array, count, RunListener.NONE))
                        .isInstanceOf(MalformedDataException.class)
                        .hasMessageContaining("a/5.5");
            }
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("rezarr-"));
    }

    @Test
    void aStoreThatFailsAtAnyOperationStopsTheRun() {
        NaiveArray source = written("[60]", "[7]");
        ArrayMetadata to = v3("[60]", "[20]", "[5]");
        for (int operation = 0; operation < 12; operation++) {
            FaultyStore faulty = FaultyStore.at(operation, FaultyStore.Fault.FAIL, new MemoryStore());
            ZarrArray destination = new ZarrArray(faulty, StorePrefix.ROOT, to);
            try {
                run(source, destination, 4, RunListener.NONE);
                assertThat(faulty.hasBroken()).isFalse();
            } catch (StoreException e) {
                assertThat(faulty.hasBroken()).isTrue();
            }
        }
    }

    @Test
    void aRunIsCancelledByItsListener() {
        NaiveArray source = written("[1000]", "[3]");
        AtomicInteger asked = new AtomicInteger();
        RunListener listener = new RunListener() {
            @Override
            public void progress(Work done, long doneUnits, long totalUnits) {}

            @Override
            public boolean isCancelled() {
                return asked.incrementAndGet() > 3;
            }
        };
        NaiveArray destination = NaiveArray.inMemory(v2("[1000]", "[7]", "null", "7"));

        assertThatThrownBy(() -> run(source, destination.array, 4, listener)).isInstanceOf(CancelledException.class);
    }

    @Test
    void anInterruptEndsTheRunAndStaysSet() {
        NaiveArray source = written("[1000]", "[3]");
        NaiveArray destination = NaiveArray.inMemory(v2("[1000]", "[7]", "null", "7"));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> run(source, destination.array, 2, RunListener.NONE))
                .isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void progressEndsWithEveryUnitDone() {
        NaiveArray source = written("[1000]", "[30]");
        AtomicLong most = new AtomicLong();
        AtomicLong total = new AtomicLong();
        NaiveArray destination = NaiveArray.inMemory(v2("[1000]", "[7]", "null", "7"));

        run(source, destination.array, 4, (done, doneUnits, totalUnits) -> {
            most.accumulateAndGet(doneUnits, Math::max);
            total.set(totalUnits);
        });

        assertThat(most.get()).isEqualTo(143).isEqualTo(total.get());
    }

    private static NaiveArray written(String shape, String chunks) {
        NaiveArray array = NaiveArray.inMemory(v2(shape, chunks, ZLIB, "7"));
        byte[] values = new byte[Math.toIntExact(array.array.metadata().shape().elements() * 4)];
        new Random(1).nextBytes(values);
        array.write(values, new Random(1));
        return array;
    }

    private static Work run(NaiveArray source, ZarrArray destination, int threads, RunListener listener) {
        Plan plan = Planner.plan(new PlanRequest(
                source.array.metadata(), destination.metadata(), 1 << 28, threads, EmptyChunks.SKIP, false, null));
        return LocalRunner.run(plan, source.array, destination, RunOptions.of(Store.WriteMode.DIRECT), listener);
    }
}
