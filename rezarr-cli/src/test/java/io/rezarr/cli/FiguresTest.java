package io.rezarr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "999,999 B",
        "1000,1.0 kB",
        "9949,9.9 kB",
        "9950,10 kB",
        "999499,999 kB",
        "999600,1.0 MB",
        "1234567890,1.2 GB",
        "9223372036854775807,9.2 EB"
    })
    void bytesAreInPowersOf1000(long bytes, String text) {
        assertThat(Figures.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1023,1023 B", "1024,1.0 KiB", "1503238553,1.4 GiB", "4294967296,4.0 GiB"})
    void memoryIsInPowersOf1024(long bytes, String text) {
        assertThat(Figures.binary(bytes)).isEqualTo(text);
    }

    @Test
    void ratesNeedTime() {
        assertThat(Figures.rate(620_000_000, 2)).isEqualTo("310 MB/s");
        assertThat(Figures.rate(5, 0)).isEqualTo("-");
    }

    @ParameterizedTest
    @CsvSource({"0.004,0.00 s", "0.42,0.42 s", "12.34,12.3 s", "125,2:05", "3723,1:02:03"})
    void durationsAreShort(double seconds, String text) {
        assertThat(Figures.duration(seconds)).isEqualTo(text);
    }

    @Test
    void countsAreSingularForOne() {
        assertThat(Figures.count(1, "chunk")).isEqualTo("1 chunk");
        assertThat(Figures.count(0, "chunk")).isEqualTo("0 chunks");
    }

    @Test
    void ratioOfNothingIsADash() {
        assertThat(Figures.ratio(231, 100)).isEqualTo("2.31");
        assertThat(Figures.ratio(1, 0)).isEqualTo("-");
    }
}
