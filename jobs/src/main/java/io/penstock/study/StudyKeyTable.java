package io.penstock.study;

import static io.penstock.study.KeyType.DURATION;
import static io.penstock.study.KeyType.INTEGER;
import static io.penstock.study.KeyType.INTEGERS;
import static io.penstock.study.KeyType.LONG;
import static io.penstock.study.KeyType.NUMBER;
import static io.penstock.study.KeyType.PACE;
import static io.penstock.study.KeyType.SECTION;
import static io.penstock.study.KeyType.SECTIONS;
import static io.penstock.study.KeyType.SIZE;
import static io.penstock.study.KeyType.TEXT;
import static io.penstock.study.KeyType.choice;
import static io.penstock.study.StudyKey.defaulted;
import static io.penstock.study.StudyKey.optional;
import static io.penstock.study.StudyKey.required;

import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.SampleForm;
import io.penstock.solver.SamplerKind;
import io.penstock.surrogate.SurrogateSpec;
import io.penstock.surrogate.UNetSpec;
import io.penstock.training.MergeSpec;
import io.penstock.training.OptimiserSpec;
import io.penstock.training.TrainingSpec;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every key of the study file: the one place that knows which keys there are, their types and their
 * defaults. What a value must satisfy beyond its type is checked by the records and said here.
 */
final class StudyKeyTable {
    private static final String POSITIVE = "1 or above";

    private static final List<StudyKey> STUDY =
            List.of(
                    required(
                            "study",
                            TEXT,
                            "1 to 63 of a-z, 0-9 and '-'",
                            "Name of the study; records carry it."),
                    defaulted("seed", LONG, "0", "", "Seed of every random decision."),
                    required(
                            "steps",
                            INTEGER,
                            "1 to 16777216",
                            "Time steps of a simulation, all sent."),
                    required("time-step", NUMBER, "above 0", "Physical time between two steps."),
                    defaulted("time-unit", TEXT, "s", "", "Unit of the physical time."),
                    required(
                            "parameters",
                            SECTIONS,
                            "at most 1024",
                            "Parameters of a simulation, in the order of the records; inputs of the"
                                    + " surrogate, with the time as the last one."),
                    required("parameters[].name", TEXT, "distinct, not time", "Name."),
                    defaulted("parameters[].unit", TEXT, "\"\"", "", "Unit."),
                    required("parameters[].min", NUMBER, "", "Smallest value it takes."),
                    required("parameters[].max", NUMBER, "above min", "Largest value it takes."),
                    required(
                            "fields",
                            SECTIONS,
                            "at least one",
                            "Fields of a time step, in the order of the records; outputs of the"
                                    + " surrogate."),
                    required("fields[].name", TEXT, "distinct", "Name."),
                    defaulted("fields[].unit", TEXT, "\"\"", "", "Unit."),
                    required(
                            "fields[].shape",
                            INTEGERS,
                            "each 1 or above",
                            "Extent of each axis, slowest first."),
                    required(
                            "fields[].min",
                            NUMBER,
                            "",
                            "Value normalised to 0; smaller ones are accepted."),
                    required(
                            "fields[].max",
                            NUMBER,
                            "above min",
                            "Value normalised to 1; larger ones are accepted."));

    private static final List<StudyKey> ENSEMBLE =
            List.of(
                    optional(
                            "ensemble",
                            SECTION,
                            "",
                            "The simulations. Without it, external producers send the samples and"
                                    + " the events."),
                    required(
                            "ensemble.simulations",
                            INTEGER,
                            "1 to 1000000000",
                            "Training simulations; those for validation come on top."),
                    defaulted(
                            "ensemble.concurrency",
                            INTEGER,
                            "1",
                            "1 to 1024",
                            "Simulations that run at once; each takes a slot."),
                    defaulted(
                            "ensemble.sampler",
                            choice(SamplerKind.class),
                            "monte-carlo",
                            "",
                            "How parameters are drawn from their ranges."),
                    defaulted(
                            "ensemble.heartbeat",
                            DURATION,
                            "5s",
                            "100ms to 1h",
                            "Smallest interval between two signs of life of a simulation."),
                    defaulted(
                            "ensemble.simulation-timeout",
                            DURATION,
                            "5m",
                            "200ms to 24h, at least twice the heartbeat",
                            "How long a simulation that has started may give no sign of life before"
                                    + " it counts as crashed and is requested again."),
                    defaulted(
                            "ensemble.attempts",
                            INTEGER,
                            "3",
                            "1 to 1000",
                            "Crashes after which a simulation is given up and one with new"
                                    + " parameters requested in its stead."));

