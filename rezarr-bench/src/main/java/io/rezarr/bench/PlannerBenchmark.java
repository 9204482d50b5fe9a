package io.rezarr.bench;

import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Plan;
import io.rezarr.plan.PlanRequest;
import io.rezarr.plan.Planner;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Planning, which must not grow with the number of chunks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlannerBenchmark {
    private static final int THREADS = 8;

    /** Along each of three axes; 464 makes 10^8 chunks. */
    @Param({"4", "464"})
    public long chunksPerAxis;

    @Param({"256", "4096"})
    public long maxMebibytes;

    private PlanRequest request = request(1, 1);

    @Setup(Level.Trial)
    public void prepare() {
        request = request(chunksPerAxis, maxMebibytes);
    }

    private static PlanRequest request(long chunksPerAxis, long maxMebibytes) {
        long extent = 64 * chunksPerAxis;
        long[] shape = {extent, extent, extent};
        return new PlanRequest(
                Samples.array(shape, new long[] {64, 64, 64}, ""),
                Samples.array(shape, new long[] {100, 100, 100}, ""),
                maxMebibytes << 20,
                THREADS,
                EmptyChunks.SKIP,
                false,
                null);
    }

    @Benchmark
    public Plan plan() {
        return Planner.plan(request);
    }
}
