package io.rezarr.bench;

import io.rezarr.array.StridedCopy;
import io.rezarr.metadata.ByteRun;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/** Copies of boxes between layouts: what scattering a decoded chunk costs. Operations per second are MiB/s. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CopyBenchmark {
    private static final int MIB = 16;
    private static final int BYTES = MIB << 20;

    /** How the two sides lie to each other. */
    public enum Geometry {
        /** Both in C order, rows of 36 elements, as of time steps that become time series. */
        SHORT_ROWS,
        /** Both in C order, rows of 4096 elements. */
        LONG_ROWS,
        /** The fastest axis of one side is the slowest of the other: F order or a transpose codec. */
        TRANSPOSED
    }

    @Param({"1", "2", "4", "8"})
    public int elementBytes;

    @Param
    public Geometry geometry = Geometry.SHORT_ROWS;

    @Param({"false", "true"})
    public boolean swap;

    private final byte[] from = new byte[BYTES];
    private final byte[] to = new byte[BYTES];
    private StridedCopy copy = StridedCopy.of(new long[0], new long[0], new long[0], 1, List.of());

    @Setup(Level.Trial)
    public void prepare() {
        int elements = BYTES / elementBytes;
        List<ByteRun> swaps = swap && elementBytes > 1 ? List.of(new ByteRun(0, elementBytes, 1)) : List.of();
        switch (geometry) {
            case SHORT_ROWS -> copy = rows(elements, 36, swaps);
            case LONG_ROWS -> copy = rows(elements, 4096, swaps);
            case TRANSPOSED -> copy = transposed(elements / 512, 512, swaps);
            default -> throw new IllegalArgumentException(geometry.name());
        }
    }

    /** Every second row of the source, one after the other in half of the target. */
    private StridedCopy rows(int elements, int row, List<ByteRun> swaps) {
        long bytes = (long) row * elementBytes;
        long[] extents = {elements / row / 2, row};
        return StridedCopy.of(
                extents, new long[] {2 * bytes, elementBytes}, new long[] {bytes, elementBytes}, elementBytes, swaps);
    }

    private StridedCopy transposed(int rows, int columns, List<ByteRun> swaps) {
        long[] extents = {rows, columns};
        long[] fromStrides = {(long) columns * elementBytes, elementBytes};
        long[] toStrides = {elementBytes, (long) rows * elementBytes};
        return StridedCopy.of(extents, fromStrides, toStrides, elementBytes, swaps);
    }

    /** Row copies fill half of the target at a time. */
    @Benchmark
    @OperationsPerInvocation(MIB)
    public byte[] copy() {
        copy.copy(from, 0, to, 0);
        if (geometry != Geometry.TRANSPOSED) {
            copy.copy(from, 0, to, BYTES / 2);
        }
        return to;
    }
}
