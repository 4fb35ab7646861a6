package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.setting.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    private static final Clock CLOCK = Clock.fixed(SampleRun.START, ZoneOffset.ofHours(2));

    @TempDir Path folder;

    @Test
    void isNamedAfterTheStudyAndTheLocalTime() {
        Path runs = folder.resolve("runs");
        Path made = RunFolder.create(runs, "heat2d", CLOCK).path();
        assertThat(made).isDirectory().isEqualTo(runs.resolve("heat2d-20260301-121530"));
    }

    @Test
    void neverTakesAFolderThatIsThere() {
        assertThat(create("a")).isEqualTo("a-20260301-121530");
        assertThat(create("a")).isEqualTo("a-20260301-121530-2");
        assertThat(create("a")).isEqualTo("a-20260301-121530-3");
    }

    @Test
    void staysInsideWhateverTheStudyIsCalled() {
        assertThat(create("../x y/ä")).isEqualTo("--x-y--20260301-121530");
        assertThat(folder.resolve("--x-y--20260301-121530")).isDirectory();
    }

    @Test
    void saysWhichFolderCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("occupied"), "");
        assertThatThrownBy(() -> RunFolder.create(file, "a", CLOCK))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class, e -> assertThat(e.key()).isEqualTo("out"))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("FileAlreadyExistsException")
                .hasCauseInstanceOf(IOException.class);
    }

    private String create(String study) {
        return RunFolder.create(folder, study, CLOCK).path().getFileName().toString();
    }
}
