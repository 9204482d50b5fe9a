package io.rezarr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final RecordedConsole console = new RecordedConsole();

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void versionIsALineOnStdout(String option) {
        assertThat(console.run(option)).isEqualTo(ExitCode.DONE);
        assertThat(console.out()).matches("rezarr \\d+\\.\\d+\\.\\d+\\S*\\R");
        assertThat(console.err()).isEmpty();
    }

    @Test
    void helpNamesEveryCommandAndExitCode() {
        assertThat(console.run("--help")).isEqualTo(ExitCode.DONE);
        assertThat(console.out()).contains(CommandModel.names()).contains("130 interrupted");
        assertThat(console.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rechunk", "info", "diff", "migrate", "recover", "completion"})
    void everyCommandHasHelp(String command) {
        assertThat(console.run(command, "--help")).isEqualTo(ExitCode.DONE);
        assertThat(console.out()).startsWith("Usage: rezarr " + command);
    }

    @Test
    void helpFitsATerminal() {
        console.run("rechunk", "--help");
        assertThat(console.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void missingCommandNamesThoseThereAre() {
        assertThat(console.run()).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("Missing command", "rechunk", "info");
        assertThat(console.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"advise", "frobnicate"})
    void unknownCommandNamesThoseThereAre(String command) {
        assertThat(console.run(command, "x")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("Unknown command '" + command + "'", "rechunk");
    }

    @Test
    void wrongOptionIsOneLineWithTheWayToHelp() {
        assertThat(console.run("rechunk", "a", "b", "--chunk-size", "3")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err().lines()).hasSize(1);
        assertThat(console.err()).contains("--chunk-size", "rezarr rechunk --help");
    }

    @Test
    void completionScriptKnowsTheOptions() {
        assertThat(console.run("completion")).isEqualTo(ExitCode.DONE);
        assertThat(console.out()).contains("--max-memory", "--in-place", "diff");
    }
}
