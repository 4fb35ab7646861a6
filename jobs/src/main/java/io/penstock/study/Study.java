package io.penstock.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.penstock.broker.TopicLayout;
import io.penstock.kafka.Topics;
import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleSpec;
import io.penstock.setting.InvalidSettingException;
import io.penstock.solver.RequestPlan;
import io.penstock.solver.SolverSpec;
import io.penstock.surrogate.Architecture;
import io.penstock.surrogate.SurrogateSpec;
import io.penstock.training.StudySpec;
import io.penstock.training.TrainingSpec;
import io.penstock.training.ValidationSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A whole study, checked: no part of it contradicts another.
 *
 * @param name its name
 * @param seed seed of every random decision
 * @param ensemble the simulations; null when external producers send the samples
 * @param steps time steps of a simulation
 * @param timeStep physical time between two steps
 * @param timeUnit unit of the physical time
 * @param parameters parameters of a simulation
 * @param fields fields of a time step
 * @param kafka where the records flow
 * @param reservoir the buffer of a shard
 * @param surrogate the model
 * @param training how it is trained
 * @param validation how it is validated
 * @param checkpoints how the state is made durable
 * @param output where results go
 */
public record Study(
        @JsonProperty("study") String name,
        long seed,
        @Nullable EnsembleSettings ensemble,
        int steps,
        double timeStep,
        String timeUnit,
        List<Quantity> parameters,
        List<FieldSpec> fields,
        KafkaSettings kafka,
        ReservoirSpec reservoir,
        SurrogateSpec surrogate,
        TrainingSpec training,
        ValidationSpec validation,
        CheckpointSettings checkpoints,
        OutputSettings output) {
    /**
     * @throws InvalidSettingException with the whole key, for the first contradiction found
     */
    public Study {
        parameters = List.copyOf(parameters);
        fields = List.copyOf(fields);
        StudyChecks.shape(name, steps, timeStep, parameters, fields);
        StudyChecks.solver(ensemble, parameters, fields);
        StudyChecks.training(reservoir, training);
        StudyChecks.form(surrogate, reservoir, training, steps);
        StudyChecks.room(surrogate, reservoir, ensemble, steps);
        StudyChecks.shards(surrogate, training);
        StudyChecks.validation(validation, steps);
        StudyChecks.recordSize(name, parameters, fields, kafka);
        StudyChecks.sizes(
                sample(name, parameters, fields, steps, timeStep, timeUnit, kafka),
                surrogate,
                training,
                validation);
    }

    /** What a sample looks like; the time runs from the first step to the last. */
    public SampleSpec sampleSpec() {
        return sample(name, parameters, fields, steps, timeStep, timeUnit, kafka);
    }

    private static SampleSpec sample(
            String name,
            List<Quantity> parameters,
            List<FieldSpec> fields,
            int steps,
            double timeStep,
            String timeUnit,
            KafkaSettings kafka) {
        // A single step has no range; from 0 it has one to normalise with.
        double first = steps == 1 ? 0 : timeStep;
        Quantity time = new Quantity("time", timeUnit, first, steps * timeStep);
        return new SampleSpec(name, parameters, time, fields, steps, kafka.maxRecordBytes());
    }

    /** What a training shard needs to know. */
    public StudySpec shardSpec() {
        return new StudySpec(sampleSpec(), reservoir, surrogate, training, validation, seed);
    }

    /** The solver, when it is one of ours. */
    public Optional<SolverSpec> solver() {
        return Optional.ofNullable(ensemble).map(EnsembleSettings::solver);
    }

    /** Name of a solver's kind in a study file. */
    public static String kind(SolverSpec solver) {
        return SolverKinds.name(solver);
    }

    /** Name of an architecture in a study file. */
    public static String kind(Architecture architecture) {
        return SurrogateReader.name(architecture.kind());
    }

    /** The simulations to request, when there is an ensemble to follow the requests. */
    public Optional<RequestPlan> requestPlan() {
        return ensemble == null
                ? Optional.empty()
                : Optional.of(
                        new RequestPlan(
                                name,
                                parameters,
                                ensemble.sampler(),
                                seed,
                                validation.simulations(),
                                ensemble.simulations()));
    }

    /** Names of the topics. */
    public Topics topics() {
        return new Topics(kafka.topicPrefix());
    }

    /** How the topics are laid out. */
    public TopicLayout topicLayout() {
        return new TopicLayout(kafka.partitions(), 1, kafka.replication(), kafka.maxRecordBytes());
    }

    /**
     * Why two runs of this study need not give the same weights; empty when they do, on machines of
     * the same kind.
     */
    public List<String> reproducibilityGaps() {
        return StudyChecks.reproducibilityGaps(this);
    }

    /** Upper bound of the bytes of a time step's record, its fields as 32-bit floats. */
    public long recordBytes() {
        return RecordSize.bound(name, parameters, fields);
    }

    /** The same study with another seed. */
    public Study withSeed(long other) {
        return with(other, kafka, training, output);
    }

    /** The same study with other brokers. */
    public Study withBootstrapServers(String servers) {
        return withKafka(kafka.withBootstrapServers(servers));
    }

    Study withKafka(KafkaSettings other) {
        return with(seed, other, training, output);
    }

    /** The same study with results elsewhere. */
    public Study withOutputFolder(Path folder) {
        return with(
                seed,
                kafka,
                training,
                new OutputSettings(folder, output.models(), output.keepModels()));
    }

    /** The same study with another number of shards. */
    public Study withShards(int shards) {
        return with(seed, kafka, training.withShards(shards), output);
    }

    private Study with(
            long otherSeed,
            KafkaSettings otherKafka,
            TrainingSpec otherTraining,
            OutputSettings otherOutput) {
        return new Study(
                name,
                otherSeed,
                ensemble,
                steps,
                timeStep,
                timeUnit,
                parameters,
                fields,
                otherKafka,
                reservoir,
                surrogate,
                otherTraining,
                validation,
                checkpoints,
                otherOutput);
    }
}
