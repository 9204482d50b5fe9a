package io.rezarr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** All commands at once: an option is the same wherever it is, and the documentation knows those that there are. */
class OptionsTest {
    /** The same word, for something that each of its commands says in its own way. */
    private static final Set<String> SAID_ANEW = Set.of(
            "--bin-shape", "--chunk-shape", "--codec", "--dry-run", "--format", "--level", "--shards", "--verify");

    /** Of a command, and of those below it. */
    private static Stream<OptionSpec> options(CommandLine command) {
        Stream<OptionSpec> own = command.getCommandSpec().options().stream().filter(option -> !option.hidden());
        return Stream.concat(own, optionsBelow(command));
    }

    private static Stream<OptionSpec> optionsBelow(CommandLine command) {
        return command.getSubcommands().values().stream().flatMap(OptionsTest::options);
    }

    @Test
    void optionOfSeveralCommandsIsDeclaredOnce() {
        Map<String, Set<String>> declarations = new TreeMap<>();
        optionsBelow(CommandModel.complete())
                .forEach(option -> declarations
                        .computeIfAbsent(option.longestName(), name -> new TreeSet<>())
                        .add(option.userObject().toString()));
        assertThat(declarations)
                .as("options")
                .containsKeys("--in-place", "--keep-backup", "--overwrite", "--fsync", "--scratch", "--json")
                .containsKeys("--progress", "--threads", "--max-memory");
        Set<String> several = declarations.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(several).containsExactlyInAnyOrderElementsOf(SAID_ANEW);
    }

    @Test
    void documentationHasTheOptionsThatThereAre() throws IOException {
        String text = Files.readString(Path.of("../docs/cli.md"));
        Set<String> documented = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> there = options(CommandModel.complete())
                .flatMap(option -> Stream.of(option.names()))
                .filter(name -> name.startsWith("--"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(there);
    }

    /** Of what the command line refuses as well as of what the library does. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a b --in-place",
                "a b --keep-backup",
                "a --in-place --overwrite",
                "a --in-place --verify none",
                "a ''",
                "a b -j 0",
                "a b -m 0",
                "a b -q -v",
                "a b --scratch nowhere",
                "a ftp://there",
                "http://127.0.0.1:1/a --in-place",
            })
    void arraysAndVectorStoresAreRefusedInTheSameWords(String line) {
        assertThat(refusal("vectors rechunk -c 8 " + line)).isEqualTo(refusal("rechunk -c 8 " + line));
    }

    private static String refusal(String line) {
        String[] args = line.split(" ");
        Arrays.setAll(args, i -> args[i].equals("''") ? "" : args[i]);
        RecordedConsole console = new RecordedConsole();
        assertThat(console.run(args)).as(console.err()).isEqualTo(ExitCode.USAGE);
        return console.err().lines().findFirst().orElse("").replaceFirst(" \\(see '.*", "");
    }
}
