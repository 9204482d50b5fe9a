package io.rezarr.bench;

import io.rezarr.codec.CodecChain;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.verify.DigestSum;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The content digest of one unit of 4 MiB. Operations per second are MiB/s of one core. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DigestBenchmark {
    private static final int MIB = 4;
    private static final long[] SHAPE = {1024, 1024, 1024};

    /** A time step, a series, a cube; the last one stored with its axes reversed. */
    @Param({"1,1024,1024", "1024,32,32", "64,128,128", "64,128,128 F"})
    public String unit = "1,1024,1024";

    private long[] extents = {};
    private long[] strides = {};
    private byte[] bytes = {};
    private DigestSum sum =
            new DigestSum(metadata(SHAPE), CodecChain.of(metadata(SHAPE)).layout());
    private final Workspace workspace = new Workspace();

    private static V3ArrayMetadata metadata(long[] chunks) {
        return Samples.array(SHAPE, chunks, "");
    }

    @Setup
    public void prepare() {
        extents = Stream.of(unit.replace(" F", "").split(","))
                .mapToLong(Long::parseLong)
                .toArray();
        strides = new long[extents.length];
        long stride = Float.BYTES;
        for (int i = 0; i < extents.length; i++) {
            int axis = unit.endsWith("F") ? i : extents.length - 1 - i;
            strides[axis] = stride;
            stride *= extents[axis];
        }
        bytes = Samples.field((int) stride);
        sum = new DigestSum(metadata(extents), CodecChain.of(metadata(extents)).layout());
    }

    @Benchmark
    @OperationsPerInvocation(MIB)
    public DigestSum box() {
        sum.box(new long[extents.length], extents, bytes, 0, strides, workspace);
        return sum;
    }
}
