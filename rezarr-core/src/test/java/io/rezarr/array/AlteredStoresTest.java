package io.rezarr.array;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonString;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.FormatConversion;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.testkit.CodecContract;
import io.rezarr.testkit.GoldenStores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Chunks and metadata of all golden stores, altered at random: an error of rezarr or data comes of it, the right data where a checksum stands over
 * them, and never more memory than was announced. {@code -Drezarr.mutations=100000} makes it as many.
 */
class AlteredStoresTest {
    private static final int MUTATIONS = Integer.getInteger("rezarr.mutations", 6000);
    private static final long SEED = Long.getLong("rezarr.seed", 20);

    /** Chunks that would take more are left alone: a plan refuses them beforehand. */
    private static final long MAX_BYTES = 64 << 20;

    private static final Set<String> CHECKSUMS =
            Set.of("gzip", "zlib", "bz2", "crc32c", "crc32", "adler32", "fletcher32", "jenkins_lookup3");
    private static final List<String> WORDS = List.of(
            "delta",
            "astype",
            "packbits",
            "quantize",
            "fixedscaleoffset",
            "bitround",
            "shuffle",
            "base64",
            "categorize",
            "zlib",
            "gzip",
            "zstd",
            "blosc",
            "lz4",
            "bz2",
            "lzma",
            "crc32",
            "numcodecs.delta",
            "numcodecs.astype",
            "sharding_indexed",
            "bytes",
            "transpose",
            "little",
            "big",
            "<i4",
            ">i2",
            "<f8",
            "|b1",
            "|u1",
            "<U5",
            "<M8[ns]",
            "int32",
            "float64",
            "bool",
            "r24",
            "int4",
            "float8_e4m3fn",
            "F",
            "NaN",
            "start");

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory;

    /**
     * An array of a golden store.
     *
     * @param files of the array, documents included, by key
     * @param chunks keys of its chunks
     * @param decoded what the units of each chunk decode to, one after the other
     * @param isChecked whether any other bytes are noticed
     */
    private record Golden(
            String name,
            Map<String, byte[]> files,
            List<String> documents,
            List<String> chunks,
            Map<String, byte[]> decoded,
            boolean isChecked) {}

