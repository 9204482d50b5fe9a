package io.rezarr.bench;

import io.rezarr.array.ChunkWriter;
import io.rezarr.array.UnitGrid;
import io.rezarr.array.ZarrArray;
import io.rezarr.execute.LocalRunner;
import io.rezarr.execute.RunListener;
import io.rezarr.execute.RunOptions;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Plan;
import io.rezarr.plan.PlanRequest;
import io.rezarr.plan.Planner;
import io.rezarr.plan.Work;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StorePrefix;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whole runs of 64 MiB without codecs and disks: what is left is reading units, scattering them into regions and handing
 * them out. One thread. Operations per second are MiB/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RegionBenchmark {
    private static final int MIB = 64;

    private static final long[] SHAPE = {256, 256, 256};

    /** Chunks of the source, chunks of the destination: time to space, cubes, small chunks. */
    @Param({"1,256,256 256,16,16", "64,64,64 100,100,100", "1,16,16 256,16,16"})
    public String chunks = "64,64,64 64,64,64";

    private ZarrArray source = arrayOf("1,1,1");
    private ZarrArray destination = source;

    @Setup(Level.Trial)
    public void prepare() {
        int space = chunks.indexOf(' ');
        source = arrayOf(chunks.substring(0, space));
        destination = arrayOf(chunks.substring(space + 1));
        ChunkWriter writer = new ChunkWriter(source, WriteMode.DIRECT);
        UnitGrid grid = writer.chunks();
        byte[] chunk = Samples.field((int) writer.unitChain().decodedBytes());
        for (long i = 0; i < grid.units(); i++) {
            writer.writeEncoded(grid.index(i), ByteBuffer.wrap(chunk));
        }
    }

    private static ZarrArray arrayOf(String chunks) {
        long[] shape = Stream.of(chunks.split(",")).mapToLong(Long::parseLong).toArray();
        return new ZarrArray(new MemoryStore(), StorePrefix.ROOT, Samples.array(SHAPE, shape, ""));
    }

    @Benchmark
    @OperationsPerInvocation(MIB)
    public Work run() {
        PlanRequest request =
                new PlanRequest(source.metadata(), destination.metadata(), 1L << 30, 1, EmptyChunks.SKIP, false, null);
        Plan plan = Planner.plan(request);
        return LocalRunner.run(plan, source, destination, RunOptions.of(WriteMode.DIRECT), RunListener.NONE);
    }
}