    private static final List<StudyKey> KAFKA =
            List.of(
                    defaulted("kafka", SECTION, "{}", "", "Where the records flow."),
                    optional(
                            "kafka.bootstrap-servers",
                            TEXT,
                            "HOST:PORT, several separated by commas",
                            "The brokers. Without it, one is started inside the process."),
                    defaulted(
                            "kafka.topic-prefix",
                            TEXT,
                            "\"\"",
                            "a-z, A-Z, 0-9, '.', '_' and '-'",
                            "Stands before the name of each topic."),
                    defaulted(
                            "kafka.partitions",
                            INTEGER,
                            "1",
                            "1 to 1024",
                            "Partitions of solver-outputs; one keeps a run reproducible."),
                    defaulted(
                            "kafka.replication",
                            INTEGER,
                            "1",
                            "1 to 16",
                            "Copies of each partition."),
                    defaulted(
                            "kafka.max-record-bytes",
                            SIZE,
                            "16MiB",
                            "1KiB to 1GiB",
                            "Largest record accepted; larger ones are rejected."),
                    optional(
                            "kafka.client-properties",
                            TEXT,
                            "a path, relative to the study file",
                            "Java properties for all Kafka clients: security, secrets."));

    private static final List<StudyKey> RESERVOIR =
            List.of(
                    defaulted("reservoir", SECTION, "{}", "", "The buffer of a shard."),
                    defaulted(
                            "reservoir.kind",
                            choice(ReservoirSpec.Kind.class),
                            "reservoir",
                            "",
                            "fifo: every sample once, in order. firo: random, pseudo-epochs times."
                                    + " reservoir: random with repetition, a seen sample makes room"
                                    + " for a new one. sim-paired: for auto-regressive surrogates,"
                                    + " and for them only: steps that follow each other in a"
                                    + " simulation; those of the less used one first."),
                    defaulted("reservoir.capacity", INTEGER, "6000", POSITIVE, "Samples it holds."),
                    defaulted(
                            "reservoir.threshold",
                            INTEGER,
                            "1000",
                            "0 or above, below the capacity",
                            "Samples above which drawing is allowed; fifo ignores it."),
                    defaulted(
                            "reservoir.pseudo-epochs",
                            INTEGER,
                            "1",
                            POSITIVE,
                            "firo only: draws after which a sample leaves."),
                    defaulted(
                            "reservoir.newest",
                            SECTION,
                            "{}",
                            "",
                            "A mix of new samples and the whole reservoir in each batch."),
                    defaulted(
                            "reservoir.newest.share",
                            NUMBER,
                            "0.0",
                            "0 to 1; above 0 with firo and reservoir only",
                            "Share of the draws that take one of the newest samples, any of these"
                                    + " alike; the others take any sample held."),
                    defaulted(
                            "reservoir.newest.window",
                            INTEGER,
                            "100",
                            "1 to 16777216",
                            "Last samples inserted that count as the newest. A draw of one that has"
                                    + " left already takes any sample held."),
                    defaulted(
                            "reservoir.checkpoint",
                            choice(ReservoirSpec.Checkpoint.class),
                            "reference",
                            "",
                            "Checkpoints hold positions in the topic, or, for topics with a short"
                                    + " retention, the samples in full."));

