package io.penstock.cli;

import io.penstock.setting.InvalidSettingException;
import io.penstock.study.Study;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The study that a command line names, and what it says differently. */
final class StudyArgument {
    static final String DESCRIPTION =
            "A study file (YAML), or the name of a study that comes with Penstock: heat2d-demo,"
                    + " heat2d-paper.";

    private StudyArgument() {}

    /** The study with what the command line says in place of what it says itself. */
    static Study override(Study study, @Nullable String kafka, StudyOptions options) {
        Study result = override(study, kafka, options.shards());
        if (options.seed() != null) {
            result = result.withSeed(options.seed());
        }
        return options.out() == null ? result : result.withOutputFolder(options.out());
    }

    /** The study with other brokers and another number of shards, where they are given. */
    static Study override(Study study, @Nullable String kafka, @Nullable Integer shards) {
        Study result = study;
        if (kafka != null) {
            result = with("--kafka", kafka, result::withBootstrapServers);
        }
        return shards == null ? result : with("--shards", shards, result::withShards);
    }

    private static <T> Study with(String option, T value, Function<T, Study> change) {
        try {
            return change.apply(value);
        } catch (InvalidSettingException e) {
            throw UsageException.of(option, e);
        }
    }
}
