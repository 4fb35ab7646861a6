package io.penstock.study;

import io.penstock.reservoir.ReservoirSpec;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.setting.Check;
import io.penstock.setting.InvalidSettingException;
import io.penstock.solver.SolverField;
import io.penstock.solver.SolverSpec;
import io.penstock.surrogate.NetworkShape;
import io.penstock.surrogate.SurrogateSpec;
import io.penstock.training.PaceSpec;
import io.penstock.training.TrainingSpec;
import io.penstock.training.ValidationSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must hold between the parts of a study; keys are whole. */
final class StudyChecks {
    /** Of one buffer, with room to align it. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - 256L;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** A row is addressed with 32-bit integers; leave room for the inputs. */
    private static final long MAX_CELLS = (1L << 29) - (1 << 16);

    private StudyChecks() {}

    static void shape(
            String name,
            int steps,
            double timeStep,
            List<Quantity> parameters,
            List<FieldSpec> fields) {
        Check.that(
                NAME.matcher(name).matches(),
                "study",
                '"' + name + '"',
                "1 to 63 of a-z, 0-9 and '-', not starting with '-'");
        Check.within(1, 1 << 24, "steps", steps);
        Check.above(0, "time-step", timeStep);
        Check.that(
                Double.isFinite(steps * timeStep),
                "time-step",
                timeStep,
                "a number for which steps × time-step is finite");
        Check.within(0, 1 << 10, "parameters", parameters.size());
        Check.that(!fields.isEmpty(), "fields", "[]", "one or more fields");
        distinct("parameters", parameters.stream().map(Quantity::name).toList(), "time");
        distinct("fields", fields.stream().map(FieldSpec::name).toList(), "");
        long cells = fields.stream().mapToLong(FieldSpec::cells).sum();
        Check.that(
                cells <= MAX_CELLS,
                "fields",
                cells + " cells",
                "at most " + MAX_CELLS + " cells in all fields");
    }

