package io.penstock.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.compare.Experiment.Size;
import io.penstock.run.StopSignal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every experiment once, as small as it can be: real runs, real files, real training. */
class CompareITCase {
    @TempDir Path folder;

    static List<Experiment> experiments() {
        return List.of(
                new BufferExperiment(),
                new ArchitectureExperiment(),
                new DrawsExperiment(),
                new ContinualExperiment());
    }

    @ParameterizedTest
    @MethodSource("experiments")
    void everyArmEndsInTheTable(Experiment experiment) throws Exception {
        StopSignal stop = new StopSignal();
        run(experiment, stop);

        List<Arm> arms = experiment.arms(Size.SMOKE);
        List<String> csv = Files.readAllLines(folder.resolve("results.csv"));
        assertThat(csv).hasSize(1 + arms.size());
        String text = Files.readString(folder.resolve("results.md"));
        for (Arm arm : arms) {
            assertThat(text).contains("| " + arm.title() + " |");
            ArmResult result = result(arm);
            assertThat(result.error()).isPositive().isLessThan(1e6);
            assertThat(result.batches()).isPositive();
            assertThat(result.drawsPerSample()).isPositive();
            assertThat(result.rolloutError() == null)
                    .isEqualTo(arm.study().contains("kind: heat2d"));
        }
        for (String line : text.lines().filter(l -> l.startsWith("![](")).toList()) {
            Path picture = folder.resolve(line.substring(4, line.length() - 1));
            assertThat(Files.size(picture)).isGreaterThan(5_000);
        }
        // Nothing is run again: a stop that is wished for already does not matter.
        stop.request();
        run(experiment, stop);
        assertThat(Files.readString(folder.resolve("results.md"))).isEqualTo(text);
    }

    @Test
    void anInterruptedOneKeepsWhatIsDone() throws Exception {
        Experiment experiment = new BufferExperiment();
        StopSignal stop = new StopSignal();
        Arm memory = arm(experiment, Arm.Source.MEMORY);
        new ArmRun(folder, new PrintWriter(new StringWriter()), stop).run(memory, 1);
        stop.request();

        assertThatThrownBy(() -> run(experiment, stop)).isInstanceOf(Interrupted.class);
        assertThat(result(memory).batches()).isEqualTo(memory.batches());
    }

    @Test
    void theSameSeedGivesTheSameErrorWhateverTheSource() throws Exception {
        for (Arm.Source source : Arm.Source.values()) {
            Arm arm = arm(new BufferExperiment(), source);
            StopSignal stop = new StopSignal();
            ArmResult one = new ArmRun(folder.resolve("1"), console(), stop).run(arm, 3);
            ArmResult other = new ArmRun(folder.resolve("2"), console(), stop).run(arm, 3);
            // Two threads read ahead: the batches are the same, their order need not be.
            boolean isRead = source == Arm.Source.FILES || source == Arm.Source.COLD_FILES;
            assertThat(other.error() / one.error())
                    .as("%s", source)
                    .isBetween(isRead ? 0.5 : 1.0, isRead ? 2.0 : 1.0);
        }
    }

    private static Arm arm(Experiment experiment, Arm.Source source) {
        return experiment.arms(Size.SMOKE).stream()
                .filter(arm -> arm.source() == source)
                .findFirst()
                .orElseThrow();
    }

    private ArmResult result(Arm arm) throws Exception {
        ArmResult result =
                ArmResult.read(folder.resolve(arm.folder(1)), arm.study().replace("${seed}", "1"));
        assertThat(result).as(arm.title()).isNotNull();
        return result;
    }

    private void run(Experiment experiment, StopSignal stop) throws Exception {
        new Compare(stop).run(experiment, Size.SMOKE, 1, folder, console());
    }

    private static PrintWriter console() {
        return new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    }
}
