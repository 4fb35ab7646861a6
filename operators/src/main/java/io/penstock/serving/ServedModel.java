package io.penstock.serving;

import io.penstock.schemas.ModelUpdate;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.Predictor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A published version, checked, loaded and warmed up. Used by one thread at a time. */
public final class ServedModel implements AutoCloseable {
    /**
     * Predictions of the first forward: few, since it is one piece of work that cannot rest, and
     * more than one, since a network that only takes one at a time is to be found out.
     */
    private static final int WARM_UP = 2;

    private final long version;
    private final Predictor predictor;

    private ServedModel(long version, Predictor predictor) {
        this.version = version;
        this.predictor = predictor;
    }

    /** Loads a version as {@link #load(ModelUpdate, Runnable)} does, without a rest. */
    public static ServedModel load(ModelUpdate update) throws IOException {
        return load(update, () -> {});
    }

    /**
     * Loads a version. Touches nothing but what it makes, so that it may run beside a model that is
     * being asked.
     *
     * @param update the version
     * @param rest run between two pieces of the work
     * @throws IOException when it cannot be read, is not what was published, cannot be built, or
     *     predicts what is not finite; says why in one line
     */
    public static ServedModel load(ModelUpdate update, Runnable rest) throws IOException {
        ModelDescription description;
        try {
            description = ModelDescription.fromJson(update.getModel());
        } catch (IOException | RuntimeException e) {
            throw new IOException("its description cannot be read: " + firstLine(e), e);
        }
        if (!description.study().equals(update.getStudy())) {
            throw new IOException(
                    "its description is of study \"%s\", not \"%s\""
                            .formatted(description.study(), update.getStudy()));
        }
        ServedModel model =
                new ServedModel(update.getVersion(), predictor(update, description, rest));
        try {
            rest.run();
            model.warmUp();
            return model;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e instanceof IOException refused
                    ? refused
                    : new IOException("it cannot predict: " + firstLine(e), e);
        }
    }

    private static Predictor predictor(
            ModelUpdate update, ModelDescription description, Runnable rest) throws IOException {
        Holder holder = new Holder();
        try {
            PublishedWeights.read(
                    update,
                    rest,
                    in ->
                            holder.predictor =
                                    new Predictor(description, new BufferedInputStream(in)));
            return Objects.requireNonNull(holder.predictor);
        } catch (IOException | RuntimeException e) {
            if (holder.predictor != null) {
                holder.predictor.close();
            }
            throw e instanceof IOException refused
                    ? refused
                    : new IOException("it cannot be built: " + firstLine(e), e);
        }
    }

    private static final class Holder {
        @Nullable Predictor predictor;
    }

    private static String firstLine(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message.lines().findFirst().orElse(e.toString());
    }

    /** Predicts from the middle of what it was trained with. */
    private void warmUp() throws IOException {
        ModelDescription model = description();
        double[] middle =
                model.inputs().stream()
                        .mapToDouble(input -> (input.min() + input.max()) / 2)
                        .toArray();
        List<double[]> inputs = Collections.nCopies(WARM_UP, middle);
        List<float[]> first =
                model.form().isDirect()
                        ? predictor.predict(inputs).get(0)
                        : predictor
                                .goOnAll(inputs, Collections.nCopies(WARM_UP, given(model)))
                                .get(0)
                                .get(0);
        for (float[] field : first) {
            for (float value : field) {
                if (!Float.isFinite(value)) {
                    throw new IOException(
                            "it predicts what is not a finite number in the middle of the ranges"
                                    + " it was trained with");
                }
            }
        }
    }

    /** The fields that the normaliser maps to zero. */
    private static List<List<float[]>> given(ModelDescription model) {
        List<float[]> step =
                model.outputs().stream()
                        .map(
                                output -> {
                                    float[] field = new float[output.cells()];
                                    Arrays.fill(field, (float) output.shift());
                                    return field;
                                })
                        .toList();
        return Collections.nCopies(model.form().givenSteps(), step);
    }

    /**
     * What users of a former version would notice: other inputs, other fields, another form. Its
     * architecture and sizes are its own affair.
     *
     * @return why it cannot follow the other; null when it can
     */
    @Nullable String unlike(ModelDescription other) {
        ModelDescription own = description();
        if (!own.form().kind().equals(other.form().kind())
                || own.form().bundle() != other.form().bundle()) {
            return "it is of form %s, and what is served of %s".formatted(own.form(), other.form());
        }
        List<String> inputs = inputs(own);
        if (!inputs.equals(inputs(other))) {
            return "its inputs are %s, and those of what is served %s"
                    .formatted(inputs, inputs(other));
        }
        List<String> fields = fields(own);
        return fields.equals(fields(other))
                ? null
                : "its fields are %s, and those of what is served %s"
                        .formatted(fields, fields(other));
    }

    private static List<String> inputs(ModelDescription model) {
        return model.inputs().stream().map(ModelDescription.Input::name).toList();
    }

    private static List<String> fields(ModelDescription model) {
        return model.outputs().stream().map(field -> field.name() + field.shape()).toList();
    }

    /** Its version. */
    public long version() {
        return version;
    }

    /** What it maps from and to. */
    public ModelDescription description() {
        return predictor.description();
    }

    /** What predicts. */
    public Predictor predictor() {
        return predictor;
    }

    @Override
    public void close() {
        predictor.close();
    }
}
