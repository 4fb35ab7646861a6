package io.penstock.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RunJobsTest {
    private static final Path RUN = Path.of("runs", "plates-1");

    @Test
    void runsOfOneStudyKeepTheirModelsApart() {
        assertThat(RunJobs.modelsUri("s3://bucket/models/", RUN))
                .isEqualTo("s3://bucket/models/plates-1");
        assertThat(RunJobs.modelsUri("/data/models", RUN)).isEqualTo("/data/models/plates-1");
    }

    @Test
    void modelsStayInTheFolderOfTheRunUnlessTheStudySaysOtherwise() {
        assertThat(RunJobs.modelsUri(null, RUN)).startsWith("file:/").endsWith("plates-1/models");
    }
}
