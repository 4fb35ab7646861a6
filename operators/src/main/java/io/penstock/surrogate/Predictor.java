package io.penstock.surrogate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.setting.InvalidSettingException;
import io.penstock.surrogate.ModelDescription.Input;
import io.penstock.surrogate.ModelDescription.Output;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.simple.RandomSource;

/**
 * A trained model ready to predict, in physical units. Used by one thread, whose gradient mode it
 * switches off.
 */
public final class Predictor implements AutoCloseable {
    /** Name of the weights in a model folder. */
    public static final String WEIGHTS = "weights.safetensors";

    /** Name of the description in a model folder. */
    public static final String DESCRIPTION = "model.json";

    private final ModelDescription description;
    private final Surrogate surrogate;

    /**
     * @param description the model
     * @param weights its weights in safetensors form
     * @throws IOException when the weights are not those of this model
     */
    public Predictor(ModelDescription description, InputStream weights) throws IOException {
        this.description = description;
        this.surrogate = surrogate(description);
        try {
            Safetensors.read(surrogate.weights(), weights);
        } catch (IOException e) {
            surrogate.close();
            throw e;
        }
    }

    private static Surrogate surrogate(ModelDescription description) throws IOException {
        try {
            return Surrogate.create(
                    description.architecture(),
                    description.network(),
                    Device.cpu(),
                    RandomSource.SPLIT_MIX_64.create(0L));
        } catch (InvalidSettingException e) {
            throw new IOException("the model cannot be built: " + e.getMessage(), e);
        }
    }

    /**
     * Loads a model folder. One of a TorchScript module holds a program: only load those you trust.
     *
     * @throws IOException when it is not one, naming the file at fault
     */
    public static Predictor load(Path folder) throws IOException {
        Path json = folder.resolve(DESCRIPTION);
        Path weights = folder.resolve(WEIGHTS);
        for (Path file : List.of(json, weights)) {
            if (!Files.isRegularFile(file)) {
                throw new IOException(
                        folder + " is not a model folder: " + file.getFileName() + " is missing");
            }
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(weights))) {
            return new Predictor(ModelDescription.fromJson(Files.readString(json)), in);
        } catch (IOException e) {
            throw new IOException(folder + ": " + e.getMessage(), e);
        }
    }

    /** The network with its weights. */
    Surrogate surrogate() {
        return surrogate;
    }

    /** What the model maps from and to. */
    public ModelDescription description() {
        return description;
    }

    /**
     * Predicts the fields of a direct surrogate.
     *
     * @param inputs the inputs in order and in their units: the parameters, then the time
     * @return each field in order, its values in C order
     */
    public List<float[]> predict(double[] inputs) {
        if (!description.form().isDirect()) {
            throw new IllegalArgumentException(
                    "the model goes on from the fields of "
                            + description.form().bundle()
                            + " steps; give them too");
        }
        JniUtils.setGradMode(false);
        try (NDManager scope = surrogate.manager().newSubManager()) {
            NDArray scalars = scope.create(normalised(inputs), new Shape(1, inputs.length));
            return fields(surrogate.forward(new NDList(scalars), false).toFloatArray(), 0);
        }
    }

    /**
     * Goes on from fields with an auto-regressive surrogate.
     *
     * @param inputs the inputs in order and in their units: the parameters, then the time of the
     *     last given step
     * @param given the fields of as many steps in a row as the model is given, each step's fields
     *     in order
     * @return the fields of as many steps that follow, likewise
     */
    public List<List<float[]>> goOn(double[] inputs, List<List<float[]>> given) {
        int bundle = description.form().givenSteps();
        if (given.size() != bundle) {
            throw new IllegalArgumentException(
                    given.size() + " steps given; the model takes " + bundle);
        }
        JniUtils.setGradMode(false);
        try (NDManager scope = surrogate.manager().newSubManager()) {
            NDArray scalars = scope.create(normalised(inputs), new Shape(1, inputs.length));
            NDArray fields = scope.create(normalised(given), shape());
            float[] values = surrogate.forward(new NDList(scalars, fields), false).toFloatArray();
            return IntStream.range(0, bundle)
                    .mapToObj(step -> fields(values, step * (values.length / bundle)))
                    .toList();
        }
    }

    private Shape shape() {
        NetworkShape network = description.network();
        Shape shape = new Shape(1, network.inputChannels());
        for (int extent : network.grid()) {
            shape = shape.add(extent);
        }
        return shape;
    }

    private float[] normalised(double[] inputs) {
        List<Input> expected = description.inputs();
        if (inputs.length != expected.size()) {
            throw new IllegalArgumentException(
                    inputs.length + " inputs given; the model takes " + expected.size());
        }
        float[] x = new float[inputs.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) ((inputs[i] - expected.get(i).shift()) * expected.get(i).scale());
        }
        return x;
    }

    private float[] normalised(List<List<float[]>> steps) {
        List<Output> outputs = description.outputs();
        float[] x = new float[steps.size() * outputs.stream().mapToInt(Output::cells).sum()];
        int at = 0;
        for (List<float[]> fields : steps) {
            for (int f = 0; f < outputs.size(); f++) {
                Output output = outputs.get(f);
                if (fields.size() != outputs.size() || fields.get(f).length != output.cells()) {
                    throw new IllegalArgumentException(
                            "the fields given are not those of the model: " + outputs);
                }
                for (float value : fields.get(f)) {
                    x[at++] = (float) ((value - output.shift()) * output.scale());
                }
            }
        }
        return x;
    }

    /** The fields of a step whose normalised values begin at a place. */
    private List<float[]> fields(float[] values, int from) {
        List<float[]> fields = new ArrayList<>();
        int at = from;
        for (Output output : description.outputs()) {
            float[] field = new float[output.cells()];
            for (int i = 0; i < field.length; i++) {
                field[i] = (float) (values[at++] / output.scale() + output.shift());
            }
            fields.add(field);
        }
        return fields;
    }

    @Override
    public void close() {
        surrogate.close();
    }
}