    private static final List<StudyKey> SURROGATE =
            List.of(
                    defaulted("surrogate", SECTION, "{}", "", "The model."),
                    defaulted(
                            "surrogate.architecture",
                            choice(SurrogateReader.architectures()),
                            "mlp",
                            "",
                            "mlp: fully connected layers with ReLU between them. residual-mlp:"
                                    + " fully connected layers added to what goes in, each through"
                                    + " a gate that is closed at first (arXiv 2003.04887). fno:"
                                    + " Fourier neural operator (arXiv 2010.08895), on one grid of"
                                    + " one or two axes. u-net: convolutions on finer and coarser"
                                    + " grids (arXiv 1505.04597), likewise. mp-pde: message passing"
                                    + " between neighbouring cells of a periodic axis (arXiv"
                                    + " 2202.03376), auto-regressive. torch-script: a network of"
                                    + " your own."),
                    defaulted(
                            List.of("mlp"),
                            "surrogate.hidden",
                            INTEGERS,
                            "[256, 256]",
                            "each 1 to 1048576",
                            "Units of each hidden layer."),
                    defaulted(
                            List.of("residual-mlp"),
                            "surrogate.width",
                            INTEGER,
                            "256",
                            "1 to 1048576",
                            "Units of a layer."),
                    defaulted(
                            List.of("residual-mlp"),
                            "surrogate.layers",
                            INTEGER,
                            "4",
                            "1 to 1024",
                            "Residual layers."),
                    defaulted(
                            List.of("fno"),
                            "surrogate.width",
                            INTEGER,
                            "32",
                            "1 to 16384",
                            "Channels of a Fourier layer."),
                    defaulted(
                            List.of("fno"),
                            "surrogate.layers",
                            INTEGER,
                            "4",
                            "1 to 1024",
                            "Fourier layers."),
                    defaulted(
                            List.of("fno"),
                            "surrogate.modes",
                            INTEGER,
                            "12",
                            "1 to half of each extent of the grid",
                            "Lowest frequencies kept along each axis."),
                    defaulted(
                            List.of("u-net"),
                            "surrogate.width",
                            INTEGER,
                            "16",
                            "1 to 4096",
                            "Channels on the finest grid; twice as many on each coarser one."),
                    defaulted(
                            List.of("u-net"),
                            "surrogate.levels",
                            INTEGER,
                            "3",
                            "1 to 10; 2^levels divides each extent of the grid",
                            "Coarser grids."),
                    defaulted(
                            List.of("u-net"),
                            "surrogate.padding",
                            choice(UNetSpec.Padding.class),
                            "zero",
                            "",
                            "What lies beyond the edge of the grid. periodic: its other side."),
                    defaulted(
                            List.of("mp-pde"),
                            "surrogate.width",
                            INTEGER,
                            "64",
                            "1 to 4096, at least bundle + 9",
                            "Numbers that a cell remembers, and a message has."),
                    defaulted(
                            List.of("mp-pde"),
                            "surrogate.layers",
                            INTEGER,
                            "6",
                            "1 to 64",
                            "Rounds of messages."),
                    defaulted(
                            List.of("mp-pde"),
                            "surrogate.neighbours",
                            INTEGER,
                            "3",
                            "1 to 64, below half of the cells",
                            "Cells on either side that a cell hears from."),
                    required(
                            List.of("torch-script"),
                            "surrogate.module",
                            TEXT,
                            "a path, relative to the study file",
                            "TorchScript module, at most 16 MiB, which training begins from. It is"
                                    + " a program: only name one that you trust."),
                    defaulted(
                            "surrogate.form",
                            choice(SampleForm.Kind.class),
                            "direct",
                            "",
                            "direct: from parameters and time to the fields at that time."
                                    + " auto-regressive: from the fields at some steps to those at"
                                    + " the steps that follow."),
                    defaulted(
                            "surrogate.bundle",
                            INTEGER,
                            "1",
                            "1 to 1024; 1 with direct",
                            "auto-regressive: steps given, and predicted at a time."),
                    defaulted(
                            "surrogate.unroll",
                            INTEGER,
                            "0",
                            "0 to 64; 0 with direct",
                            "auto-regressive: the surrogate is applied up to so many times to its"
                                    + " own predictions before the step it is trained on (arXiv"
                                    + " 2202.03376)."),
                    defaulted(
                            "surrogate.normalizer",
                            choice(SurrogateSpec.NormalizerSource.class),
                            "ranges",
                            "",
                            "Normalise with the ranges stated here, or with running moments of the"
                                    + " samples."));

    private static final List<StudyKey> TRAINING =
            List.of(
                    defaulted("training", SECTION, "{}", "", "How the model is trained."),
                    defaulted(
                            "training.batch",
                            INTEGER,
                            "10",
                            "1 to 1048576, at most the reservoir's capacity",
                            "Samples of a training step."),
                    defaulted(
                            "training.pace",
                            PACE,
                            "continuous",
                            "",
                            "continuous: a step whenever a batch of new samples came in or the"
                                    + " input has nothing to offer. samples-per-insert: that many draws"
                                    + " for each new sample, by counting: the reproducible pace."),
                    defaulted(
                            "training.shards",
                            INTEGER,
                            "1",
                            "1 to 128",
                            "Data-parallel shards: each has a slot, a reservoir and a replica of the"
                                    + " model."),
                    defaulted(
                            "training.torch-threads",
                            INTEGER,
                            "0",
                            "0 to 1024",
                            "Threads of a tensor operation; 0: the cores divided by the slots of an"
                                    + " embedded run, elsewhere what the JVM was started with."),
                    defaulted(
                            "training.until",
                            choice(TrainingSpec.Until.class),
                            "ensemble-finished",
                            "",
                            "ensemble-finished: ends when the ensemble has and the reservoir is"
                                    + " drained."),
                    defaulted(
                            "training.report-interval",
                            DURATION,
                            "1s",
                            "50ms to 1h",
                            "From one training report to the next."));