    @Test
    void alteredBytesAreAnErrorOrTheRightData() {
        List<Golden> arrays = new ArrayList<>();
        for (GoldenStores stores : List.of(GoldenStores.v2(), GoldenStores.v3())) {
            for (String name : stores.names()) {
                addArrays(name, stores.unpack(name, directory), arrays);
            }
        }
        assertThat(arrays).hasSizeGreaterThan(250);
        Random random = new Random(SEED);
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int i = 0; i < MUTATIONS; i++) {
            long seed = random.nextLong();
            Golden golden = arrays.get(random.nextInt(arrays.size()));
            String outcome;
            try {
                outcome = mutate(golden, new Random(seed));
            } catch (Throwable e) {
                throw new AssertionError(golden.name() + ", seed " + seed + "L, mutation " + i, e);
            }
            outcomes.merge(outcome, 1, Integer::sum);
        }
        assertThat(outcomes.getOrDefault("chunk: refused", 0))
                .as(outcomes.toString())
                .isGreaterThan(MUTATIONS / 20);
        assertThat(outcomes.getOrDefault("metadata: refused", 0))
                .as(outcomes.toString())
                .isGreaterThan(MUTATIONS / 20);
        assertThat(outcomes.getOrDefault("metadata: read", 0))
                .as(outcomes.toString())
                .isGreaterThan(MUTATIONS / 50);
    }

    private static String mutate(Golden golden, Random random) {
        boolean ofChunk = !golden.chunks().isEmpty() && random.nextInt(3) > 0;
        List<String> keys = ofChunk ? golden.chunks() : golden.documents();
        String key = keys.get(random.nextInt(keys.size()));
        byte[] before = bytesOf(golden, key);
        byte[] after = ofChunk || random.nextInt(4) == 0 ? alteredBytes(before, random) : alteredText(before, random);
        Map<String, byte[]> files = new TreeMap<>(golden.files());
        files.put(key, after);
        Store store = storeOf(files);
        String kind = ofChunk ? "chunk" : "metadata";
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long announced = 0;
        try {
            if (!(Hierarchy.open(store, StorePrefix.ROOT, null, warning -> {}) instanceof ZarrArray array)) {
                return kind + ": no array";
            }
            if (!ofChunk) {
                convert(array.metadata());
            }
            if (!array.metadata().dataType().isFixedSize()) {
                return kind + ": of variable size";
            }
            CodecChain chain = CodecChain.of(array.metadata());
            UnitMemory memory = UnitMemory.of(chain);
            announced = Math.min(memory.readingBytes(), 1L << 60) + Math.min(memory.contextBytes(), 1L << 60);
            if (announced > MAX_BYTES || unitsPerChunk(chain) > 10_000) {
                return kind + ": too large";
            }
            for (String chunk :
                    ofChunk ? List.of(key) : golden.chunks().stream().limit(2).toList()) {
                byte @Nullable [] decoded = decode(array, chunk, announced);
                if (ofChunk && golden.isChecked() && decoded != null) {
                    assertThat(decoded)
                            .as("%s of %s", key, golden.name())
                            .isEqualTo(golden.decoded().get(key));
                }
            }
            return kind + ": read";
        } catch (InfeasiblePlanException e) {
            throw new AssertionError("more memory than the " + announced + " bytes that were announced", e);
        } catch (RezarrException e) {
            return kind + ": refused";
        } finally {
            long taken = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            assertThat(taken).as("allocated, announced were %d", announced).isLessThan(3 * announced + (48 << 20));
        }
    }

    private static byte[] bytesOf(Golden golden, String key) {
        byte[] bytes = golden.files().get(key);
        return bytes == null ? new byte[0] : bytes;
    }

    private static void convert(ArrayMetadata metadata) {
        try {
            if (metadata instanceof V2ArrayMetadata v2) {
                CodecChain.of(FormatConversion.toV3(v2).metadata());
            } else {
                CodecChain.of(FormatConversion.toV2((V3ArrayMetadata) metadata).metadata());
            }
        } catch (RezarrException e) {
            assertThat(e).hasMessageContaining(" ");
        }
    }

    private static long unitsPerChunk(CodecChain chain) {
        ShardingCodec sharding = chain.hasReadableInnerChunks() ? chain.sharding() : null;
        return sharding == null ? 1 : sharding.innerChunksPerShard().elements();
    }

    /** All units of a chunk; {@code null} if the key is that of no chunk. What was read can be written again. */
    private static byte @Nullable [] decode(ZarrArray array, String key, long announced) {
        ArrayMetadata metadata = array.metadata();
        long[] index = metadata.chunkKeyEncoding().indexOf(key, metadata.shape().rank());
        ChunkReader reader = new ChunkReader(array);
        if (index == null || !reader.chunks().contains(index)) {
            return null;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Workspace workspace = new Workspace(MemoryBudget.of(Math.max(1, announced)));
                ChunkReader.OpenChunk chunk = reader.open(index, workspace)) {
            if (chunk == null) {
                return new byte[0];
            }
            Box units = reader.units().unitsTouching(reader.chunks().box(index));
            long[] unit = units.origin().toArray();
            do {
                int mark = workspace.mark();
                ByteBuffer decoded = chunk.read(unit, workspace);
                if (decoded != null) {
                    assertThat((long) decoded.remaining())
                            .isEqualTo(reader.unitChain().decodedBytes());
                    all.writeBytes(CodecContract.bytesOf(decoded));
                    workspace.releaseTo(mark);
                    ByteBuffer encoded = chunk.readEncoded(unit, workspace);
                    reader.unitChain().check(java.util.Objects.requireNonNull(encoded), workspace);
                }
                workspace.releaseTo(mark);
            } while (UnitGrid.next(unit, units));
        }
        byte[] bytes = all.toByteArray();
        int unitBytes = (int) Math.min(bytes.length, reader.unitChain().decodedBytes());
        requireWritable(reader.unitChain(), Arrays.copyOf(bytes, unitBytes));
        return bytes;
    }

    private static void requireWritable(CodecChain chain, byte[] unit) {
        long bytes = chain.workspaceBytes();
        if (unit.length != chain.decodedBytes() || bytes > MAX_BYTES) {
            return;
        }
        try (Workspace writing =
                        new Workspace(MemoryBudget.of(Math.max(1, chain.encodingBytes() + chain.contextBytes())));
                Workspace reading = new Workspace()) {
            byte[] encoded = CodecContract.bytesOf(chain.encode(ByteBuffer.wrap(unit), writing));
            assertThat(CodecContract.bytesOf(chain.decode(ByteBuffer.wrap(encoded), reading)))
                    .isEqualTo(unit);
        } catch (UnsupportedFeatureException e) {
            assertThat(e).hasMessageContaining("cannot keep the element");
        }
    }

    private static byte[] alteredBytes(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        byte[] altered = bytes.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0, 1 -> altered[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> altered[at] = (byte) random.nextInt();
            case 3 -> altered = Arrays.copyOf(bytes, at);
            case 4 -> {
                altered = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
                altered[altered.length - 1] = (byte) random.nextInt();
            }
            case 5 -> Arrays.fill(altered, at, Math.min(bytes.length, at + 8), (byte) (random.nextBoolean() ? -1 : 0));
            default -> {
                // The first bytes have the headers.
                int header = random.nextInt(Math.min(32, bytes.length));
                altered[header] = (byte) random.nextInt();
            }
        }
        return altered;
    }

    /** Numbers and words of a document, exchanged for others. */
    private static byte[] alteredText(byte[] bytes, Random random) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int at = random.nextInt(text.length());
        int begin = at;
        while (begin > 0 && Character.isLetterOrDigit(text.charAt(begin - 1))) {
            begin--;
        }
        int end = at;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        String word = text.substring(begin, end);
        String other = word.matches("-?[0-9]+") ? number(word, random) : WORDS.get(random.nextInt(WORDS.size()));
        if (word.isEmpty()) {
            other = random.nextBoolean() ? "" : "null";
            end = Math.min(text.length(), at + 1);
        }
        return (text.substring(0, begin) + other + text.substring(end)).getBytes(StandardCharsets.UTF_8);
    }

    private static String number(String word, Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> "-" + word;
            case 1 -> "0";
            case 2 -> word + random.nextInt(10);
            case 3 -> Long.toString(random.nextLong());
            case 4 -> Integer.toString(Integer.MAX_VALUE);
            case 5 -> word + ".5";
            default -> Integer.toString(1 + random.nextInt(9));
        };
    }

    private static Store storeOf(Map<String, byte[]> files) {
        MemoryStore store = new MemoryStore();
        files.forEach(
                (key, bytes) -> store.set(StorePrefix.ROOT.key(key), ByteBuffer.wrap(bytes), Store.WriteMode.DIRECT));
        return store;
    }

    private static void addArrays(String name, Path store, List<Golden> arrays) {
        try (Stream<Path> walk = Files.walk(store)) {
            for (Path directory : walk.filter(Files::isDirectory).toList()) {
                if (isArray(directory)) {
                    addArray(name + "/" + store.relativize(directory), directory, arrays);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isArray(Path directory) throws IOException {
        Path v3 = directory.resolve("zarr.json");
        return Files.exists(directory.resolve(".zarray"))
                || (Files.exists(v3)
                        && new JsonString("array")
                                .equals(Json.parseObject(ByteBuffer.wrap(Files.readAllBytes(v3)), "zarr.json")
                                        .member("node_type")));
    }

    private static void addArray(String name, Path directory, List<Golden> arrays) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        Set<String> names = Set.of("zarr.json", ".zarray", ".zattrs");
        List<String> documents = files.keySet().stream().filter(names::contains).toList();
        List<String> chunks =
                files.keySet().stream().filter(key -> !names.contains(key)).toList();
        Map<String, byte[]> decoded = new TreeMap<>();
        boolean isChecked = false;
        try {
            ZarrArray array = (ZarrArray) Hierarchy.open(storeOf(files), StorePrefix.ROOT, null, warning -> {});
            if (array.metadata().dataType().isFixedSize()) {
                CodecChain chain = CodecChain.of(array.metadata());
                isChecked = isChecked(chain, array.metadata());
                UnitMemory memory = UnitMemory.of(chain);
                for (String chunk : chunks) {
                    byte[] bytes = decode(array, chunk, memory.readingBytes() + memory.contextBytes());
                    if (bytes != null) {
                        decoded.put(chunk, bytes);
                    }
                }
            }
        } catch (UnsupportedFeatureException e) {
            chunks = List.of(); // its documents are altered all the same
        }
        arrays.add(new Golden(name, files, documents, chunks, decoded, isChecked));
    }

    /** Whether a checksum stands over every byte that counts; shards want one over their index, too. */
    private static boolean isChecked(CodecChain chain, ArrayMetadata metadata) {
        String codecs = Json.toString(metadata.document());
        CodecChain unit = chain;
        while (unit.sharding() != null) {
            if (unit.bytesToBytes().stream().anyMatch(AlteredStoresTest::isChecksum)) {
                return true;
            }
            unit = unit.sharding().inner();
        }
        boolean hasIndex = unit != chain;
        return unit.bytesToBytes().stream().anyMatch(AlteredStoresTest::isChecksum)
                && (!hasIndex || codecs.split("crc32c", -1).length > codecs.split("index_codecs", -1).length - 1);
    }

    private static boolean isChecksum(BytesToBytesCodec codec) {
        return CHECKSUMS.contains(codec.format());
    }
}
