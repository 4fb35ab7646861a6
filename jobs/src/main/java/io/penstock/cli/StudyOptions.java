package io.penstock.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line may say in place of any study. */
final class StudyOptions {
    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of every random decision, instead of the study's.")
    private @Nullable Long seed;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "Data-parallel shards, instead of the study's.")
    private @Nullable Integer shards;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder that the run makes its own folder in, instead of the study's.")
    private @Nullable Path out;

    @Nullable Long seed() {
        return seed;
    }

    @Nullable Integer shards() {
        return shards;
    }

    @Nullable Path out() {
        return out;
    }
}