    private static final List<StudyKey> MERGE =
            List.of(
                    defaulted(
                            "training.merge",
                            SECTION,
                            "{}",
                            "",
                            "How the replicas of several shards become one model."),
                    defaulted(
                            "training.merge.schedule",
                            choice(MergeSpec.Schedule.class),
                            "constant",
                            "",
                            "constant: a round at equal intervals. shrinking: at intervals that"
                                    + " shrink from round to round. final: once, when everything is"
                                    + " trained."),
                    defaulted(
                            "training.merge.every",
                            INTEGER,
                            "200",
                            POSITIVE,
                            "Training steps of a shard from one round to the next; with shrinking"
                                    + " those before the first."),
                    defaulted(
                            "training.merge.factor",
                            NUMBER,
                            "0.9",
                            "above 0, at most 1",
                            "shrinking only: what the interval is multiplied with from round to"
                                    + " round."),
                    defaulted(
                            "training.merge.least",
                            INTEGER,
                            "20",
                            POSITIVE,
                            "shrinking only: the shortest interval."),
                    defaulted(
                            "training.merge.overlap",
                            INTEGER,
                            "0",
                            "0 to below the interval; 0 with averaged moments or schedule final",
                            "Training steps that a shard goes on with while a round is under way;"
                                    + " what the round made is added after the last of them. 0: it"
                                    + " waits for the round."),
                    defaulted(
                            "training.merge.moments",
                            choice(MergeSpec.Moments.class),
                            "local",
                            "",
                            "local: the optimiser's moments stay with their shard. averaged: they"
                                    + " are averaged as the weights are."),
                    defaulted(
                            "training.merge.rate-scaling",
                            choice(MergeSpec.RateScaling.class),
                            "none",
                            "",
                            "What the learning rate is multiplied with for P shards. none: 1. root:"
                                    + " √P. linear: P, as for a batch P times as large (arXiv"
                                    + " 1706.02677)."),
                    defaulted(
                            "training.merge.patience",
                            DURATION,
                            "1m",
                            "100ms to 24h",
                            "How long a shard that has nothing to train on lets the others wait"
                                    + " before it contributes what it has. A reproducible run must"
                                    + " not come to that."));

    private static final List<StudyKey> OPTIMISER =
            List.of(
                    defaulted(
                            "training.optimiser",
                            SECTION,
                            "{}",
                            "",
                            "How a step moves the weights."),
                    defaulted(
                            "training.optimiser.kind",
                            choice(OptimiserSpec.Kind.class),
                            "adam",
                            "",
                            "adam: steps scaled by running moments of the gradient (arXiv"
                                    + " 1412.6980). sgd: steps along the gradient, without"
                                    + " momentum."),
                    defaulted(
                            "training.optimiser.learning-rate",
                            NUMBER,
                            "1.0e-3",
                            "above 0",
                            "Initial learning rate."),
                    defaulted(
                            "training.optimiser.weight-decay",
                            NUMBER,
                            "0.0",
                            "0 or above",
                            "L2 penalty, added to the gradient."),
                    defaulted(
                            "training.optimiser.beta1",
                            NUMBER,
                            "0.9",
                            "0 or above, below 1",
                            "adam only: decay of the first moment."),
                    defaulted(
                            "training.optimiser.beta2",
                            NUMBER,
                            "0.999",
                            "0 or above, below 1",
                            "adam only: decay of the second moment."),
                    defaulted(
                            "training.optimiser.epsilon",
                            NUMBER,
                            "1.0e-8",
                            "above 0",
                            "adam only: added to the denominator."),
                    defaulted(
                            "training.optimiser.clip-norm",
                            NUMBER,
                            "0.0",
                            "0 or above",
                            "Largest norm of the gradient; 0: no clipping."),
                    defaulted(
                            "training.optimiser.schedule",
                            SECTION,
                            "{}",
                            "",
                            "How the learning rate changes, counted in samples."),
                    defaulted(
                            "training.optimiser.schedule.every-samples",
                            LONG,
                            "0",
                            "0 or above",
                            "Samples trained between two changes; 0: a constant rate."),
                    defaulted(
                            "training.optimiser.schedule.factor",
                            NUMBER,
                            "0.5",
                            "above 0, at most 1",
                            "What the rate is multiplied with at a change."),
                    defaulted(
                            "training.optimiser.schedule.max-steps",
                            INTEGER,
                            "4",
                            "0 or above",
                            "Changes after which the rate stays."));

