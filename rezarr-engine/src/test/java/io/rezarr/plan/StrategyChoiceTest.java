package io.rezarr.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.execute.SmallMetadata;
import io.rezarr.metadata.ArrayMetadata;
import org.junit.jupiter.api.Test;

class StrategyChoiceTest {
    private static final String BLOSC =
            "{\"id\":\"blosc\",\"cname\":\"lz4\",\"clevel\":5,\"shuffle\":1,\"blocksize\":0}";

    private static Plan plan(ArrayMetadata from, ArrayMetadata to, long maxBytes) {
        return Planner.plan(request(from, to, maxBytes));
    }

    private static PlanRequest request(ArrayMetadata from, ArrayMetadata to, long maxBytes) {
        return new PlanRequest(from, to, maxBytes, 2, EmptyChunks.SKIP, false, null);
    }

    private static final ArrayMetadata STEPS = SmallMetadata.v2("[1460,360,720]", "[1,360,720]", BLOSC, "0");
    private static final ArrayMetadata SERIES = SmallMetadata.v2("[1460,360,720]", "[1460,18,36]", BLOSC, "0");

    @Test
    void everyChunkIsDecodedOnceWhateverTheMemory() {
        for (long maxBytes : new long[] {64 << 20, 128 << 20, 4L << 30}) {
            assertThat(plan(STEPS, SERIES, maxBytes).predicted().decodes()).isEqualTo(1460);
        }
        assertThat(plan(STEPS, SERIES, 64 << 20).strategy()).isEqualTo(Strategy.SHUFFLE);
        assertThat(plan(STEPS, SERIES, 4L << 30).strategy()).isEqualTo(Strategy.DIRECT);
    }

    @Test
    void withoutAPlaceForScratchFilesChunksAreDecodedAgain() {
        Plan plan = Planner.plan(request(STEPS, SERIES, 64 << 20).withScratch(PlanRequest.Scratch.NONE));

        assertThat(plan.strategy()).isEqualTo(Strategy.DIRECT);
        assertThat(plan.predicted().decodes()).isGreaterThan(1460);
        assertThat(plan.predicted().bytesScratch()).isZero();
    }

    @Test
    void theOtherPlanIsToldWithItsCost() {
        Plan plan = plan(STEPS, SERIES, 64 << 20);

        assertThat(plan.reason()).contains("scratch files cost less than what would be decoded again");
        assertThat(plan.alternatives()).singleElement().satisfies(other -> {
            assertThat(other.strategy()).isEqualTo(Strategy.DIRECT);
            assertThat(other.cost().seconds()).isGreaterThan(plan.cost().seconds());
        });
    }

    @Test
    void partsOfSeveralShardsAreWrittenSideBySide() {
        ArrayMetadata shards = SmallMetadata.v3("[1460,360,720]", "[1460,180,360]", "[365,18,36]");

        Plan plan = plan(STEPS, shards, 1L << 30);

        // Four slabs of 365 steps, each a quarter of all four shards: nothing is decoded twice.
        assertThat(plan.regionShape().toArray()).containsExactly(365, 360, 720);
        assertThat(plan.predicted().decodes()).isEqualTo(1460);
        assertThat(plan.peakBytes()).isLessThan(900 << 20);
    }

    @Test
    void whatStraddlesTwoRegionsIsDecodedOnce() {
        ArrayMetadata from = SmallMetadata.v2("[1024,1024,1024]", "[64,64,64]", BLOSC, "0");
        ArrayMetadata to = SmallMetadata.v2("[1024,1024,1024]", "[100,100,100]", BLOSC, "0");

        Plan plan = plan(from, to, 1L << 30);

        assertThat(plan.sweepAxis()).isNotNegative();
        assertThat(plan.predicted().decodes()).isLessThan(4096 * 11 / 10);
        assertThat(plan.concurrentRegions()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void onlyTheBlocksThatARegionNeedsAreDecoded() {
        PlanRequest whole = request(STEPS, SERIES, 1L << 30).withStrategy(Strategy.DIRECT);
        long blockBytes = 128 << 10;
        Plan inParts = Planner.plan(whole.withHints(new Hints(blockBytes, 400_000)));

        assertThat(inParts.parts()).isNotNull();
        assertThat(inParts.predicted().bytesDecoded())
                .isLessThan(Planner.plan(whole).predicted().bytesDecoded());
        assertThat(inParts.predicted().bytesRead())
                .isEqualTo(inParts.predicted().reads() * 400_000);
    }

    @Test
    void theLeastMemoryIsToldAndWorks() {
        long least = Planner.leastBytes(request(STEPS, SERIES, 1L << 30));

        assertThat(plan(STEPS, SERIES, least).peakBytes()).isLessThanOrEqualTo(least);
        assertThatThrownBy(() -> plan(STEPS, SERIES, least / 2))
                .isInstanceOfSatisfying(
                        InfeasiblePlanException.class,
                        e -> assertThat(e.leastBytes()).isEqualTo(least));
    }

    @Test
    void aPlanIsKeptWhenItsMemoryIsAllThereIs() {
        for (long maxBytes = 20 << 20; maxBytes < 4L << 30; maxBytes = maxBytes * 3 / 2) {
            Plan plan = plan(STEPS, SERIES, maxBytes);
            assertThat(plan.peakBytes()).isLessThanOrEqualTo(maxBytes);
            assertThat(plan(STEPS, SERIES, plan.peakBytes()).peakBytes()).isLessThanOrEqualTo(plan.peakBytes());
        }
    }
}
