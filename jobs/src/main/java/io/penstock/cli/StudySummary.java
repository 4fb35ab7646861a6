package io.penstock.cli;

import io.penstock.sample.FieldSpec;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleSpec;
import io.penstock.study.Durations;
import io.penstock.study.EnsembleSettings;
import io.penstock.study.MachineMemory;
import io.penstock.study.MemoryNeed;
import io.penstock.study.Sizes;
import io.penstock.study.Study;
import io.penstock.surrogate.NetworkShape;
import io.penstock.training.PaceSpec;
import io.penstock.training.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a study will do, for people. */
final class StudySummary {
    private final Study study;
    private final List<String> lines = new ArrayList<>();

    private StudySummary(Study study) {
        this.study = study;
    }

    /** One line for each part of the study. */
    static List<String> lines(Study study, MachineMemory machine) {
        StudySummary summary = new StudySummary(study);
        summary.data();
        summary.training();
        summary.surroundings(machine);
        summary.reproducibility();
        return summary.lines;
    }

    private void data() {
        SampleSpec sample = study.sampleSpec();
        add("study", study.name() + ", seed " + study.seed());
        add("ensemble", ensemble());
        String inputs =
                study.parameters().stream().map(Quantity::name).collect(Collectors.joining(", "));
        add("inputs", (inputs.isEmpty() ? "" : inputs + ", ") + "time");
        String outputs =
                study.fields().stream()
                        .map(StudySummary::describe)
                        .collect(Collectors.joining(", "));
        add("outputs", outputs + ": " + sample.outputs() + " values a step");
        add(
                "record",
                Sizes.format(study.recordBytes())
                        + " a step, of at most "
                        + Sizes.format(study.kafka().maxRecordBytes()));
    }

    private String ensemble() {
        EnsembleSettings ensemble = study.ensemble();
        if (ensemble == null) {
            return "external producers, " + study.steps() + " steps a simulation";
        }
        String what =
                "%d simulations and %d for validation, %d steps each"
                        .formatted(
                                ensemble.simulations(),
                                study.validation().simulations(),
                                study.steps());
        return ensemble.solver() == null
                ? what + ", by external solvers that follow the requests"
                : what
                        + ", %d at a time: %s, parameters by %s"
                                .formatted(
                                        ensemble.concurrency(),
                                        Study.kind(ensemble.solver()),
                                        kebab(ensemble.sampler()));
    }

    private void training() {
        TrainingSpec training = study.training();
        add(
                "reservoir",
                "%s of %d samples, drawn from above %d"
                        .formatted(
                                kebab(study.reservoir().kind()),
                                study.reservoir().capacity(),
                                study.reservoir().threshold()));
        NetworkShape network = study.shardSpec().network();
        add(
                "surrogate",
                "%s %s from %d numbers to %d"
                        .formatted(
                                Study.kind(study.surrogate().architecture()),
                                study.surrogate().architecture().sizes(),
                                network.scalars() + network.inputs(),
                                network.outputs()));
        boolean counted = training.pace().kind() == PaceSpec.Kind.SAMPLES_PER_INSERT;
        add(
                "training",
                "batches of %d, %s, until %s"
                        .formatted(
                                training.batch(),
                                counted
                                        ? training.pace().samplesPerInsert()
                                                + " draws for each new sample"
                                        : "continuously",
                                training.until() == TrainingSpec.Until.FOREVER
                                        ? "it is stopped"
                                        : "the ensemble has finished"));
    }

    private void surroundings(MachineMemory machine) {
        String brokers = study.kafka().bootstrapServers();
        add("kafka", brokers == null ? "a broker inside the process" : brokers);
        add("checkpoints", "every " + Durations.format(study.checkpoints().interval()));
        MemoryNeed need = MemoryNeed.of(study);
        add(
                "memory",
                "%s of %s direct memory for samples, %s for the model, on a machine with %s"
                        .formatted(
                                Sizes.format(need.direct()),
                                Sizes.format(machine.direct()),
                                Sizes.format(need.model()),
                                Sizes.format(machine.physical())));
        add("output", study.output().folder().toAbsolutePath().toString());
    }

    private void reproducibility() {
        List<String> gaps = study.reproducibilityGaps();
        add("reproducible", gaps.isEmpty() ? "yes: the same seed gives the same weights" : "no");
        gaps.forEach(gap -> add("", gap));
    }

    private void add(String what, String text) {
        lines.add(String.format(Locale.ROOT, "  %-13s %s", what, text).stripTrailing());
    }

    private static String describe(FieldSpec field) {
        return field.name() + " " + field.shape();
    }

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
