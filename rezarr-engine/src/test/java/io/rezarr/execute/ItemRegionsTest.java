package io.rezarr.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ItemForm;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.json.Json;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Hints;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.ItemSizes;
import io.rezarr.plan.Plan;
import io.rezarr.plan.PlanRequest;
import io.rezarr.plan.Planner;
import io.rezarr.plan.Work;
import io.rezarr.store.Store;
import io.rezarr.verify.ContentDigest;
import io.rezarr.verify.DigestSum;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens to regions, and chunks, whose items are larger than those that were looked at. */
class ItemRegionsTest {
    private static final int ITEMS = 1 << 10;

    private static ArrayMetadata strings(String chunks, String shards) {
        String codecs = "{\"name\":\"vlen-utf8\"}";
        if (!shards.isEmpty()) {
            codecs =
                    "{\"name\":\"sharding_indexed\",\"configuration\":{\"chunk_shape\":%s,\"codecs\":[%s],\"index_codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"little\"}}]}}"
                            .formatted(chunks, codecs);
        }
        String json =
                "{\"zarr_format\":3,\"node_type\":\"array\",\"shape\":[32,32],\"data_type\":\"string\",\"chunk_grid\":{\"name\":\"regular\",\"configuration\":{\"chunk_shape\":%s}},\"chunk_key_encoding\":{\"name\":\"default\"},\"fill_value\":\"\",\"codecs\":[%s]}"
                        .formatted(shards.isEmpty() ? chunks : shards, codecs);
        return V3ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), "test");
    }

    private static NaiveItems written(int itemBytes) {
        NaiveItems source = NaiveItems.inMemory(strings("[1,8]", ""));
        Random random = new Random(7);
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < ITEMS; i++) {
            byte[] item = new byte[itemBytes];
            random.nextBytes(item);
            values.add(item);
        }
        source.write(values, random);
        return source;
    }

    /** For items that are said to have a byte each. */
    private static Plan plan(NaiveItems source, ArrayMetadata destination, long maxBytes, int threads) {
        return Planner.plan(new PlanRequest(
                source.array.metadata(),
                destination,
                maxBytes,
                threads,
                EmptyChunks.KEEP,
                false,
                null,
                PlanRequest.Scratch.FILES,
                new Hints(0, -1, new ItemSizes(5, 8_000))));
    }

    private static Work run(Plan plan, NaiveItems source, NaiveItems destination, ElementSink sink) {
        return LocalRunner.run(
                plan,
                source.array,
                destination.array,
                RunOptions.of(Store.WriteMode.DIRECT).withElements(sink),
                RunListener.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"[16,1]; ''", "[8,1]; [16,16]", "[4,2]; [32,4]", "[2,2]; [8,32]", "[1,1]; [32,32]", "[32,1]; ''"})
    void regionThatOutgrowsItsRoomIsAssembledInParts(String chunks, String shards) {
        NaiveItems source = written(900);
        List<byte[]> values = source.read().values();
        Plan plan = plan(source, strings(chunks, shards), 1 << 23, 1);
        List<Work> done = new ArrayList<>();
        for (int threads : new int[] {1, 3, 8}) {
            Plan threaded = plan(source, strings(chunks, shards), 1 << 23, 1);
            NaiveItems destination = NaiveItems.inMemory(threaded.request().destination());
            DigestSum sum = new DigestSum(
                    source.array.metadata(),
                    CodecChain.of(source.array.metadata(), 0).layout());
            done.add(run(withThreads(threaded, threads), source, destination, sum));

            assertThat(destination.read().values()).containsExactlyElementsOf(values);
            assertThat(sum.digest()).isEqualTo(ContentDigest.of(destination.array, 1 << 24, 2, RunListener.NONE));
        }
        assertThat(done.get(0).reads()).isGreaterThan(plan.predicted().reads());
        assertThat(done.get(0).decodes()).isEqualTo(done.get(0).reads());
        assertThat(done.get(0).encodes()).isEqualTo(plan.predicted().encodes());
        assertThat(done.get(0).writes()).isEqualTo(plan.predicted().writes());
        assertThat(done).allMatch(work -> work.equals(done.get(0)));
    }

    /** The same regions on more threads, in more memory; a plan of its own would have others. */
    private static Plan withThreads(Plan plan, int threads) {
        PlanRequest request = plan.request().withMaxBytes(plan.peakBytes() + threads * plan.threadBytes());
        return new Plan(
                request,
                plan.strategy(),
                plan.method(),
                plan.reason(),
                plan.regionShape(),
                plan.sweepAxis(),
                plan.parts(),
                plan.regions(),
                plan.concurrentRegions(),
                threads,
                plan.threadBytes(),
                plan.slackBytes(),
                plan.shuffle(),
                plan.items(),
                plan.predicted(),
                plan.cost(),
                request.maxBytes(),
                plan.alternatives());
    }

    @Test
    void chunkThatOutgrowsItsRoomIsRefusedWithTheFigures() {
        NaiveItems source = written(900);
        Plan plan = plan(source, strings("[32,32]", ""), 1 << 23, 2);
        NaiveItems destination = NaiveItems.inMemory(plan.request().destination());
        assertThatThrownBy(() -> run(plan, source, destination, NoElements.SINK))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("chunk [0, 0] of the destination have " + ITEMS * 904 + " bytes")
                .hasMessageContaining("(-m)");
        assertThat(destination.stored()).isEmpty();
    }

    @Test
    void readChunkThatIsLargerThanItsRoomIsRefusedWithItsKey() {
        NaiveItems source = written(20_000);
        Plan plan = plan(source, strings("[32,1]", ""), 1 << 23, 2);
        NaiveItems destination = NaiveItems.inMemory(plan.request().destination());
        assertThatThrownBy(() -> run(plan, source, destination, NoElements.SINK))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("a/c/")
                .hasMessageContaining("larger than was to be expected")
                .hasMessageContaining("with this memory. Give more (-m)");
    }

    @Test
    void memoryThatHoldsNoChunkIsRefusedWithTheLeastThatDoes() {
        NaiveItems source = written(10);
        assertThatThrownBy(() -> plan(source, strings("[32,32]", ""), 1000, 1))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("1000 bytes of memory do not suffice")
                .satisfies(e -> {
                    long least = ((InfeasiblePlanException) e).leastBytes();
                    assertThat(plan(source, strings("[32,32]", ""), least, 1).peakBytes())
                            .isLessThanOrEqualTo(least);
                    assertThatThrownBy(() -> plan(source, strings("[32,32]", ""), least - 1, 1))
                            .isInstanceOf(InfeasiblePlanException.class);
                });
    }

    @Test
    void chunkOfMoreThanTwoGibibytesIsRefusedAndNeverWrappedAround() {
        ArrayMetadata metadata = strings("[32,32]", "");
        ItemSlots slots = Objects.requireNonNull(ItemSlots.of(metadata, metadata, CodecChain.of(metadata)));
        // Every slot tells of the same 1 MiB, so that 4 GiB need not be there.
        int itemBytes = (1 << 20) - 4;
        ByteBuffer one = ByteBuffer.allocate(8 + itemBytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(1)
                .putInt(itemBytes)
                .rewind();
        int count = (1 << 12) + 1;
        ByteBuffer unit = ByteBuffer.allocate(count * ItemForm.SLOT_BYTES);
        try (Workspace workspace = new Workspace()) {
            ByteBuffer slot = slots.of(one, 1, workspace);
            for (int i = 0; i < count; i++) {
                unit.put(i * ItemForm.SLOT_BYTES, slot, 0, ItemForm.SLOT_BYTES);
            }
            assertThatThrownBy(() -> slots.gather(
                            unit, new ChunkItems(one), ItemForm.MAX_CHUNK_BYTES, new long[] {3, 0}, workspace))
                    .isInstanceOf(InfeasiblePlanException.class)
                    .hasMessageContaining("Chunk [3, 0] of the destination would have " + (4L + ((long) count << 20))
                            + " bytes decoded; chunks of vlen-utf8 of at most " + ItemForm.MAX_CHUNK_BYTES);
        }
    }

    @Test
    void planRefusesChunksThatWouldBeTooLargeByAllThatIsKnown() {
        NaiveItems source = NaiveItems.inMemory(strings("[1,8]", ""));
        PlanRequest request = new PlanRequest(
                        source.array.metadata(),
                        strings("[32,32]", ""),
                        Long.MAX_VALUE / 2,
                        1,
                        EmptyChunks.KEEP,
                        false,
                        null)
                .withHints(new Hints(0, -1, new ItemSizes(3e6, 24_000_000)));
        assertThatThrownBy(() -> Planner.plan(request))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("would have about 3072000004 bytes decoded")
                .hasMessageContaining("Choose smaller chunks");
    }

    @Test
    void halvesAreCutBetweenShardsAndThenInTheOrderOfPositions() {
        IndexBox box = IndexBox.inCOrder(new long[] {2, 0}, new long[] {2, 12});
        List<IndexBox> halves = box.halves(new long[] {4, 4}, List.of(0, 1));
        assertThat(halves.get(0).count(1)).isEqualTo(4);
        assertThat(halves.get(1).origin(1)).isEqualTo(4);
        assertThat(halves.get(1).count(1)).isEqualTo(8);

        List<IndexBox> inside = halves.get(0).halves(new long[] {4, 4}, List.of(1, 0));
        assertThat(inside.get(0).count(1)).isEqualTo(2);
        assertThat(inside.get(1).origin(1)).isEqualTo(2);
        assertThat(inside.get(1).count(0)).isEqualTo(2);
    }
}