    private static void distinct(String key, List<String> names, String reserved) {
        Set<String> seen = new HashSet<>(Set.of(reserved));
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Check.that(
                    seen.add(name),
                    key + "[" + i + "].name",
                    '"' + name + '"',
                    name.equals(reserved)
                            ? "another name (the surrogate's last input is the " + reserved + ")"
                            : "a name that no other of the " + key + " has");
        }
    }

    static void solver(
            @Nullable EnsembleSettings ensemble,
            List<Quantity> parameters,
            List<FieldSpec> fields) {
        Check.that(
                ensemble == null || !parameters.isEmpty(),
                "parameters",
                "[]",
                "one or more, which differ from one simulation of the ensemble to the next");
        if (ensemble == null || ensemble.solver() == null) {
            return;
        }
        SolverSpec spec = ensemble.solver();
        String kind = SolverKinds.name(spec);
        List<String> names = parameters.stream().map(Quantity::name).toList();
        Check.that(
                names.equals(spec.parameters()),
                "parameters",
                names,
                spec.parameters() + ", in this order, which are those of the solver " + kind);
        List<SolverField> shapes =
                fields.stream().map(field -> new SolverField(field.name(), field.shape())).toList();
        Check.that(
                shapes.equals(spec.fields()),
                "fields",
                describe(shapes),
                describe(spec.fields()) + ", which the solver " + kind + " computes on its grid");
    }

    private static List<String> describe(List<SolverField> fields) {
        return fields.stream().map(field -> field.name() + " " + field.shape()).toList();
    }

    static void shards(SurrogateSpec surrogate, TrainingSpec training) {
        Check.that(
                training.shards() == 1
                        || surrogate.normalizer() == SurrogateSpec.NormalizerSource.RANGES,
                "surrogate.normalizer",
                surrogate.normalizer().name().toLowerCase(Locale.ROOT),
                "ranges, since training.shards is "
                        + training.shards()
                        + " and shards that normalise with moments of their own samples cannot be"
                        + " merged");
        training.continual().checkShards(training.shards());
    }

    static void training(ReservoirSpec reservoir, TrainingSpec training) {
        Check.that(
                training.batch() <= reservoir.capacity(),
                "training.batch",
                training.batch(),
                "at most the reservoir.capacity ("
                        + reservoir.capacity()
                        + "), since a batch is drawn from the reservoir");
        boolean fifo = reservoir.kind() == ReservoirSpec.Kind.FIFO;
        boolean firo = reservoir.kind() == ReservoirSpec.Kind.FIRO;
        if (training.pace().kind() == PaceSpec.Kind.SAMPLES_PER_INSERT && (fifo || firo)) {
            int draws = fifo ? 1 : reservoir.pseudoEpochs();
            Check.that(
                    training.pace().samplesPerInsert() <= draws,
                    "training.pace.samples-per-insert",
                    training.pace().samplesPerInsert(),
                    "at most "
                            + draws
                            + (fifo
                                    ? ", since fifo draws every sample once"
                                    : ", since firo draws every sample reservoir.pseudo-epochs"
                                            + " times"));
        }
    }

    /** What a surrogate that goes on from fields needs. */
    static void form(
            SurrogateSpec surrogate, ReservoirSpec reservoir, TrainingSpec training, int steps) {
        SampleForm form = surrogate.form();
        boolean isPaired = reservoir.kind() == ReservoirSpec.Kind.SIM_PAIRED;
        Check.that(
                isPaired != form.isDirect(),
                "reservoir.kind",
                reservoir.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                form.isDirect()
                        ? "fifo, firo or reservoir, since surrogate.form is direct"
                        : "sim-paired, since surrogate.form is auto-regressive");
        if (form.isDirect()) {
            return;
        }
        Check.that(
                training.shards() == 1,
                "training.shards",
                training.shards(),
                "1, since surrogate.form is auto-regressive, and each of several shards would get"
                        + " steps that do not follow each other");
        Check.that(
                form.span(form.gaps()) <= steps,
                "steps",
                steps,
                form.span(form.gaps())
                        + " or above, the (unroll + 2) × bundle steps that a window spans");
    }

    /** Whole simulations, since one makes room as a whole. */
    static void room(
            SurrogateSpec surrogate,
            ReservoirSpec reservoir,
            @Nullable EnsembleSettings ensemble,
            int steps) {
        if (surrogate.form().isDirect()) {
            return;
        }
        long atOnce = ensemble == null ? 1 : ensemble.concurrency();
        Check.that(
                reservoir.capacity() >= (atOnce + 1) * steps,
                "reservoir.capacity",
                reservoir.capacity(),
                (atOnce + 1) * steps
                        + " or above, the steps of one simulation more than run at once");
    }

    /** Sizes that no buffer or tensor of this release can have. */
    static void sizes(
            SampleSpec sample,
            SurrogateSpec surrogate,
            TrainingSpec training,
            ValidationSpec validation) {
        long row = (long) sample.rowBytes() * surrogate.form().windowSteps();
        Check.that(
                training.batch() * row <= MAX_BYTES,
                "training.batch",
                training.batch(),
                "at most " + MAX_BYTES / row + ", so that a batch is below 2 GiB");
        Check.that(
                validation.slice() * row <= MAX_BYTES,
                "validation.slice",
                validation.slice(),
                "at most " + MAX_BYTES / row + ", so that a slice is below 2 GiB");
        try {
            surrogate.architecture().check(NetworkShape.of(sample, surrogate.form()));
        } catch (InvalidSettingException e) {
            throw new InvalidSettingException("surrogate." + e.key(), e.value(), e.allowed());
        }
    }

    static void validation(ValidationSpec validation, int steps) {
        Check.that(
                (long) validation.simulations() * steps <= Integer.MAX_VALUE - 8,
                "validation.simulations",
                validation.simulations(),
                "at most "
                        + (Integer.MAX_VALUE - 8) / steps
                        + ", so that simulations × steps samples can be held");
    }

    static void recordSize(
            String name, List<Quantity> parameters, List<FieldSpec> fields, KafkaSettings kafka) {
        long bytes = RecordSize.bound(name, parameters, fields);
        Check.that(
                bytes <= kafka.maxRecordBytes(),
                "kafka.max-record-bytes",
                kafka.maxRecordBytes(),
                bytes + " or above, the size of a time step with these fields as 32-bit floats");
    }

    static List<String> reproducibilityGaps(Study study) {
        List<String> gaps = new ArrayList<>();
        if (study.training().pace().kind() == PaceSpec.Kind.CONTINUOUS) {
            gaps.add("training.pace is continuous: steps depend on when samples arrive");
        }
        if (study.kafka().partitions() > 1) {
            gaps.add(
                    "kafka.partitions is "
                            + study.kafka().partitions()
                            + ": partitions have no order between them");
        }
        EnsembleSettings ensemble = study.ensemble();
        if (ensemble == null || ensemble.solver() == null) {
            gaps.add("external producers decide the order of the samples");
        } else if (ensemble.concurrency() > 1) {
            gaps.add(
                    "ensemble.concurrency is "
                            + ensemble.concurrency()
                            + ": simulations overtake one another");
        }
        return List.copyOf(gaps);
    }
}
