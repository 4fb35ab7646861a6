package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {
    @TempDir Path folder;

    /** What a shell says; it must end well. */
    private String run(String... command) throws Exception {
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            assumeTrue(false, "no " + command[0]);
            throw e;
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private String script(String shell) throws IOException {
        Invocation completion = Invocation.of("completion", shell);
        assertThat(completion.err()).isEmpty();
        assertThat(completion.exitCode()).isZero();
        return Files.writeString(folder.resolve("script"), completion.out()).toString();
    }

    /** What the function offers for the last of some words; only in a prompt is there compopt. */
    private List<String> offers(String... words) throws Exception {
        StringBuilder array = new StringBuilder();
        for (String word : words) {
            array.append(" '").append(word).append("'");
        }
        String said =
                run(
                        "bash",
                        "-c",
                        "source %s; compopt() { :; }; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_penstock; printf '%%s\\n' \"${COMPREPLY[@]}\""
                                .formatted(script("bash"), array, words.length - 1));
        List<String> offers = new ArrayList<>(said.lines().map(String::strip).toList());
        offers.remove("");
        return offers;
    }

    @ParameterizedTest
    @CsvSource({"bash, bash -n", "zsh, zsh -n"})
    void scriptIsOneOfItsShell(String shell, String check) throws Exception {
        String[] command = check.split(" ");
        run(command[0], command[1], script(shell));
    }

    @ParameterizedTest
    @CsvSource({"penstock", "./penstock"})
    void commandsAreCompleted(String launcher) throws Exception {
        assertThat(offers(launcher, "sta")).containsExactly("status");
        assertThat(offers(launcher, "models", "exp")).containsExactly("export");
        assertThat(offers(launcher, "comp")).containsExactlyInAnyOrder("completion", "compare");
        assertThat(offers(launcher, ""))
                .contains("demo", "run", "models", "rejected", "bench")
                .as("the hidden one")
                .doesNotContain("keys");
    }

    @Test
    void optionsAndTheirValuesAreCompleted() throws Exception {
        assertThat(offers("penstock", "status", "--wa")).containsExactly("--watch");
        assertThat(offers("penstock", "rejected", "show", "--cause", "WRONG_SH"))
                .containsExactly("WRONG_SHAPE");
    }

    @Test
    void functionIsThatOfTheCommandAndOfTheScriptBesideOne() throws Exception {
        String said = run("bash", "-c", "source " + script("bash") + "; complete -p");
        assertThat(said.lines().filter(line -> line.contains("-F _complete_penstock")))
                .anyMatch(line -> line.endsWith(" penstock"))
                .anyMatch(line -> line.endsWith(" ./penstock"));
    }

    @Test
    void shellThatIsNotKnownIsAUsageError() {
        Invocation completion = Invocation.of("completion", "fish");
        assertThat(completion.exitCode()).isEqualTo(2);
        assertThat(completion.err()).contains("'fish'", "bash, zsh");
    }
}
