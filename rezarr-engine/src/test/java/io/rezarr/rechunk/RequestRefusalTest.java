package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.RezarrException;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.rechunk.RechunkRequest.Existing;
import io.rezarr.rechunk.RechunkRequest.InPlace;
import io.rezarr.rechunk.RechunkRequest.Verify;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that contradict themselves or the source: what is wrong, what there is, and what to do. */
@SuppressWarnings("NullAway.Init") // set before each test
class RequestRefusalTest {
    @TempDir
    private Path directory;

    private DataSet set;

    @BeforeEach
    void write() {
        set = DataSet.write(directory.resolve("in.zarr"), ZarrFormat.V2);
    }

    private void refused(RechunkRequest request, Class<? extends RezarrException> type, String... parts) {
        assertThatThrownBy(() -> Rechunk.prepare(request))
                .isInstanceOf(type)
                .message()
                .contains(parts);
        assertThat(DataSet.children(directory)).containsExactly("in.zarr");
    }

    /** A change of a request to another place, and what the message says. */
    record Wrong(UnaryOperator<RechunkRequest> change, List<String> parts) {
        Wrong(UnaryOperator<RechunkRequest> change, String... parts) {
            this(change, List.of(parts));
        }

        @Override
        public String toString() {
            return parts.get(0);
        }
    }

    static Stream<Wrong> wrongRequests() {
        return Stream.of(
                new Wrong(
                        r -> r.withDestination(null), "DST is missing: name where the result goes, or say --in-place"),
                new Wrong(r -> r.withDestination("ftp://bucket/x"), "the destination 'ftp://bucket/x' is a URL"),
                new Wrong(r -> r.withDestination(""), "the destination is empty"),
                new Wrong(r -> r.withDestination("a\0b"), "the destination 'a", "is no path"),
                new Wrong(r -> r.withArrays("ta"), "--array ta: no such array", "there are g/deep, lat, series"),
                new Wrong(r -> r.withArrays("g"), "--array g: no such array"),
                new Wrong(r -> r.withChunks("x*:1"), "no array matches 'x*'", "there are g/deep"),
                new Wrong(r -> r.withShards("x*:1"), "no array matches 'x*'", "--shards"),
                new Wrong(r -> r.withChunks("tme=1"), "no dimension is named tme", "lat, point, time, x, y"),
                new Wrong(
                        r -> r.withFormat(ZarrFormat.V3).withShards("tme=1"), "--shards tme=1: no dimension is named"),
                new Wrong(r -> r.withChunks("1,2,3"), "--chunks 1,2,3 fits none of the arrays", "tas(10, 7)"),
                new Wrong(
                        r -> r.withFormat(ZarrFormat.V3).withShards("1,2,3"), "--shards 1,2,3 fits none of the arrays"),
                new Wrong(r -> r.withArrays("tas").withChunks("5"), "names 1 axes", "(10, 7)", "2"),
                new Wrong(r -> r.withChunks("tas:5"), "'tas': --chunks 5 names 1 axes"),
                new Wrong(r -> r.withChunks("0"), "an extent of 0 is not possible"),
                new Wrong(r -> r.withChunks("lat=many"), "'many' is no extent"),
                new Wrong(r -> r.withChunks("lat=1,lat=2"), "each name once"),
                new Wrong(r -> r.withShards("x0"), "'x0' is no extent"),
                new Wrong(r -> r.withCodec("brotli"), "'brotli' is not known", "zstd"),
                new Wrong(r -> r.withCodec("zstd:99"), "level 99 is not between"),
                new Wrong(r -> r.withCodec("zstd:1:2"), "'2' is one part too many"),
                new Wrong(r -> r.withFillValue("1"), "--fill-value is for one array, not 5", "--array"),
                new Wrong(r -> r.withDimensionNames(List.of("a")), "--dimension-names is for one array, not 5"),
                new Wrong(
                        r -> r.withArrays("tas").withDimensionNames(List.of("a")),
                        "gives 1 names",
                        "(10, 7) has 2 axes"),
                new Wrong(
                        r -> r.withArrays("g/deep").withFillValue("300"),
                        "--fill-value 300 does not fit the data type"));
    }

    @ParameterizedTest
    @MethodSource("wrongRequests")
    void whatIsWrongIsNamed(Wrong wrong) {
        refused(
                wrong.change().apply(set.to("out.zarr")),
                InvalidRequestException.class,
                wrong.parts().toArray(String[]::new));
    }

    @Test
    void inPlaceHasItsLimits() {
        RechunkRequest request = RechunkRequest.inPlace(set.root().toString());
        refused(
                request.withSkip("tas"),
                InvalidRequestException.class,
                "--skip does not go with --in-place",
                "PATH:keep");
        refused(
                request.withInPlace(InPlace.BESIDE).withOutputName("x"),
                InvalidRequestException.class,
                "--output names one array",
                "--array");
        refused(
                RechunkRequest.inPlace(set.path("g").toString()).withFormat(ZarrFormat.V3),
                RefusedException.class,
                "is in a group of Zarr",
                "leave --format away");
        set.text("g", "README.md", "mine");
        refused(request, RefusedException.class, "'g/README.md'", "would be lost", "--array");
        refused(
                request.withArrays("tas").withInPlace(InPlace.BESIDE),
                InvalidRequestException.class,
                "--output is missing: name the new array");
        RechunkRequest beside = request.withInPlace(InPlace.BESIDE).withOutputName("x");
        refused(beside.withArrays("tas", "lat"), InvalidRequestException.class, "--output names one array, but 2");
        refused(beside.withArrays("tas").withOutputName("tas"), RefusedException.class, "are the same");
        refused(beside.withArrays("tas").withOutputName("lat"), RefusedException.class, "exists already");
    }

