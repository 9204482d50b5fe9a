package io.rezarr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.plan.Work;
import io.rezarr.rechunk.RechunkListener.Phase;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final Work WORK =
            new Work(318, 0, 318, 40, 0, 0, 4, 1_200_000_000, 2_000_000_000, 310_000_000, 0, 0);
    private static final ProgressLines.Moment MOMENT =
            new ProgressLines.Moment(Phase.WRITE, "tas", WORK, 318, 512, 1.0, 1503238553);

    @Test
    void barShowsUnitsRatesMemoryAndRemainingTime() {
        ProgressLines bar = ProgressLines.of(ProgressStyle.BAR, 2L << 30, 200);
        assertThat(bar.line(MOMENT))
                .isEqualTo("tas  318/512 (62 %)  read 1.2 GB/s  write 310 MB/s  mem 1.4 GiB / 2.0 GiB  ETA 0:01");
        assertThat(bar.isRedrawn()).isTrue();
    }

    @Test
    void barNeverWrapsTheLine() {
        assertThat(ProgressLines.of(ProgressStyle.BAR, 2L << 30, 40).line(MOMENT))
                .hasSize(39);
    }

    @Test
    void verificationIsNamed() {
        var moment = new ProgressLines.Moment(Phase.VERIFY, "", WORK, 1, 2, 1.0, 0);
        assertThat(ProgressLines.of(ProgressStyle.PLAIN, 1, 80).line(moment))
                .startsWith("array  verify  1/2 (50 %)")
                .doesNotContain("write");
    }

    @Test
    void whatCountsNoBytesShowsNoRates() {
        var moment = new ProgressLines.Moment(Phase.WRITE, "level 0 assemble", Work.NONE, 1, 2, 1.0, 0);
        assertThat(ProgressLines.of(ProgressStyle.PLAIN, 1, 80).line(moment))
                .isEqualTo("level 0 assemble  1/2 (50 %)  mem 0 B / 1 B  ETA 0:01");
    }

    @Test
    void jsonLinesAreOneObjectEach() {
        ProgressLines json = ProgressLines.of(ProgressStyle.JSON, 1, 80);
        assertThat(json.line(MOMENT)).doesNotContain("\n").contains("\"event\"", "\"progress\"", "\"total_units\"");
        assertThat(json.note("a \"b\"")).doesNotContain("\n").contains("\"note\"", "a \\\"b\\\"");
    }

    @Test
    void notesComeAtOnceAndQuietDropsThem() {
        RecordedConsole console = new RecordedConsole();
        ProgressLines lines = ProgressLines.of(ProgressStyle.PLAIN, 1, 80);
        try (var display = new ProgressDisplay(lines, console.console(), new Interruption(), false, false)) {
            display.note("fill value null becomes 0");
        }
        try (var quiet = new ProgressDisplay(lines, console.console(), new Interruption(), true, false)) {
            quiet.note("unseen");
        }
        assertThat(console.err()).isEqualTo("rezarr: fill value null becomes 0" + System.lineSeparator());
        assertThat(console.out()).isEmpty();
    }

    @Test
    void barIsDrawnAndWipedAtTheEnd() throws InterruptedException {
        RecordedConsole console = new RecordedConsole();
        ProgressLines bar = ProgressLines.of(ProgressStyle.BAR, 1 << 20, 80);
        try (var display = new ProgressDisplay(bar, console.console(), new Interruption(), false, false)) {
            display.phase(Phase.WRITE, "tas", 0, 1);
            display.progress("tas", WORK, 1, 4);
            for (int wait = 0; wait < 100 && console.err().isEmpty(); wait++) {
                Thread.sleep(20);
            }
        }
        assertThat(console.err()).contains("\rtas  1/4 (25 %)").endsWith(" \r");
    }

    @Test
    void interruptionReachesTheRun() {
        Interruption interruption = new Interruption();
        ProgressLines lines = ProgressLines.of(ProgressStyle.NONE, 1, 80);
        try (var display = new ProgressDisplay(lines, new RecordedConsole().console(), interruption, false, false)) {
            assertThat(display.isCancelled()).isFalse();
            interruption.request();
            assertThat(display.isCancelled()).isTrue();
        }
    }
}
