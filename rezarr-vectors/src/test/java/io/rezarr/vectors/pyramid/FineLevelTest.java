package io.rezarr.vectors.pyramid;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.JsonObject;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.pyramid.PyramidOptions.Aggregate;
import io.rezarr.vectors.rechunk.RunContext;
import io.rezarr.vectors.rechunk.VectorRunListener;
import io.rezarr.vectors.rechunk.VectorRunOptions;
import io.rezarr.vectors.write.AttributeColumns;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FineLevelTest {
    /** Sums of sixteen bytes for each of ten attributes of one byte; places of values in their order. */
    @ParameterizedTest
    @CsvSource({"MEAN, 160", "FIRST, 40", "MODE, 280"})
    void whatAChunkTakesHasThePartialResultsOfManyNarrowAttributes(Aggregate how, int bytesPerRow) {
        AttributeFormat format =
                new AttributeFormat("t", Objects.requireNonNull(Numbers.type("uint8")), 1, JsonObject.EMPTY);
        List<AttributeMerge> ten = Collections.nCopies(10, AttributeMerge.of(new AttributeColumns(format, 1), how));
        VectorLevel zero = ZvfStores.open(ZvfStores.copyOf("09/streamlines")).level(0);
        try (RunContext context =
                new RunContext(VectorRunOptions.of(64 << 20, 1), VectorRunListener.NONE, Long.MAX_VALUE)) {
            FineLevel fine = new FineLevel(context, zero, WorldVector.of(8, 8, 8));
            int rows = IntStream.range(0, fine.source().chunks().size())
                    .map(fine.source()::rows)
                    .max()
                    .orElseThrow();
            assertThat(rows).isPositive();
            assertThat(fine.chunkBytes(ten) - fine.chunkBytes(List.of())).isEqualTo((long) rows * bytesPerRow);
        }
    }
}
