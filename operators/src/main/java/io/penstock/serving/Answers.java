package io.penstock.serving;

import io.penstock.schemas.DType;
import io.penstock.schemas.Field;
import io.penstock.schemas.Prediction;
import io.penstock.schemas.PredictionRequest;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.ModelDescription.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions to one study's model, all that can be answered in one forward. Every question
 * has one answer: a prediction, or why there is none.
 *
 * <p>Parameters beyond the range that the model was trained with are no fault: how far one may
 * extrapolate is for the asker to know, and the range stands in the model's description.
 */
final class Answers {
    private static final int LONGEST = 500;

    /**
     * An answer carries the id twice, as key and in its value; of any length, it could be of a size
     * that the brokers refuse, however often the job begins anew and is asked again.
     */
    static final int LONGEST_ID = 1024;

    private final String study;

    Answers(String study) {
        this.study = study;
    }

    /** An answer that says why there is no prediction. */
    Prediction.Builder fault(Question question, String why) {
        PredictionRequest request = question.request();
        return answer(question)
                .setTime(request == null ? 0 : request.getTime())
                .setError(oneLine(why));
    }

    /** What comes from a request may be of any length, and hold anything. */
    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    private Prediction.Builder answer(Question question) {
        PredictionRequest request = question.request();
        return Prediction.newBuilder()
                .setId(request == null ? "" : id(request))
                .setStudy(study)
                .setFields(List.of())
                .setRequestPartition(question.partition())
                .setRequestOffset(question.offset());
    }

    private static String id(PredictionRequest request) {
        String id = request.getId();
        return id.length() <= LONGEST_ID ? id : id.substring(0, LONGEST_ID);
    }

    /** What is wrong with a question whatever the model; null when nothing is. */
    @Nullable String fault(Question question) {
        PredictionRequest request = question.request();
        if (request == null) {
            return Objects.requireNonNullElse(question.fault(), "the request cannot be read");
        }
        if (request.getId().length() > LONGEST_ID) {
            return "the id has %d characters; allowed: %d or fewer, and only those are repeated"
                    .formatted(request.getId().length(), LONGEST_ID);
        }
        return request.getStudy().equals(study)
                ? null
                : "study \"%s\" is not served here; allowed: \"%s\""
                        .formatted(request.getStudy(), study);
    }

    /** A question with as much of its answer as is known before the forward. */
    private record Draft(Question question, Prediction.Builder answer) {
        void giveTo(BiConsumer<Question, Prediction.Builder> out) {
            out.accept(question, answer);
        }
    }

    /**
     * Answers questions.
     *
     * @param out takes them with their answers, in their order. The fields of an answer hold until
     *     it returns: then those of the next one are put there, while the memory is near
     */
    void answer(
            ServedModel model,
            List<Question> questions,
            BiConsumer<Question, Prediction.Builder> out) {
        List<double[]> inputs = new ArrayList<>();
        List<List<List<float[]>>> given = new ArrayList<>();
        Deque<Draft> drafts = new ArrayDeque<>();
        for (Question question : questions) {
            drafts.add(new Draft(question, draft(model, question, inputs, given)));
        }
        List<Output> outputs = model.description().outputs();
        model.predictor()
                .predictBytes(
                        inputs,
                        given,
                        steps -> {
                            giveFaults(drafts, out);
                            Draft draft = drafts.remove();
                            draft.answer().setFields(fields(outputs, steps));
                            draft.giveTo(out);
                        });
        giveFaults(drafts, out);
    }

    private Prediction.Builder draft(
            ServedModel model,
            Question question,
            List<double[]> inputs,
            List<List<List<float[]>>> given) {
        String fault = fault(question);
        if (fault != null) {
            return fault(question, fault);
        }
        try {
            PredictionRequest request = Objects.requireNonNull(question.request());
            double[] input = inputs(model.description(), request);
            given.add(given(model.description(), request));
            inputs.add(input);
            return answer(question).setModelVersion(model.version()).setTime(request.getTime());
        } catch (IllegalArgumentException e) {
            return fault(question, String.valueOf(e.getMessage()));
        }
    }

