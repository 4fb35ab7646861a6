package io.penstock.serving;

import io.penstock.schemas.ModelUpdate;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A surrogate inside one's own program: predictions without a Flink job and without a network in
 * between. Either of a model folder, or of the newest version that a training publishes.
 *
 * <p>A client that follows takes a newer version up when it is told to {@link #refresh}, on the
 * caller's thread: there is no thread of its own, so the caller decides when an answer may take as
 * long as loading does, and two predictions between refreshes are of one version.
 *
 * <p>Not thread-safe; used by one thread at a time. Several threads have a client each: the weights
 * are then there several times, and the forwards do not wait for each other.
 */
public final class SurrogateClient implements AutoCloseable {
    private final @Nullable PublishedModels models;
    private Predictor predictor;
    private long version;

    private SurrogateClient(@Nullable PublishedModels models, Predictor predictor, long version) {
        this.models = models;
        this.predictor = predictor;
        this.version = version;
    }

    /**
     * Loads a model folder, such as {@code model} of a run. One of a TorchScript module holds a
     * program: only load those you trust.
     *
     * @throws IOException when it is not one, naming the file at fault
     */
    public static SurrogateClient load(Path folder) throws IOException {
        return new SurrogateClient(null, Predictor.load(folder), -1);
    }

    /**
     * Loads the newest version that was published of a study, and follows the ones to come.
     *
     * @param kafka Kafka client settings: {@code bootstrap.servers}, security
     * @param modelUpdatesTopic topic that versions are published to
     * @param study name of the study
     * @throws IOException when there is no version yet, or the newest one cannot be used
     */
    public static SurrogateClient follow(Properties kafka, String modelUpdatesTopic, String study)
            throws IOException {
        PublishedModels models = new PublishedModels(kafka, modelUpdatesTopic, study);
        try {
            ModelUpdate newest = models.newest();
            if (newest == null) {
                throw new IOException(
                        "no version of the model of study \"%s\" has been published to topic %s yet"
                                .formatted(study, modelUpdatesTopic));
            }
            ServedModel model = load(newest);
            return new SurrogateClient(models, model.predictor(), model.version());
        } catch (IOException e) {
            models.close();
            throw e;
        }
    }

    private static ServedModel load(ModelUpdate update) throws IOException {
        try {
            return ServedModel.load(update);
        } catch (IOException e) {
            throw new IOException(
                    "version %d of the model of study \"%s\" cannot be used: %s"
                            .formatted(update.getVersion(), update.getStudy(), e.getMessage()),
                    e);
        }
    }

    /**
     * Takes up the newest version if there is one since the last call. A version that cannot be
     * used, or that has other inputs or fields than the one in use, is passed over, and the one in
     * use stays.
     *
     * @return whether it predicts with another version from now on
     * @throws IOException when the topic cannot be read, or the newest version cannot be used; it
     *     is not tried again
     */
    public boolean refresh() throws IOException {
        ModelUpdate newest = models == null ? null : models.newest();
        if (newest == null) {
            return false;
        }
        ServedModel model = load(newest);
        String unlike = model.unlike(description());
        if (unlike != null) {
            model.close();
            throw new IOException(
                    "version %d of the model of study \"%s\" cannot be used: %s"
                            .formatted(newest.getVersion(), newest.getStudy(), unlike));
        }
        predictor.close();
        predictor = model.predictor();
        version = model.version();
        return true;
    }

    /** The version in use; -1 of a model folder. */
    public long version() {
        return version;
    }

    /** What the model maps from and to: names, units, ranges, shapes. */
    public ModelDescription description() {
        return predictor.description();
    }

    /**
     * Predicts with a direct surrogate.
     *
     * @param parameters the parameters, in the order and units of the study
     * @param time the time, in the study's unit
     * @return each field in the order of the study, its values in C order
     */
    public List<float[]> predict(double[] parameters, double time) {
        return predictor.predict(inputs(parameters, time));
    }

    /**
     * Predicts several times in one forward, which takes far less than as many calls.
     *
     * @param parameters parameters of each
     * @param times time of each
     * @return of each: each field in the order of the study
     */
    public List<List<float[]>> predict(List<double[]> parameters, double[] times) {
        if (parameters.size() != times.length) {
            throw new IllegalArgumentException(
                    "%d times, but the parameters of %d"
                            .formatted(times.length, parameters.size()));
        }
        List<double[]> inputs = new ArrayList<>();
        for (int i = 0; i < times.length; i++) {
            inputs.add(inputs(parameters.get(i), times[i]));
        }
        return predictor.predict(inputs);
    }

    /**
     * Goes on from fields with an auto-regressive surrogate.
     *
     * @param parameters the parameters, in the order and units of the study
     * @param time the time of the last given step
     * @param given the fields of as many steps in a row as the model is given
     * @return the fields of as many steps that follow
     */
    public List<List<float[]>> goOn(double[] parameters, double time, List<List<float[]>> given) {
        return predictor.goOn(inputs(parameters, time), given);
    }

    private double[] inputs(double[] parameters, double time) {
        double[] inputs = java.util.Arrays.copyOf(parameters, parameters.length + 1);
        inputs[parameters.length] = time;
        return inputs;
    }

    @Override
    public void close() {
        predictor.close();
        if (models != null) {
            models.close();
        }
    }
}
