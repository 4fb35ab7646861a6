package io.penstock.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class PredictorTest {
    private static final int SAMPLES = 33;

    /** Of the range of the fields, 400 K: single floats have 24 bits. */
    private static final float ROUNDING = 400 * 1e-5f;

    private static final SampleSpec SAMPLE =
            new SampleSpec(
                    "several",
                    List.of(new Quantity("a", "K", 100, 500), new Quantity("b", "K", 0, 1)),
                    new Quantity("time", "s", 0, 2),
                    List.of(
                            new FieldSpec("u", "K", List.of(8, 8), 100, 500),
                            new FieldSpec("v", "K", List.of(8, 8), -100, 300)),
                    10,
                    1 << 20);

    private final UniformRandomProvider random = NetworkCase.random(5);

    private static Predictor predictor(Architecture architecture, SampleForm form)
            throws IOException {
        SurrogateSpec spec =
                new SurrogateSpec(architecture, form, SurrogateSpec.NormalizerSource.RANGES);
        ByteArrayOutputStream weights = new ByteArrayOutputStream();
        try (Surrogate surrogate =
                new NetworkCase(architecture, NetworkShape.of(SAMPLE, form)).create(3)) {
            Safetensors.write(surrogate.weights(), weights);
        }
        return new Predictor(
                ModelDescription.of(SAMPLE, spec, Normalizer.ofRanges(SAMPLE)),
                new ByteArrayInputStream(weights.toByteArray()));
    }

    private List<double[]> inputs() {
        List<double[]> inputs = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            inputs.add(
                    new double[] {
                        100 + 400 * random.nextDouble(), random.nextDouble(), random.nextDouble()
                    });
        }
        return inputs;
    }

    private List<List<List<float[]>>> given(int bundle) {
        List<List<List<float[]>>> given = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            List<List<float[]>> steps = new ArrayList<>();
            for (int step = 0; step < bundle; step++) {
                steps.add(List.of(values(), values()));
            }
            given.add(steps);
        }
        return given;
    }

    private float[] values() {
        float[] values = new float[64];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (100 + 400 * random.nextDouble());
        }
        return values;
    }

    @Test
    void severalAtOnceAreWhatEachIsAlone() throws IOException {
        List<double[]> inputs = inputs();
        for (Architecture architecture :
                List.of(new MlpSpec(List.of(16, 16)), new FnoSpec(4, 2, 3))) {
            try (Predictor predictor = predictor(architecture, SampleForm.DIRECT)) {
                List<List<float[]>> together = predictor.predict(inputs);
                assertThat(together).hasSize(SAMPLES);
                for (int i = 0; i < SAMPLES; i++) {
                    List<float[]> alone = predictor.predict(inputs.get(i));
                    assertThat(together.get(i)).hasSize(2);
                    for (int field = 0; field < 2; field++) {
                        assertThat(together.get(i).get(field))
                                .containsExactly(alone.get(field), within(ROUNDING));
                    }
                }
            }
        }
    }

    @Test
    void givesWhatTheNetworkFindsInUnitsOfEachField() throws IOException {
        try (Predictor predictor = predictor(new MlpSpec(List.of(16)), SampleForm.DIRECT)) {
            double[] input = inputs().get(0);
            List<float[]> fields = predictor.predict(input);
            float[] found = normalised(predictor, input);
            int at = 0;
            for (int f = 0; f < 2; f++) {
                ModelDescription.Output output = predictor.description().outputs().get(f);
                for (float value : fields.get(f)) {
                    assertThat((double) value)
                            .isCloseTo(
                                    found[at++] / output.scale() + output.shift(),
                                    within(2.0 * Math.ulp(500f)));
                }
            }
        }
    }

    private static float[] normalised(Predictor predictor, double[] input) {
        float[] scaled = new float[input.length];
        for (int i = 0; i < input.length; i++) {
            ModelDescription.Input each = predictor.description().inputs().get(i);
            scaled[i] = (float) ((input[i] - each.shift()) * each.scale());
        }
        try (NDManager scope = predictor.surrogate().manager().newSubManager()) {
            NDArray inputs = scope.create(scaled, new Shape(1, scaled.length));
            return predictor.surrogate().forward(new NDList(inputs), false).toFloatArray();
        }
    }

    @Test
    void bytesAreTheSameNumbers() throws IOException {
        List<double[]> inputs = inputs();
        List<List<List<float[]>>> given = given(2);
        try (Predictor direct = predictor(new MlpSpec(List.of(16)), SampleForm.DIRECT);
                Predictor goesOn =
                        predictor(new MlpSpec(List.of(16)), SampleForm.autoRegressive(2, 0))) {
            // First few, then many, then few: what is kept between the calls grows, and is larger
            // than needed.
            for (int samples : List.of(2, SAMPLES, 3)) {
                List<double[]> some = inputs.subList(0, samples);
                assertThat(floats(direct, some, List.of()))
                        .isDeepEqualTo(flat(direct.predict(some).stream().map(List::of).toList()));
                assertThat(floats(goesOn, some, given.subList(0, samples)))
                        .isDeepEqualTo(flat(goesOn.goOnAll(some, given.subList(0, samples))));
            }
        }
    }

    private static float[][] floats(
            Predictor predictor, List<double[]> inputs, List<List<List<float[]>>> given) {
        List<float[]> floats = new ArrayList<>();
        predictor.predictBytes(
                inputs,
                given,
                steps ->
                        steps.stream()
                                .flatMap(List::stream)
                                .forEach(
                                        bytes -> {
                                            float[] values =
                                                    new float[bytes.remaining() / Float.BYTES];
                                            bytes.order(ByteOrder.LITTLE_ENDIAN)
                                                    .asFloatBuffer()
                                                    .get(values);
                                            floats.add(values);
                                        }));
        return floats.toArray(float[][]::new);
    }

    private static float[][] flat(List<List<List<float[]>>> found) {
        return found.stream().flatMap(List::stream).flatMap(List::stream).toArray(float[][]::new);
    }

    @Test
    void severalGoOnTogetherAsEachDoesAlone() throws IOException {
        List<double[]> inputs = inputs();
        List<List<List<float[]>>> given = given(2);
        try (Predictor predictor =
                predictor(new MlpSpec(List.of(16)), SampleForm.autoRegressive(2, 0))) {
            List<List<List<float[]>>> together = predictor.goOnAll(inputs, given);
            assertThat(together).hasSize(SAMPLES);
            for (int i = 0; i < SAMPLES; i++) {
                List<List<float[]>> alone = predictor.goOn(inputs.get(i), given.get(i));
                for (int step = 0; step < 2; step++) {
                    for (int field = 0; field < 2; field++) {
                        assertThat(together.get(i).get(step).get(field))
                                .containsExactly(alone.get(step).get(field), within(ROUNDING));
                    }
                }
            }
        }
    }

    @Test
    void aBatchAfterALargerOneIsItsOwn() throws IOException {
        List<double[]> inputs = inputs();
        try (Predictor predictor = predictor(new MlpSpec(List.of(16)), SampleForm.DIRECT)) {
            List<float[]> first = predictor.predict(inputs.subList(4, 7)).get(1);
            predictor.predict(inputs);
            List<List<float[]>> again = predictor.predict(inputs.subList(4, 7));
            assertThat(again).hasSize(3);
            assertThat(again.get(1).get(0)).isEqualTo(first.get(0));
            assertThat(again.get(1).get(1)).isEqualTo(first.get(1));
            assertThat(predictor.predict(List.of())).isEmpty();
        }
    }

    @Test
    void takesTheThreadsThatTheProcessWasGivenWhoeverAsks() throws Exception {
        String given = System.getProperty(TorchThreads.PROPERTY);
        try (Predictor predictor = predictor(new MlpSpec(List.of(16)), SampleForm.DIRECT)) {
            int usual = JniUtils.getNumThreads();
            System.setProperty(TorchThreads.PROPERTY, Integer.toString(usual + 2));
            FutureTask<Integer> asked =
                    new FutureTask<>(
                            () -> {
                                predictor.predict(new double[] {300, 0, 0});
                                int taken = JniUtils.getNumThreads();
                                JniUtils.setNumThreads(usual); // It holds for later threads too.
                                return taken;
                            });
            new Thread(asked).start();
            assertThat(asked.get()).isEqualTo(usual + 2);
        } finally {
            if (given == null) {
                System.clearProperty(TorchThreads.PROPERTY);
            } else {
                System.setProperty(TorchThreads.PROPERTY, given);
            }
        }
    }

    @Test
    void saysWhatItCannotBeAsked() throws IOException {
        try (Predictor direct = predictor(new MlpSpec(List.of(16)), SampleForm.DIRECT);
                Predictor goesOn =
                        predictor(new MlpSpec(List.of(16)), SampleForm.autoRegressive(2, 0))) {
            assertThatThrownBy(() -> direct.predict(new double[2]))
                    .hasMessage("2 inputs given; the model takes 3");
            assertThatThrownBy(() -> direct.goOnAll(List.of(), List.of()))
                    .hasMessageContaining("it goes on from nothing");
            assertThatThrownBy(() -> goesOn.predict(new double[3]))
                    .hasMessageContaining("fields of 2 steps; give them too");
            assertThatThrownBy(() -> goesOn.goOn(new double[3], List.of()))
                    .hasMessage("0 steps given; the model takes 2");
            assertThatThrownBy(() -> goesOn.goOnAll(List.of(new double[3]), List.of()))
                    .hasMessage("1 inputs, but the fields of 0");
        }
    }
}
