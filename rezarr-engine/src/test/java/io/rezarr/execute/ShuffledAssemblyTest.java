package io.rezarr.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.CancelledException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RezarrException;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Plan;
import io.rezarr.plan.PlanRequest;
import io.rezarr.plan.Planner;
import io.rezarr.plan.Strategy;
import io.rezarr.plan.Work;
import io.rezarr.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shuffle leaves behind, and what it says, when something goes wrong. That it is exact is the battery's. */
class ShuffledAssemblyTest {
    private static final String SHAPE = "[200,300]";
    private static final String ZLIB = "{\"id\":\"zlib\",\"level\":1}";

    @TempDir
    private Path scratch;

    private final NaiveArray source = NaiveArray.inMemory(SmallMetadata.v2(SHAPE, "[1,300]", ZLIB, "7"));
    private final NaiveArray destination = NaiveArray.inMemory(SmallMetadata.v2(SHAPE, "[200,9]", ZLIB, "7"));

    ShuffledAssemblyTest() {
        byte[] values = new byte[200 * 300 * 4];
        new Random(1).nextBytes(values);
        source.write(values, new Random(1));
    }

    @AfterEach
    void nothingIsLeftInScratch() throws IOException {
        try (Stream<Path> files = Files.walk(scratch)) {
            assertThat(files).containsExactly(scratch);
        }
    }

    private Plan plan() {
        return Planner.plan(new PlanRequest(
                source.array.metadata(),
                destination.array.metadata(),
                1 << 24,
                3,
                EmptyChunks.SKIP,
                false,
                Strategy.SHUFFLE));
    }

    private Work run(Path directory, RunListener listener) {
        RunOptions options = RunOptions.of(Store.WriteMode.DIRECT).withScratch(directory);
        return LocalRunner.run(plan(), source.array, destination.array, options, listener);
    }

    @Test
    void everyChunkIsDecodedOnceAndScratchIsCounted() {
        Work work = run(scratch, RunListener.NONE);

        assertThat(work.decodes()).isEqualTo(200);
        assertThat(work.bytesScratch())
                .isBetween(200 * 300 * 4L, plan().predicted().bytesScratch());
    }

    @Test
    void aBrokenChunkInTheMiddleStopsTheRunAndIsNamed() {
        source.array
                .store()
                .set(source.array.chunkKey(new long[] {100, 0}), ByteBuffer.allocate(9), Store.WriteMode.DIRECT);

        assertThatThrownBy(() -> run(scratch, RunListener.NONE))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("a/100.0");
    }

    @Test
    void aRunThatIsCancelledAtAnyMomentLeavesNothing() throws IOException {
        Random random = new Random(2);
        for (int i = 0; i < 30; i++) {
            AtomicInteger left = new AtomicInteger(random.nextInt(120));
            RunListener cancelling = new RunListener() {
                @Override
                public void progress(Work done, long doneUnits, long totalUnits) {}

                @Override
                public boolean isCancelled() {
                    return left.decrementAndGet() < 0;
                }
            };
            try {
                run(scratch, cancelling);
            } catch (CancelledException e) {
                nothingIsLeftInScratch();
            }
        }
    }

    @Test
    void anInterruptEndsTheRun() throws InterruptedException {
        AtomicInteger cancelled = new AtomicInteger();
        Thread thread = new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
                run(scratch, RunListener.NONE);
            } catch (CancelledException e) {
                cancelled.incrementAndGet();
            }
        });
        thread.start();
        thread.join();

        assertThat(cancelled).hasValue(1);
    }

    @Test
    void aScratchDirectoryThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> run(scratch.resolve("none"), RunListener.NONE))
                .isInstanceOf(RezarrException.class)
                .hasMessageContaining(scratch.resolve("none").toString());
    }
}
