package io.rezarr.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.array.UnitGrid;
import io.rezarr.codec.CodecChain;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.execute.RandomMetadata;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private static final String ZLIB = "{\"id\":\"zlib\",\"level\":1}";
    private static final String GZIP = ",{\"name\":\"gzip\",\"configuration\":{\"level\":5}}";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void regionsHoldEveryUnitOnceAndTouchAsManyReadUnitsAsPredicted(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            RandomMetadata metadata = new RandomMetadata(random);
            long[] chunks = metadata.chunks();
            ArrayMetadata from = metadata.v2(metadata.chunks(), "0");
            ArrayMetadata to = metadata.v3(chunks, random.nextBoolean() ? new long[0] : metadata.related(chunks), "0");
            long maxBytes = 1L << (12 + random.nextInt(14));
            try {
                checkRegions(Planner.plan(request(from, to, maxBytes, 1 + random.nextInt(8), Strategy.DIRECT)));
            } catch (InfeasiblePlanException e) {
                assertThat(e).hasMessageContaining("at least");
            } catch (io.rezarr.error.InvalidMetadataException e) {
                // Shards that are smaller than their chunks: related() divides at times.
                assertThat(e).hasMessageContaining("chunk_shape");
            }
        }
    }

    private static void checkRegions(Plan plan) {
        Side from = side(plan.request().source());
        Side to = side(plan.request().destination());
        Set<Long> seen = new HashSet<>();
        long touches = 0;
        long regions = 0;
        for (IndexBox region : new RegionGrid(to, plan.regionShape(), plan.sweepAxis())) {
            regions++;
            long[] unit = new long[region.rank()];
            for (long i = 0; i < region.size(); i++) {
                region.indexOf(i, unit);
                assertThat(seen.add(to.units().number(unit)))
                        .as("%s", plan.describe())
                        .isTrue();
            }
            touches += touchesOf(region, from, to, plan.sweepAxis());
        }
        assertThat((long) seen.size()).isEqualTo(to.units().units());
        assertThat(touches).as("%s", plan.describe()).isEqualTo(plan.predicted().decodes());
        assertThat(regions).isEqualTo(plan.regions());
        assertThat(plan.peakBytes()).isLessThanOrEqualTo(plan.request().maxBytes());
    }

    private static long touchesOf(IndexBox region, Side from, Side to, int sweepAxis) {
        long touches = 1;
        for (int axis = 0; axis < region.rank(); axis++) {
            long begin = region.origin(axis) * to.unit(axis);
            long end = Math.min((region.origin(axis) + region.count(axis)) * to.unit(axis), to.extent(axis));
            // What straddles the beginning came from the region before.
            long first = axis == sweepAxis ? (begin + from.unit(axis) - 1) / from.unit(axis) : begin / from.unit(axis);
            touches *= (end - 1) / from.unit(axis) - first + 1;
        }
        return touches;
    }

    private static Side side(ArrayMetadata metadata) {
        return Side.of(metadata, CodecChain.of(metadata));
    }

    @Test
    void touchesAreASlowCount() {
        Random random = new Random(3);
        for (int i = 0; i < 3000; i++) {
            long extent = 1L + random.nextInt(100);
            long read = 1L + random.nextInt(30);
            long region = 1L + random.nextInt(40);
            long count = 0;
            for (long begin = 0; begin < extent; begin += region) {
                count += (Math.min(begin + region, extent) - 1) / read - begin / read + 1;
            }
            assertThat(Touches.along(extent, read, region))
                    .as("%d %d %d", extent, read, region)
                    .isEqualTo(count);
        }
    }

    @Test
    void alignedRegionsTouchEachReadUnitOnce() {
        assertThat(Touches.along(100, 10, 20)).isEqualTo(10);
    }

    @Test
    void aShardIsAssembledInPartsThatFollowOneAnother() {
        ArrayMetadata from = v2("[4096,4096]", "[64,4096]", "null", "0");
        ArrayMetadata to = v3("[4096,4096]", "[4096,4096]", "[64,64]", "", "0");
        Plan plan = Planner.plan(request(from, to, 32 << 20, 2, null));

        assertThat(plan.strategy()).isEqualTo(Strategy.DIRECT);
        assertThat(plan.predicted().decodes()).isEqualTo(64);
        assertThat(plan.peakBytes()).isLessThanOrEqualTo(32 << 20);
        assertThat(plan.regionShape().extent(1)).isEqualTo(4096);
    }

    @ParameterizedTest
    @CsvSource({
        "[100000000], [1], [100000000]",
        "[100000000], [1], [1000]",
        "[100000000], [100000000], [1]",
        "'[100000,100000]', '[10,10]', '[7,11]'",
        "'[1000,1000,1000,1000]', '[9,10,7,10]', '[8,5,13,10]'",
    })
    void aPlanOverHundredsOfMillionsOfChunksTakesNoTime(String shape, String chunks, String others) {
        ArrayMetadata from = v2(shape, chunks, ZLIB, "0");
        ArrayMetadata to = v2(shape, others, "null", "0");

        Assertions.assertThatCode(() -> Planner.plan(request(from, to, 2L << 30, 8, null)))
                .doesNotThrowAnyException();
        long start = System.nanoTime();
        Planner.plan(request(from, to, 2L << 30, 8, null));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void refusalNamesTheLeastMemoryThatWorks() {
        ArrayMetadata from = v2("[1000,1000]", "[1000,1]", "null", "0");
        ArrayMetadata to = v2("[1000,1000]", "[1,1000]", "null", "0");

        assertThatThrownBy(() -> Planner.plan(request(from, to, 1000, 4, null)))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("1000 bytes of memory do not suffice")
                .hasMessageContaining("at least")
                .hasMessageContaining("(-m ");
    }

    @Test
    void aChunkOverTwoGigabytesIsRefusedWithShardsAsTheRemedy() {
        ArrayMetadata from = v2("[4000000000]", "[1000]", "null", "0");
        ArrayMetadata to = v2("[4000000000]", "[4000000000]", "null", "0");

        assertThatThrownBy(() -> Planner.plan(request(from, to, 1L << 40, 1, null)))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("16000000000 bytes")
                .hasMessageContaining("shards");
    }

    @Test
    void chunksAreMovedInAndOutOfShardsWhereOnlyNamesDiffer() {
        ArrayMetadata chunks = v2("[100]", "[10]", "{\"id\":\"gzip\",\"level\":1}", "0");
        ArrayMetadata shards = v3("[100]", "[50]", "[10]", GZIP, "0");

        assertThat(methodOf(chunks, shards)).isEqualTo(Plan.Method.UNITS);
        assertThat(methodOf(shards, chunks)).isEqualTo(Plan.Method.UNITS);
        assertThat(methodOf(shards, shards)).isEqualTo(Plan.Method.UNITS);
    }

    @Test
    void aLevelThatWasAskedForIsNotMadeByMoving() {
        ArrayMetadata chunks = v2("[100]", "[10]", "{\"id\":\"gzip\",\"level\":1}", "0");
        ArrayMetadata shards = v3("[100]", "[50]", "[10]", GZIP, "0");
        PlanRequest given = new PlanRequest(chunks, shards, 1 << 26, 1, EmptyChunks.SKIP, true, null);

        assertThat(Planner.plan(given).method()).isEqualTo(Plan.Method.CODED);
    }

    @Test
    void chunksAreNotMovedWhereAbsentOnesWouldReadDifferently() {
        ArrayMetadata zero = v2("[100]", "[10]", "null", "0");
        ArrayMetadata one = v2("[100]", "[10]", "null", "1");
        ArrayMetadata undefined = v2("[100]", "[10]", "null", "null");
        ArrayMetadata negativeZero = v2("[100]", "[10]", "null", "-0.0");

        assertThat(methodOf(zero, one)).isEqualTo(Plan.Method.CODED);
        assertThat(methodOf(zero, negativeZero)).isEqualTo(Plan.Method.CODED);
        assertThat(methodOf(zero, undefined)).isEqualTo(Plan.Method.CODED);
        assertThat(methodOf(undefined, zero)).isEqualTo(Plan.Method.UNITS);
        assertThat(methodOf(undefined, undefined)).isEqualTo(Plan.Method.UNITS);
    }

    @Test
    void chunksAreNotMovedWhereAbsentOnesShallBeWritten() {
        ArrayMetadata chunks = v2("[100]", "[10]", "null", "0");
        PlanRequest request = new PlanRequest(chunks, chunks, 1 << 26, 1, EmptyChunks.WRITE, false, null);

        assertThat(Planner.plan(request).method()).isEqualTo(Plan.Method.CODED);
    }

    @Test
    void zlibBecomesGzipWithoutCompressingAgain() {
        ArrayMetadata zlib = v2("[100]", "[10]", ZLIB, "0");
        ArrayMetadata gzip = v3("[100]", "[50]", "[10]", GZIP, "0");

        assertThat(methodOf(zlib, gzip)).isEqualTo(Plan.Method.REWRAP);
    }

    @Test
    void chunksOfACodecThatIsNotKnownAreCopiedAndNothingElse() {
        ArrayMetadata unknown = v2("[100]", "[10]", "{\"id\":\"frobnicate\"}", "0");

        assertThat(methodOf(unknown, unknown)).isEqualTo(Plan.Method.VALUES);
        assertThatThrownBy(() -> methodOf(unknown, v2("[100]", "[20]", "{\"id\":\"frobnicate\"}", "0")))
                .isInstanceOf(io.rezarr.error.UnsupportedFeatureException.class)
                .hasMessageContaining("frobnicate");
    }

    @Test
    void aStrategyThatIsNotPossibleSaysWhy() {
        ArrayMetadata from = v2("[100]", "[10]", "null", "0");
        ArrayMetadata to = v2("[100]", "[20]", "null", "0");

        assertThatThrownBy(() -> Planner.plan(request(from, to, 1 << 26, 1, Strategy.PASS_THROUGH)))
                .hasMessageContaining("(10) become (20)");
        assertThatThrownBy(() -> Planner.plan(request(from, to, 1 << 26, 1, Strategy.RECODE)))
                .hasMessageContaining("(10) become (20)");
    }

    @Test
    void anEmptyArrayNeedsNoWork() {
        ArrayMetadata from = v2("[0,5]", "[10,1]", "null", "0");
        Plan plan = Planner.plan(request(from, v2("[0,5]", "[1,5]", "null", "0"), 1 << 26, 1, null));

        assertThat(plan.predicted()).isEqualTo(Work.NONE);
        assertThat(plan.regions()).isZero();
    }

    @Test
    void lessMemoryThanForAllThreadsMeansFewerThreads() {
        ArrayMetadata from = v2("[4000000]", "[1000000]", "null", "0");
        ArrayMetadata to = v2("[4000000]", "[500000]", "null", "0");
        Plan plan = Planner.plan(request(from, to, 64 << 20, 64, null));

        assertThat(plan.threads()).isBetween(1, 63);
        assertThat(plan.peakBytes()).isLessThanOrEqualTo(64 << 20);
    }

    private static Plan.Method methodOf(ArrayMetadata from, ArrayMetadata to) {
        return Planner.plan(request(from, to, 1 << 26, 1, null)).method();
    }

    private static PlanRequest request(
            ArrayMetadata from, ArrayMetadata to, long maxBytes, int threads, @Nullable Strategy strategy) {
        return new PlanRequest(from, to, maxBytes, threads, EmptyChunks.SKIP, false, strategy);
    }

    static ArrayMetadata v2(String shape, String chunks, String compressor, String fill) {
        return V2ArrayMetadata.parse(
                json(
                        "{\"zarr_format\":2,\"shape\":%s,\"chunks\":%s,\"dtype\":\"<f4\",\"fill_value\":%s,\"order\":\"C\",\"filters\":null,\"compressor\":%s}"
                                .formatted(shape, chunks, fill, compressor)),
                null,
                "test");
    }

    static ArrayMetadata v3(String shape, String shards, String chunks, String compressor, String fill) {
        String codecs =
                "{\"name\":\"sharding_indexed\",\"configuration\":{\"chunk_shape\":%s,\"codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"little\"}}%s],\"index_codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"little\"}},{\"name\":\"crc32c\"}]}}"
                        .formatted(chunks, compressor);
        return V3ArrayMetadata.parse(
                json(
                        "{\"zarr_format\":3,\"node_type\":\"array\",\"shape\":%s,\"data_type\":\"float32\",\"chunk_grid\":{\"name\":\"regular\",\"configuration\":{\"chunk_shape\":%s}},\"chunk_key_encoding\":{\"name\":\"default\"},\"fill_value\":%s,\"codecs\":[%s]}"
                                .formatted(shape, shards, fill, codecs)),
                "test");
    }

    private static JsonObject json(String text) {
        return Json.parseObject(StandardCharsets.UTF_8.encode(text), "test");
    }

    @Test
    void gridsOfUnitsAreThoseOfTheArray() {
        Side side = side(v3("[100]", "[50]", "[10]", "", "0"));

        assertThat(side.units()).isEqualTo(new UnitGrid(side.chunks().arrayShape(), io.rezarr.metadata.Shape.of(10)));
        assertThat(side.isSharded()).isTrue();
        assertThat(side.unitsPerChunk()).containsExactly(5);
    }
}
