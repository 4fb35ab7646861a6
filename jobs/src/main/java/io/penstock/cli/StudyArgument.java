package io.penstock.cli;

import io.penstock.setting.InvalidSettingException;
import io.penstock.study.Study;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The study that a command line names, and what it says differently. */
final class StudyArgument {
    static final String DESCRIPTION =
            "A study file (YAML), or the name of a study that comes with Penstock: heat2d-demo,"
                    + " heat2d-paper.";

    private StudyArgument() {}

    /** The study with what the command line says in place of what it says itself. */
    static Study override(
            Study study, @Nullable String kafka, @Nullable Long seed, @Nullable Path out) {
        Study result = study;
        if (kafka != null) {
            result = withKafka(result, kafka);
        }
        if (seed != null) {
            result = result.withSeed(seed);
        }
        return out == null ? result : result.withOutputFolder(out);
    }

    private static Study withKafka(Study study, String kafka) {
        try {
            return study.withBootstrapServers(kafka);
        } catch (InvalidSettingException e) {
            throw new UsageException(
                    "--kafka: " + e.value() + " is not allowed; allowed: " + e.allowed(), e);
        }
    }
}