    @Test
    void partsThatContradictEachOtherAreRefusedWhereTheyComeTogether() {
        RechunkRequest there = RechunkRequest.of("a", "b");
        RechunkRequest inPlace = RechunkRequest.inPlace("a");
        RechunkRequest beside = inPlace.withInPlace(InPlace.BESIDE);
        assertThat(inPlace.verify()).isEqualTo(Verify.WRITTEN);
        assertThat(beside.withExisting(Existing.OVERWRITE).withOutputName("x").outputName())
                .isEqualTo("x");
        refusedAtOnce(
                () -> there.withInPlace(InPlace.SWAP), "--in-place takes no DST, found 'b'; leave out one of them");
        refusedAtOnce(() -> inPlace.withDestination("b"), "--in-place takes no DST, found 'b'; leave out one of them");
        for (InPlace swap : List.of(InPlace.SWAP, InPlace.SWAP_KEEP_BACKUP)) {
            refusedAtOnce(
                    () -> inPlace.withInPlace(swap).withExisting(Existing.OVERWRITE),
                    "--overwrite is about DST; in place the source is replaced anyway");
        }
        for (RechunkRequest request : List.of(inPlace, beside)) {
            refusedAtOnce(
                    () -> request.withVerify(Verify.NONE),
                    "--verify none does not go in place: what replaces the source is always verified");
        }
        for (RechunkRequest request : List.of(there, inPlace)) {
            refusedAtOnce(
                    () -> request.withOutputName("x"),
                    "--output needs --in-place: it names the new array beside the old one; out of place DST says where"
                            + " the result goes");
        }
        for (String name : List.of("", "a/b", "a\\b", ".hidden", "..")) {
            refusedAtOnce(
                    () -> beside.withOutputName(name),
                    "--output '" + name + "' must be a single name, without '/' and not beginning with a dot: the new"
                            + " array stands beside the old one");
        }
        refusedAtOnce(() -> there.withThreads(0), "threads (0) and memory (1073741824 bytes) must be at least 1");
        refusedAtOnce(
                () -> there.withThreads(1).withMaxBytes(0), "threads (1) and memory (0 bytes) must be at least 1");
    }

    private static void refusedAtOnce(ThrowingCallable change, String message) {
        assertThatThrownBy(change).isInstanceOf(InvalidRequestException.class).hasMessage(message);
    }

    @Test
    void placeIsSaidAfterwards() {
        assertThat(RechunkRequest.of("a").withDestination("b")).isEqualTo(RechunkRequest.of("a", "b"));
        assertThat(Rechunk.plan(RechunkRequest.of(set.root().toString()), note -> {}))
                .hasSize(5);
        refused(
                RechunkRequest.of(set.root().toString()),
                InvalidRequestException.class,
                "DST is missing: name where the result goes, or say --in-place");
    }

    @Test
    void arrayOptionOnAnArrayIsExplained() {
        refused(
                RechunkRequest.of(
                                set.path("tas").toString(),
                                directory.resolve("out.zarr").toString())
                        .withArrays("tas"),
                InvalidRequestException.class,
                "--array tas",
                "is an array itself");
    }

    @Test
    void specThatDoesNotFitTheOnlyArrayOfAGroupIsNotIgnored() {
        refused(
                set.to("out.zarr").withSkip("g", "lat", "series", "time").withChunks("5"),
                InvalidRequestException.class,
                "--chunks 5 fits none of the arrays tas(10, 7)");
    }

    @Test
    void arrayThatIsAlsoSkippedIsExplained() {
        refused(
                set.to("out.zarr").withArrays("tas").withSkip("t*"),
                InvalidRequestException.class,
                "--array tas",
                "--skip");
    }

    @Test
    void placesThatAreNestedAreRefused() {
        refused(set.to("in.zarr"), RefusedException.class, "are the same");
        refused(set.to("in.zarr/x"), RefusedException.class, "is inside the source");
        refused(
                RechunkRequest.of(set.path("tas").toString(), set.root().toString())
                        .withExisting(Existing.OVERWRITE),
                RefusedException.class,
                "is inside the destination");
    }

    @Test
    void shardsNeedV3AndWholeChunks() {
        refused(set.to("out.zarr").withShards("tas:x2"), RefusedException.class, "'tas'", "Zarr v2 has no shards");
        refused(
                set.to("out.zarr").withFormat(ZarrFormat.V3).withShards("tas:5,5"),
                RefusedException.class,
                "'tas'",
                "are no multiples of the chunks (3, 4)",
                "--shards 6,4");
    }
}
