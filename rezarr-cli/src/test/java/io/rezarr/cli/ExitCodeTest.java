package io.rezarr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.error.CancelledException;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.StoreException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.error.VerificationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.ParameterException;

class ExitCodeTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new VerificationException("m"), 1),
                Arguments.of(new InvalidRequestException("m"), 2),
                Arguments.of(new ParameterException(CommandModel.complete(), "m"), 2),
                Arguments.of(new InvalidPathException("p", "m"), 2),
                Arguments.of(new InvalidMetadataException("m"), 3),
                Arguments.of(new MalformedDataException("zstd", 3, "m"), 3),
                Arguments.of(new UnsupportedFeatureException("m"), 3),
                Arguments.of(new RefusedException("m"), 4),
                Arguments.of(new InfeasiblePlanException("m"), 4),
                Arguments.of(new OutOfMemoryError("Java heap space"), 4),
                Arguments.of(new StoreException("m"), 5),
                Arguments.of(new UncheckedIOException(new IOException("m")), 5),
                Arguments.of(new IllegalStateException("m"), 6),
                Arguments.of(new StackOverflowError(), 6),
                Arguments.of(new CancelledException("m"), 130));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachFailureHasItsNumber(Throwable failure, int number) {
        assertThat(ExitCode.of(failure).number()).isEqualTo(number);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachFailureIsToldOnOneLineWithoutATrace(Throwable failure, int number) {
        RecordedConsole console = new RecordedConsole();
        assertThat(Failures.report(failure, false, console.console()).number()).isEqualTo(number);
        assertThat(console.out()).isEmpty();
        assertThat(console.err().lines()).hasSize(1).allMatch(line -> line.startsWith("rezarr: "));
    }

    @Test
    void unexpectedFailuresAskForAReport() {
        assertThat(Failures.messageOf(new IllegalStateException("broken")))
                .contains("internal error", "broken", "report");
    }

    @Test
    void lackOfMemoryNamesTheRemedy() {
        assertThat(Failures.messageOf(new OutOfMemoryError("Java heap space"))).contains("--max-memory", "--threads");
    }

    @Test
    void traceIsShownWhenAskedFor() {
        RecordedConsole console = new RecordedConsole();
        Failures.report(new StoreException("disk"), true, console.console());
        assertThat(console.err()).contains("rezarr: disk", "at io.rezarr.cli.ExitCodeTest");
    }

    @Test
    void controlCharactersOfAStoreNeverReachTheTerminal() {
        RecordedConsole console = new RecordedConsole();
        Failures.report(new StoreException("'a\u001b[2J\nb'"), false, console.console());
        assertThat(console.err()).isEqualTo("rezarr: 'a\\u001b[2J\\nb'" + System.lineSeparator());
    }
}
