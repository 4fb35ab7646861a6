package io.penstock.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.compare.Experiment.Size;
import io.penstock.run.StopSignal;
import io.penstock.study.Study;
import io.penstock.study.StudyFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class CompareTest {
    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Size.class)
    void everyArmOfEverySizeIsAGoodStudyWithAFolderOfItsOwn(Size size) throws Exception {
        for (Experiment experiment : CompareITCase.experiments()) {
            Set<String> folders = new HashSet<>();
            for (Arm arm : experiment.arms(size)) {
                Path file = folder.resolve("study.yaml");
                Files.writeString(file, arm.study().replace("${seed}", "7"));
                Study study = StudyFile.read(file).study();
                assertThat(study.seed()).isEqualTo(7);
                assertThat(study.reproducibilityGaps()).isEmpty();
                assertThat(folders.add(arm.folder(7))).as(arm.title()).isTrue();
                assertThat(arm.batches() > 0).isEqualTo(arm.source() != Arm.Source.ONLINE);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing | there is no experiment \"nothing\"; there are [buffers, architectures, draws, continual]",
                "buffers --quick --full | --quick and --full exclude each other",
                "buffers --seeds 0 | --seeds 0 is not allowed; allowed: 1 to 100"
            })
    void wrongUseSaysWhatIsAllowed(String arguments, String error) {
        StringWriter said = new StringWriter();
        CommandLine line = Compare.commandLine(new StopSignal());
        line.setErr(new PrintWriter(said, true));

        assertThat(line.execute(arguments.strip().split(" "))).isEqualTo(2);
        assertThat(said.toString()).contains(error).contains("penstock compare --help");
    }
}
