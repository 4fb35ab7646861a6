package io.penstock.serving;

import ai.djl.Device;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.DType;
import io.penstock.schemas.Field;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.PredictionRequest;
import io.penstock.surrogate.MlpSpec;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.NetworkShape;
import io.penstock.surrogate.Safetensors;
import io.penstock.surrogate.Surrogate;
import io.penstock.surrogate.SurrogateSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.simple.RandomSource;

/** Published versions of a small model, and requests to it. */
public final class Versions {
    public static final String STUDY = "rod";
    private static final int HIDDEN = 4;
    static final int CELLS = 6;

    private Versions() {}

    static SampleSpec sample(int cells) {
        return new SampleSpec(
                STUDY,
                List.of(new Quantity("west", "K", 100, 500), new Quantity("east", "K", 100, 500)),
                new Quantity("time", "s", 0, 2),
                List.of(new FieldSpec("temperature", "K", List.of(cells), 100, 500)),
                10,
                1 << 20);
    }

    /** A version whose weights its number decides. */
    public static ModelUpdate update(long version) {
        return update(version, CELLS, SampleForm.DIRECT);
    }

    static ModelUpdate autoRegressive(long version, int bundle) {
        return update(version, CELLS, SampleForm.autoRegressive(bundle, 0));
    }

    static ModelUpdate withLoss(long version, double loss) {
        ModelUpdate update = update(version);
        update.setMetrics(Map.of(PromotionGate.METRIC, loss));
        return update;
    }

    public static ModelUpdate update(long version, int cells, SampleForm form) {
        SampleSpec sample = sample(cells);
        SurrogateSpec spec =
                new SurrogateSpec(
                        new MlpSpec(List.of(HIDDEN)), form, SurrogateSpec.NormalizerSource.RANGES);
        byte[] weights = weights(NetworkShape.of(sample, form), version);
        return ModelUpdate.newBuilder()
                .setStudy(STUDY)
                .setVersion(version)
                .setModel(ModelDescription.of(sample, spec, Normalizer.ofRanges(sample)).toJson())
                .setMetrics(Map.of())
                .setInputOffsets(List.of())
                .setShardProgress(List.of())
                .setWeights(ByteBuffer.wrap(weights))
                .setWeightsBytes(weights.length)
                .setWeightsSha256(HexFormat.of().formatHex(Safetensors.sha256().digest(weights)))
                .setTimestampMillis(0)
                .build();
    }

    private static byte[] weights(NetworkShape shape, long seed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Surrogate surrogate =
                Surrogate.create(
                        new MlpSpec(List.of(HIDDEN)),
                        shape,
                        Device.cpu(),
                        RandomSource.XO_SHI_RO_256_PP.create(seed))) {
            Safetensors.write(surrogate.weights(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A request whose number decides the parameters. */
    public static PredictionRequest request(long number) {
        return PredictionRequest.newBuilder()
                .setId("request-" + number)
                .setStudy(STUDY)
                .setParameters(List.of(100.0 + number % 400, 500.0 - number % 400))
                .setTime(0.1 * (number % 20))
                .setTimestampMillis(0)
                .build();
    }

    static PredictionRequest request(long number, int bundle) {
        PredictionRequest request = request(number);
        List<Field> fields = new ArrayList<>();
        for (int step = 0; step < bundle; step++) {
            fields.add(field(number + step));
        }
        request.setFields(fields);
        return request;
    }

    private static Field field(double value) {
        ByteBuffer data = ByteBuffer.allocate(CELLS * 4).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(toArray(Collections.nCopies(CELLS, (float) (100 + value))));
        return new Field("temperature", List.of(CELLS), DType.FLOAT32, data);
    }

    private static float[] toArray(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    /** The bytes of a request. */
    public static byte[] encode(PredictionRequest request) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PredictionRequest.getEncoder().encode(request, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of a version. */
    public static byte[] encode(ModelUpdate update) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ModelUpdate.getEncoder().encode(update, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a version predicts for a request, by itself. */
    public static float[] expected(ModelUpdate update, PredictionRequest request) {
        try (ServedModel model = ServedModel.load(update)) {
            double[] inputs = new double[request.getParameters().size() + 1];
            for (int i = 0; i < inputs.length - 1; i++) {
                inputs[i] = request.getParameters().get(i);
            }
            inputs[inputs.length - 1] = request.getTime();
            return model.predictor().predict(inputs).get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values of a field. */
    public static float[] values(Field field) {
        float[] values = new float[field.getData().remaining() / Float.BYTES];
        field.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
