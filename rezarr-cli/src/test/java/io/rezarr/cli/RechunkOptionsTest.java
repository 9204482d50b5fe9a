package io.rezarr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.rechunk.RechunkRequest;
import io.rezarr.rechunk.RechunkRequest.Consolidate;
import io.rezarr.rechunk.RechunkRequest.Existing;
import io.rezarr.rechunk.RechunkRequest.Filters;
import io.rezarr.rechunk.RechunkRequest.InPlace;
import io.rezarr.rechunk.RechunkRequest.Verify;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class RechunkOptionsTest {
    private static RechunkRequest request(String... args) {
        List<String> all = new ArrayList<>(List.of("rechunk"));
        all.addAll(Arrays.asList(args));
        String[] line = all.toArray(new String[0]);
        CommandLine.ParseResult parsed = CommandModel.forArguments(line).parseArgs(line);
        return ((RechunkCommand) parsed.subcommand().commandSpec().userObject()).request();
    }

    @Test
    void withoutOptionsEverythingIsKept() {
        RechunkRequest request = request("a.zarr", "b.zarr");
        assertThat(request.source()).isEqualTo("a.zarr");
        assertThat(request.destination()).isEqualTo("b.zarr");
        assertThat(request.chunks()).isEmpty();
        assertThat(request.shards()).isEmpty();
        assertThat(request.codec()).isNull();
        assertThat(request.filters()).isEqualTo(Filters.KEEP);
        assertThat(request.format()).isNull();
        assertThat(request.separator()).isNull();
        assertThat(request.dimensionNames()).isNull();
        assertThat(request.fillValue()).isNull();
        assertThat(request.emptyChunks()).isEqualTo(EmptyChunks.SKIP);
        assertThat(request.existing()).isEqualTo(Existing.REFUSE);
        assertThat(request.inPlace()).isEqualTo(InPlace.NO);
        assertThat(request.verify()).isEqualTo(Verify.NONE);
        assertThat(request.consolidate()).isEqualTo(Consolidate.AUTO);
        assertThat(request.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(request.maxBytes()).isPositive();
        assertThat(request.fsync()).isFalse();
    }

    @Test
    void everyOptionArrives() {
        RechunkRequest request = request(
                "--chunks=time=-1",
                "-c",
                "tas:time=1",
                "-s",
                "x8",
                "--codec",
                "blosc:zstd:3",
                "--filters",
                "none",
                "--format",
                "v3",
                "--array",
                "g/tas",
                "--skip",
                "g/*",
                "--separator",
                "/",
                "--dimension-names",
                "time,lat",
                "--fill-value",
                "NaN",
                "--empty-chunks",
                "write",
                "--source-format",
                "v2",
                "--overwrite",
                "--resume",
                "--verify",
                "written",
                "--consolidate",
                "no",
                "-m",
                "1.5GiB",
                "-j",
                "3",
                "--fsync",
                "a",
                "b");
        assertThat(request.chunks()).containsExactly("time=-1", "tas:time=1");
        assertThat(request.shards()).containsExactly("x8");
        assertThat(request.codec()).isEqualTo("blosc:zstd:3");
        assertThat(request.filters()).isEqualTo(Filters.NONE);
        assertThat(request.format()).isEqualTo(ZarrFormat.V3);
        assertThat(request.arrays()).containsExactly("g/tas");
        assertThat(request.skip()).containsExactly("g/*");
        assertThat(request.separator()).isEqualTo('/');
        assertThat(request.dimensionNames()).containsExactly("time", "lat");
        assertThat(request.fillValue()).isEqualTo("NaN");
        assertThat(request.emptyChunks()).isEqualTo(EmptyChunks.WRITE);
        assertThat(request.sourceFormat()).isEqualTo(ZarrFormat.V2);
        assertThat(request.existing()).isEqualTo(Existing.OVERWRITE);
        assertThat(request.resume()).isTrue();
        assertThat(request.verify()).isEqualTo(Verify.WRITTEN);
        assertThat(request.consolidate()).isEqualTo(Consolidate.NO);
        assertThat(request.maxBytes()).isEqualTo(3L << 29);
        assertThat(request.threads()).isEqualTo(3);
        assertThat(request.fsync()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "-1,18", "10,-1", "time=-1,...=16MiB", "auto:16MiB", "keep", "*:keep", "@x"})
    void chunkSpecsPassThroughAsTheyAre(String spec) {
        assertThat(request("a", "b", "-c", spec).chunks()).containsExactly(spec);
        assertThat(request("a", "b", "--chunks=" + spec).chunks()).containsExactly(spec);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "-Infinity", "", "\"NaN\"", "0x7fc00000", "[1, 2]", "a b"})
    void fillValuesPassThroughAsTheyAre(String value) {
        assertThat(request("a", "b", "--fill-value", value).fillValue()).isEqualTo(value);
    }

    @Test
    void jsonCodecsPassThroughAsTheyAre() {
        String json = "{\"id\": \"zstd\", \"level\": 3}";
        assertThat(request("a", "b", "-z", json).codec()).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource({"4096,4096", "4KB,4000", "4KiB,4096", "64mb,64000000", "2GiB,2147483648", "1.5k,1536"})
    void memoryIsASizeWithAUnit(String text, long bytes) {
        assertThat(request("a", "b", "-m", text).maxBytes()).isEqualTo(bytes);
        assertThat(request("a", "b", "-m" + text).maxBytes()).isEqualTo(bytes);
        assertThat(request("a", "b", "--max-memory=" + text).maxBytes()).isEqualTo(bytes);
        assertThat(request("a", "b", "-nm", text).maxBytes()).isEqualTo(bytes);
    }

    @Test
    void inPlaceSwapsIsVerifiedAndMayKeepABackup() {
        RechunkRequest swap = request("a", "--in-place");
        assertThat(swap.destination()).isNull();
        assertThat(swap.inPlace()).isEqualTo(InPlace.SWAP);
        assertThat(swap.verify()).isEqualTo(Verify.WRITTEN);
        assertThat(request("a", "--in-place", "--keep-backup").inPlace()).isEqualTo(InPlace.SWAP_KEEP_BACKUP);
    }

    @Test
    void outputStandsBesideTheOldArray() {
        RechunkRequest beside = request("a", "--in-place", "--array", "tas", "--output", "tas_1");
        assertThat(beside.inPlace()).isEqualTo(InPlace.BESIDE);
        assertThat(beside.outputName()).isEqualTo("tas_1");
        assertThat(beside.verify()).isEqualTo(Verify.WRITTEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a                                           | DST is missing",
                "                                            | SRC",
                "a b c                                       | c",
                "a b --in-place                              | --in-place takes no DST, found 'b'",
                "a b --keep-backup                           | --keep-backup needs --in-place: out of place the source stays as it is",
                "a b --output x                              | --output needs --in-place",
                "a --in-place --output x                     | exactly one --array, found 0",
                "a --in-place --array x --array y --output z | exactly one --array, found 2",
                "a --in-place --array x --output y/z         | without '/'",
                "a --in-place --array x --output ..          | without '/'",
                "a --in-place --array x --output y --keep-backup | --keep-backup does not go with --output",
                "a --in-place --overwrite                    | --overwrite is about DST; in place the source is replaced anyway",
                "a --in-place --array x --output y --overwrite | --overwrite does not go with --output",
                "a --in-place --verify none                  | --verify none does not go in place: what replaces the source is",
                "a --in-place --array x --output y --verify none | --verify none does not go in place",
                "a b --verify some                           | 'some' is none of none, written, full",
                "a b --empty-chunks drop                     | 'drop' is none of skip, write, keep",
                "a b --consolidate maybe                     | 'maybe' is none of auto, yes, no",
                "a b --format v4                             | 'v4' is none of v2, v3",
                "a b --source-format 2                       | '2' is none of v2, v3",
                "a b --progress dots                         | 'dots' is none of auto, bar, plain, json, none",
                "a b --separator -                           | must be '.' or '/'",
                "a b -j 0                                    | --threads 0: must be at least 1",
                "a b -j many                                 | many",
                "a b -m 12parsecs                            | '12parsecs' is no size",
                "a b -m 0                                    | '0' is no size",
                "a b -m                                      | --max-memory",
                "a b -q -v                                   | --quiet and --verbose exclude each other",
                "a b --scratch                               | --scratch",
                "a b --chunk-size 3                          | --chunk-size",
                "a b --format v2 --format v3                 | --format",
            })
    void wrongUseIsRefusedWithTheReason(String args, String reason) {
        String[] line = args == null ? new String[0] : args.split(" ");
        assertThatThrownBy(() -> request(line))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(reason);
    }
}
