package io.penstock.surrogate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.setting.InvalidSettingException;
import io.penstock.surrogate.ModelDescription.Input;
import io.penstock.surrogate.ModelDescription.Output;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A trained model ready to predict, in physical units. Used by one thread at a time, whose gradient
 * mode it switches off.
 */
public final class Predictor implements AutoCloseable {
    /** Name of the weights in a model folder. */
    public static final String WEIGHTS = "weights.safetensors";

    /** Name of the description in a model folder. */
    public static final String DESCRIPTION = "model.json";

    private final ModelDescription description;
    private final Surrogate surrogate;
    private final DirectFloats scalarInputs = new DirectFloats();
    private final DirectFloats fieldInputs = new DirectFloats();
    private float[] field = new float[0];
    private ByteBuffer fieldBytes = ByteBuffer.allocate(0);

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
            return Surrogate.blank(description.architecture(), description.network(), Device.cpu());
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
        return predict(List.of(inputs)).get(0);
    }

    /**
     * Predicts the fields of a direct surrogate for several inputs in one forward. What is found
     * for an input differs from what {@link #predict(double[])} finds for it alone by rounding
     * only: matrix products of other sizes add up in another order.
     *
     * @param inputs of each: the parameters, then the time
     * @return of each, in the same order: each field, its values in C order
     */
    public List<List<float[]>> predict(List<double[]> inputs) {
        if (!description.form().isDirect()) {
            throw new IllegalArgumentException(
                    "the model goes on from the fields of "
                            + description.form().bundle()
                            + " steps; give them too");
        }
        List<List<float[]>> found = new ArrayList<>();
        forward(inputs, List.of(), values -> found.add(steps(values, this::floats).get(0)));
        return found;
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
        return goOnAll(List.of(inputs), List.of(given)).get(0);
    }

    /**
     * Goes on from the fields of several simulations in one forward; they differ from those of
     * {@link #goOn} by rounding only.
     *
     * @param inputs of each: the parameters, then the time of the last given step
     * @param given of each, in the same order: the fields of the given steps
     * @return of each, in the same order: the fields of the steps that follow
     */
    public List<List<List<float[]>>> goOnAll(
            List<double[]> inputs, List<List<List<float[]>>> given) {
        if (description.form().isDirect()) {
            throw new IllegalArgumentException(
                    "the model predicts from parameters and time alone; it goes on from nothing");
        }
        List<List<List<float[]>>> found = new ArrayList<>();
        forward(inputs, given, values -> found.add(steps(values, this::floats)));
        return found;
    }

    /**
     * Predicts for several inputs in one forward, for records: as {@link #predict(List)} does, or
     * {@link #goOnAll}, whichever the model is for.
     *
     * @param inputs of each: the parameters, then the time
     * @param given of each, in the same order: the fields of the given steps; a direct model does
     *     not look at them
     * @param found given of each, in the same order, each step's fields: the values in C order as
     *     32-bit little-endian numbers. Those of the next one are put where they are
     */
    public void predictBytes(
            List<double[]> inputs,
            List<List<List<float[]>>> given,
            Consumer<List<List<ByteBuffer>>> found) {
        long bytes =
                description.outputs().stream().mapToLong(Output::cells).sum()
                        * Float.BYTES
                        * description.form().bundle();
        if (fieldBytes.capacity() < bytes) {
            fieldBytes = ByteBuffer.allocate(Math.toIntExact(bytes));
        }
        forward(
                inputs,
                given,
                values -> {
                    fieldBytes.clear();
                    found.accept(steps(values, this::littleEndian));
                });
    }

    /** Takes a field in its units out of the values of a network, which come next in a buffer. */
    private interface FieldReader<T> {
        T read(FloatBuffer values, Output output);
    }

    /**
     * @param found given, for each sample in order, the values of the network from where those of
     *     the sample begin; reads them
     */
    private void forward(
            List<double[]> inputs, List<List<List<float[]>>> given, Consumer<FloatBuffer> found) {
        int samples = inputs.size();
        if (!description.form().isDirect() && samples != given.size()) {
            throw new IllegalArgumentException(
                    samples + " inputs, but the fields of " + given.size());
        }
        if (samples == 0) {
            return;
        }
        Shape[] shapes = Surrogate.inputShapes(description.network(), samples);
        FloatBuffer scalars = scalarInputs.clear(shapes[0].size());
        inputs.forEach(each -> normalise(each, scalars));
        JniUtils.setGradMode(false);
        TorchThreads.limitThisThread(0);
        try (NDManager scope = surrogate.manager().newSubManager()) {
            NDList networkInputs =
                    new NDList(scope.create(scalarInputs.filled(), shapes[0], DataType.FLOAT32));
            if (shapes.length > 1) {
                FloatBuffer fields = fieldInputs.clear(shapes[1].size());
                given.forEach(each -> normalise(each, fields));
                networkInputs.add(scope.create(fieldInputs.filled(), shapes[1], DataType.FLOAT32));
            }
            NDArray outputs = surrogate.forward(networkInputs, false);
            // Seen where libtorch put them, when they lie there in order.
            FloatBuffer values =
                    outputs.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
            for (int sample = 0; sample < samples; sample++) {
                found.accept(values);
            }
        }
    }

    private void normalise(double[] inputs, FloatBuffer to) {
        List<Input> expected = description.inputs();
        if (inputs.length != expected.size()) {
            throw new IllegalArgumentException(
                    inputs.length + " inputs given; the model takes " + expected.size());
        }
        for (int i = 0; i < inputs.length; i++) {
            Input input = expected.get(i);
            to.put((float) ((inputs[i] - input.shift()) * input.scale()));
        }
    }

    private void normalise(List<List<float[]>> steps, FloatBuffer to) {
        int bundle = description.form().givenSteps();
        if (steps.size() != bundle) {
            throw new IllegalArgumentException(
                    steps.size() + " steps given; the model takes " + bundle);
        }
        List<Output> outputs = description.outputs();
        for (List<float[]> fields : steps) {
            for (int f = 0; f < outputs.size(); f++) {
                Output output = outputs.get(f);
                if (fields.size() != outputs.size() || fields.get(f).length != output.cells()) {
                    throw new IllegalArgumentException(
                            "the fields given are not those of the model: " + outputs);
                }
                for (float value : fields.get(f)) {
                    to.put((float) ((value - output.shift()) * output.scale()));
                }
            }
        }
    }

    /** The fields of the steps whose normalised values come next. */
    private <T> List<List<T>> steps(FloatBuffer values, FieldReader<T> reader) {
        return IntStream.range(0, description.form().bundle())
                .mapToObj(
                        step ->
                                description.outputs().stream()
                                        .map(output -> reader.read(values, output))
                                        .toList())
                .toList();
    }

    private float[] floats(FloatBuffer values, Output output) {
        float[] field = new float[output.cells()];
        denormalise(values, field, output);
        return field;
    }

    private ByteBuffer littleEndian(FloatBuffer values, Output output) {
        int cells = output.cells();
        if (field.length < cells) {
            field = new float[cells];
        }
        denormalise(values, field, output);
        ByteBuffer bytes = fieldBytes.slice(fieldBytes.position(), Float.BYTES * cells);
        fieldBytes.position(fieldBytes.position() + Float.BYTES * cells);
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(field, 0, cells);
        return bytes;
    }

    /**
     * In 32 bits and without a division, so that the compiler makes vector instructions of it: in
     * 64 bits it was an eighth of what a prediction of a small network took. What that costs is a
     * rounding of the last bit.
     */
    private static void denormalise(FloatBuffer values, float[] field, Output output) {
        int cells = output.cells();
        float unit = (float) (1 / output.scale());
        float shift = (float) output.shift();
        values.get(field, 0, cells);
        for (int i = 0; i < cells; i++) {
            field[i] = field[i] * unit + shift;
        }
    }

    @Override
    public void close() {
        surrogate.close();
    }
}
