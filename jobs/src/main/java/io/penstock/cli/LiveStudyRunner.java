package io.penstock.cli;

import io.penstock.report.RunReport.Outcome;
import io.penstock.run.FlinkAddress;
import io.penstock.run.StopSignal;
import io.penstock.run.StudyRun;
import io.penstock.study.Study;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs a study for real. */
final class LiveStudyRunner implements StudyRunner {
    /** Set by the launcher: the jar of the jobs, for clusters that lack our classes. */
    private static final String JOB_JAR = "penstock.job.jar";

    private static final int INTERRUPTED = 130;

    @Override
    public int run(Study study, RunOptions options) throws Exception {
        Optional<FlinkAddress> flink =
                Optional.ofNullable(options.flink())
                        .map(address -> FlinkAddress.parse(address, jobJar()));
        StudyRun.Settings settings =
                new StudyRun.Settings(
                        options.source().text(),
                        flink,
                        options.watching(),
                        System.console() != null,
                        options.out());
        Outcome outcome = new StudyRun(study, settings, StopSignal.install()).run();
        return switch (outcome) {
            case FINISHED -> 0;
            case INTERRUPTED -> INTERRUPTED;
            case FAILED -> 1;
        };
    }

    static List<Path> jobJar() {
        Path jar = Path.of(System.getProperty(JOB_JAR, "jobs/target/penstock-job.jar"));
        if (!Files.isRegularFile(jar)) {
            throw new UsageException(
                    "the job jar "
                            + jar.toAbsolutePath()
                            + " is missing; build it, or name it with -D"
                            + JOB_JAR);
        }
        return List.of(jar);
    }
}
