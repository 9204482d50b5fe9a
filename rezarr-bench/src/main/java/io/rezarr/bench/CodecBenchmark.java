package io.rezarr.bench;

import io.rezarr.codec.CodecChain;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Decoding and encoding a chunk of 1 MiB of float32. Operations per second are decoded MiB/s. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int CHUNKS = 8;

    @Param({
        "none",
        "crc32c",
        "zstd-1",
        "zstd-3",
        "gzip-5",
        "lz4",
        "blosc-lz4-noshuffle",
        "blosc-lz4-shuffle",
        "blosc-lz4-bitshuffle",
        "blosc-zstd-shuffle",
        "blosc-zlib-shuffle",
        "blosc-blosclz-shuffle",
        "blosc-snappy-shuffle"
    })
    public String codec = "none";

    private final Workspace workspace = new Workspace();
    private final ByteBuffer decoded = ByteBuffer.wrap(Samples.field(CHUNK_BYTES));
    private CodecChain chain = chainOf("none");
    private ByteBuffer encoded = decoded;

    @Setup(Level.Trial)
    public void prepare() {
        chain = chainOf(codec);
        ByteBuffer lent = chain.encode(decoded, workspace);
        encoded = ByteBuffer.allocate(lent.remaining()).put(lent).flip();
        workspace.releaseTo(0);
    }

    @TearDown(Level.Trial)
    public void close() {
        workspace.close();
    }

    private static CodecChain chainOf(String name) {
        long[] shape = {CHUNK_BYTES / Float.BYTES};
        return CodecChain.of(Samples.array(shape, shape, documentOf(name.split("-"))));
    }

    private static String documentOf(String[] parts) {
        return switch (parts[0]) {
            case "none" -> "";
            case "crc32c" -> "{\"name\": \"crc32c\"}";
            case "zstd" ->
                "{\"name\": \"zstd\", \"configuration\": {\"level\": " + parts[1] + ", \"checksum\": false}}";
            case "gzip" -> "{\"name\": \"gzip\", \"configuration\": {\"level\": " + parts[1] + "}}";
            case "lz4" -> "{\"name\": \"numcodecs.lz4\", \"configuration\": {\"acceleration\": 1}}";
            case "blosc" -> """
                {"name": "blosc", "configuration": {"cname": "%s", "clevel": 5, "shuffle": "%s", "typesize": 4,
                 "blocksize": 0}}""".formatted(parts[1], parts[2]);
            default -> throw new IllegalArgumentException(parts[0]);
        };
    }

    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public long decode() {
        long bytes = 0;
        for (int i = 0; i < CHUNKS; i++) {
            bytes += chain.decode(encoded, workspace).remaining();
            workspace.releaseTo(0);
        }
        return bytes;
    }

    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public long encode() {
        long bytes = 0;
        for (int i = 0; i < CHUNKS; i++) {
            bytes += chain.encode(decoded, workspace).remaining();
            workspace.releaseTo(0);
        }
        return bytes;
    }
}
