package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.rechunk.RechunkRequest.Filters;
import io.rezarr.testkit.GoldenStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Multiples of 0.01 as int16, whose fill value is NaN. */
class FilteredRechunkTest {
    private static final GoldenStores STORES = GoldenStores.v2();

    @TempDir
    private Path directory;

    private Path source = Path.of("");
    private Path result = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        source = STORES.unpack("v2_filter_fixedscaleoffset_f4_i2", directory);
        result = directory.resolve("result");
        Path zarray = source.resolve(".zarray");
        Files.writeString(zarray, Files.readString(zarray).replace("\"fill_value\": null", "\"fill_value\": \"NaN\""));
    }

    private RechunkRequest request() {
        return RechunkRequest.of(source.toString(), result.toString()).withChunks("-1,-1");
    }

    @Test
    void paddingNeedNotBeTheFillValue() {
        DataSet.run(request().withChunks("7,5").withVerify(RechunkRequest.Verify.FULL));

        assertThat(DataSet.values(result)).isEqualTo(STORES.expectedBytes("v2_filter_fixedscaleoffset_f4_i2"));
    }

    @Test
    void anElementThatAFilterCannotKeepStopsTheRun() throws IOException {
        Files.delete(source.resolve("0.0"));

        assertThatThrownBy(() -> DataSet.run(request()))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("'fixedscaleoffset' cannot keep the element NaN")
                .hasMessageContaining("--filters none");
        assertThat(result).doesNotExist();
    }

    @Test
    void withoutFiltersEveryElementIsKept() throws IOException {
        Files.delete(source.resolve("0.0"));

        DataSet.run(request().withFilters(Filters.NONE).withVerify(RechunkRequest.Verify.FULL));

        assertThat(DataSet.values(result)).isEqualTo(DataSet.values(source));
        assertThat(((V2ArrayMetadata) DataSet.open(result).metadata()).filters())
                .isEmpty();
    }
}