    private static final List<StudyKey> CONTINUAL =
            List.of(
                    defaulted(
                            "training.continual",
                            SECTION,
                            "{}",
                            "",
                            "Techniques for training on a stream; they may be switched on and off"
                                    + " between two runs."),
                    defaulted(
                            "training.continual.gradient-noise",
                            NUMBER,
                            "0.0",
                            "0 or above",
                            "η of the noise added to gradients, of variance η / (1 + t)^γ in step t"
                                    + " (arXiv 1511.06807); 0: none."),
                    defaulted(
                            "training.continual.gradient-noise-decay",
                            NUMBER,
                            "0.55",
                            "0 or above",
                            "γ of that noise."),
                    defaulted(
                            "training.continual.weight-averaging",
                            NUMBER,
                            "0.0",
                            "0 or above, below 1; 0 with several shards",
                            "Decay d of a running mean of the weights, d × mean + (1 - d) × weights"
                                    + " after each step, which is validated and published in their"
                                    + " stead; 0: none. The mean begins with smaller decays."),
                    defaulted(
                            "training.continual.distillation",
                            NUMBER,
                            "0.0",
                            "0 or above, below 1; 0 with several shards",
                            "Share λ of a teacher in the loss, (1 - λ) × error against the data + λ ×"
                                    + " squared distance from the predictions of the model as it was"
                                    + " some steps ago, which keeps successive versions alike (arXiv"
                                    + " 2106.02654); 0: none. Reports then say the churn."),
                    defaulted(
                            "training.continual.distillation-every",
                            INTEGER,
                            "1000",
                            POSITIVE,
                            "Training steps from one teacher to the next."));

    private static final List<StudyKey> RESULTS =
            List.of(
                    defaulted("validation", SECTION, "{}", "", "Simulations never trained on."),
                    defaulted(
                            "validation.simulations",
                            INTEGER,
                            "4",
                            "0 to 1000000",
                            "How many; 0: no validation."),
                    defaulted(
                            "validation.every-batches",
                            INTEGER,
                            "200",
                            POSITIVE,
                            "Training steps from one validation to the next."),
                    defaulted(
                            "validation.slice",
                            INTEGER,
                            "64",
                            "1 to 65536",
                            "Samples evaluated at a time, between which samples are taken in."),
                    defaulted(
                            "checkpoints",
                            SECTION,
                            "{}",
                            "",
                            "How the state of the training is made durable."),
                    defaulted(
                            "checkpoints.interval",
                            DURATION,
                            "10s",
                            "100ms to 10m",
                            "From one checkpoint to the next; each publishes a model version."),
                    defaulted(
                            "checkpoints.timeout",
                            DURATION,
                            "10m",
                            "1s to 24h",
                            "When a checkpoint is given up."),
                    defaulted(
                            "checkpoints.keep",
                            INTEGER,
                            "1",
                            "1 to 1000",
                            "Completed checkpoints kept."),
                    optional(
                            "checkpoints.folder",
                            TEXT,
                            "a URI or path",
                            "Where they lie. Without it, in the run's folder."),
                    defaulted("output", SECTION, "{}", "", "Where results go."),
                    defaulted(
                            "output.folder",
                            TEXT,
                            "runs",
                            "a path",
                            "Folder that each run makes its own folder in."),
                    optional(
                            "output.models",
                            TEXT,
                            "a URI or path",
                            "Where model versions above 1 MiB go. Without it, to the run's folder."),
                    defaulted(
                            "output.keep-models",
                            INTEGER,
                            "3",
                            "1 to 100000",
                            "Newest versions kept there."));

    /** In the order of the documentation. */
    static final List<StudyKey> ALL =
            Stream.of(
                            STUDY,
                            ENSEMBLE,
                            SolverKeyTable.ALL,
                            KAFKA,
                            RESERVOIR,
                            SURROGATE,
                            TRAINING,
                            MERGE,
                            OPTIMISER,
                            CONTINUAL,
                            RESULTS)
                    .flatMap(List::stream)
                    .toList();

    private StudyKeyTable() {}
}