    /** Those that come before the next one that has a prediction. */
    private static void giveFaults(
            Deque<Draft> drafts, BiConsumer<Question, Prediction.Builder> out) {
        while (!drafts.isEmpty() && drafts.getFirst().answer().hasError()) {
            drafts.remove().giveTo(out);
        }
    }

    private static double[] inputs(ModelDescription model, PredictionRequest request) {
        List<Double> parameters = request.getParameters();
        int expected = model.inputs().size() - 1;
        if (parameters.size() != expected) {
            throw new IllegalArgumentException(
                    "%d parameters given; the model takes %d: %s"
                            .formatted(
                                    parameters.size(),
                                    expected,
                                    model.inputs().subList(0, expected).stream()
                                            .map(ModelDescription.Input::name)
                                            .toList()));
        }
        double[] inputs = new double[expected + 1];
        for (int i = 0; i < expected; i++) {
            inputs[i] = finite(model.inputs().get(i).name(), parameters.get(i));
        }
        inputs[expected] = finite("time", request.getTime());
        return inputs;
    }

    /** A number that stays finite as a 32-bit float, which is what the network is given. */
    private static double finite(String name, double value) {
        if (!Float.isFinite((float) value)) {
            throw new IllegalArgumentException(
                    "%s is %s; allowed: a finite 32-bit number".formatted(name, value));
        }
        return value;
    }

    private static List<List<float[]>> given(ModelDescription model, PredictionRequest request) {
        List<Output> outputs = model.outputs();
        List<Field> fields = request.getFields();
        int expected = outputs.size() * model.form().givenSteps();
        if (fields.size() != expected) {
            throw new IllegalArgumentException(
                    "%d fields given; the model takes %d: %d of each of %d steps"
                            .formatted(
                                    fields.size(),
                                    expected,
                                    outputs.size(),
                                    model.form().givenSteps()));
        }
        List<List<float[]>> steps = new ArrayList<>();
        for (int at = 0; at < expected; at += outputs.size()) {
            List<float[]> step = new ArrayList<>();
            for (int f = 0; f < outputs.size(); f++) {
                step.add(values(fields.get(at + f), outputs.get(f)));
            }
            steps.add(step);
        }
        return steps;
    }

    private static float[] values(Field field, Output output) {
        int size = field.getDtype() == DType.FLOAT32 ? Float.BYTES : Double.BYTES;
        ByteBuffer data = field.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (!field.getName().equals(output.name())
                || !field.getShape().equals(output.shape())
                || data.remaining() != (long) output.cells() * size) {
            throw new IllegalArgumentException(
                    "field %s%s of %d bytes given; allowed: %s%s of %d bytes as %s"
                            .formatted(
                                    field.getName(),
                                    field.getShape(),
                                    data.remaining(),
                                    output.name(),
                                    output.shape(),
                                    (long) output.cells() * size,
                                    field.getDtype()));
        }
        float[] values = new float[output.cells()];
        for (int i = 0; i < values.length; i++) {
            float value = size == Float.BYTES ? data.getFloat() : (float) data.getDouble();
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(
                        "field %s is %s in cell %d; allowed: finite numbers"
                                .formatted(field.getName(), value, i));
            }
            values[i] = value;
        }
        return values;
    }

    private static List<Field> fields(List<Output> outputs, List<List<ByteBuffer>> steps) {
        List<Field> fields = new ArrayList<>();
        for (List<ByteBuffer> step : steps) {
            for (int f = 0; f < outputs.size(); f++) {
                Output output = outputs.get(f);
                fields.add(new Field(output.name(), output.shape(), DType.FLOAT32, step.get(f)));
            }
        }
        return fields;
    }
}
