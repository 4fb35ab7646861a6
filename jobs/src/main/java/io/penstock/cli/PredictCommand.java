package io.penstock.cli;

import io.penstock.report.FieldPicture;
import io.penstock.report.NpyFile;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.ModelDescription.Input;
import io.penstock.surrogate.ModelDescription.Output;
import io.penstock.surrogate.Predictor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.hipparchus.stat.descriptive.StreamingStatistics;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Predicts the fields of a simulation that was never run. */
@Command(
        name = "predict",
        description = {
            "Predicts a field with a trained model and prints its statistics.",
            "The model is the folder model of a run."
        },
        footer = {
            "  penstock predict runs/heat2d-demo-20260301-120000/model \\",
            "      --parameters 300,100,500,200,400 --time 0.5 --out field.png",
            "  penstock predict MODEL_DIR --parameters 300,100,500,200,400 --time 0.5 --out f.npy"
        })
final class PredictCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "MODEL_DIR",
            description = "Folder with weights.safetensors and model.json.")
    private Path model = Path.of("");

    @Option(
            names = "--parameters",
            paramLabel = "A,B,…",
            split = ",",
            required = true,
            description = "The parameters, in the order and units of the study.")
    private double[] parameters = {};

    @Option(
            names = "--time",
            paramLabel = "T",
            required = true,
            description = "The physical time, in the study's unit.")
    private double time;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the field: FILE.png as a picture, FILE.npy as numbers.")
    private @Nullable Path out;

    @Option(
            names = "--field",
            paramLabel = "NAME",
            description = "Field to write, when there are several; the first by default.")
    private @Nullable String field;

    @Override
    public Integer call() throws IOException {
        if (out != null && !out.toString().matches("(?i).*\\.(png|npy)")) {
            throw new UsageException("--out " + out + " ends with neither .png nor .npy");
        }
        try (Predictor predictor = load()) {
            ModelDescription description = predictor.description();
            double[] inputs = inputs(description);
            List<float[]> fields = predictor.predict(inputs);
            PrintWriter console = spec.commandLine().getOut();
            warnOutside(description, inputs, spec.commandLine().getErr());
            for (int f = 0; f < fields.size(); f++) {
                console.println(statistics(description.outputs().get(f), fields.get(f)));
            }
            if (out != null) {
                int index = fieldIndex(description);
                write(out, description.outputs().get(index), fields.get(index));
                console.println("wrote " + out);
            }
            console.flush();
        }
        return 0;
    }

    private Predictor load() {
        try {
            Predictor predictor = Predictor.load(model);
            if (!predictor.description().form().isDirect()) {
                predictor.close();
                throw new UsageException(
                        model
                                + " is auto-regressive: it goes on from fields, which this command"
                                + " cannot be given; in Java, Predictor.goOn can");
            }
            return predictor;
        } catch (IOException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private double[] inputs(ModelDescription description) {
        List<Input> expected = description.inputs();
        if (parameters.length != expected.size() - 1) {
            throw new UsageException(
                    "--parameters has "
                            + parameters.length
                            + " values; the model takes "
                            + (expected.size() - 1)
                            + ": "
                            + expected.subList(0, expected.size() - 1).stream()
                                    .map(input -> input.name() + " [" + input.unit() + "]")
                                    .collect(Collectors.joining(", ")));
        }
        double[] inputs = Arrays.copyOf(parameters, expected.size());
        inputs[expected.size() - 1] = time;
        for (double input : inputs) {
            if (!Double.isFinite(input)) {
                throw new UsageException(
                        "parameters and time must be finite, not " + Arrays.toString(inputs));
            }
        }
        return inputs;
    }

    private static void warnOutside(
            ModelDescription description, double[] inputs, PrintWriter err) {
        for (int i = 0; i < inputs.length; i++) {
            Input input = description.inputs().get(i);
            if (inputs[i] < input.min() || inputs[i] > input.max()) {
                err.printf(
                        Locale.ROOT,
                        "penstock: %s = %s is outside %s to %s, which the model was trained for%n",
                        input.name(),
                        inputs[i],
                        input.min(),
                        input.max());
            }
        }
        err.flush();
    }

    private int fieldIndex(ModelDescription description) {
        List<String> names = description.outputs().stream().map(Output::name).toList();
        int index = field == null ? 0 : names.indexOf(field);
        if (index < 0) {
            throw new UsageException("--field " + field + ": the model has " + names);
        }
        return index;
    }

    private static String statistics(Output output, float[] values) {
        StreamingStatistics statistics = new StreamingStatistics();
        for (float value : values) {
            statistics.addValue(value);
        }
        return String.format(
                Locale.ROOT,
                "%s %s: min %.6g, mean %.6g, max %.6g, standard deviation %.6g %s",
                output.name(),
                output.shape(),
                statistics.getMin(),
                statistics.getMean(),
                statistics.getMax(),
                statistics.getStandardDeviation(),
                output.unit());
    }

    private void write(Path file, Output output, float[] values) throws IOException {
        List<Integer> shape = output.shape();
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
            NpyFile.write(file, shape.stream().mapToInt(Integer::intValue).toArray(), values);
        } else {
            int rows = values.length / shape.get(shape.size() - 1);
            String title =
                    String.format(Locale.ROOT, "%s predicted at time %.4g", output.name(), time);
            FieldPicture.write(file, title, output.unit(), rows, values);
        }
    }
}
