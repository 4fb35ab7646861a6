package io.penstock.e2e.page;

import ai.djl.Device;
import io.penstock.sample.FieldSpec;
import io.penstock.sample.Normalizer;
import io.penstock.sample.Quantity;
import io.penstock.sample.SampleForm;
import io.penstock.sample.SampleSpec;
import io.penstock.schemas.DType;
import io.penstock.schemas.Field;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.SolverOutput;
import io.penstock.surrogate.MlpSpec;
import io.penstock.surrogate.ModelDescription;
import io.penstock.surrogate.NetworkShape;
import io.penstock.surrogate.Safetensors;
import io.penstock.surrogate.Surrogate;
import io.penstock.surrogate.SurrogateSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.simple.RandomSource;

/**
 * An untrained model of a study of plates, published as one that was trained, and the fields it is
 * of.
 */
final class PublishedModel {
    static final int ROWS = 24;
    static final int COLUMNS = 32;
    private static final double STEP_SECONDS = 0.01;

    private final WatchedKafka kafka;
    private final SampleSpec sample;
    private final SurrogateSpec spec;
    private final byte[] weights;

    PublishedModel(WatchedKafka kafka, String study) throws IOException {
        this.kafka = kafka;
        sample =
                new SampleSpec(
                        study,
                        List.of(
                                new Quantity("T_left", "K", 100, 500),
                                new Quantity("T_right", "K", 100, 500)),
                        new Quantity("time", "s", 0, STEP_SECONDS * WatchedStudy.STEPS),
                        List.of(
                                new FieldSpec(
                                        "temperature", "K", List.of(ROWS, COLUMNS), 100, 500)),
                        WatchedStudy.STEPS,
                        1 << 20);
        MlpSpec architecture = new MlpSpec(List.of(16));
        spec =
                new SurrogateSpec(
                                architecture,
                                SampleForm.DIRECT,
                                SurrogateSpec.NormalizerSource.RANGES)
                        .withoutWeights();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Surrogate surrogate =
                Surrogate.create(
                        architecture,
                        NetworkShape.of(sample, SampleForm.DIRECT),
                        Device.cpu(),
                        RandomSource.XO_SHI_RO_256_PP.create(1))) {
            Safetensors.write(surrogate.weights(), out);
        }
        weights = out.toByteArray();
    }

    /** Publishes it under a version. */
    void publish(long version) throws IOException {
        ModelUpdate update =
                ModelUpdate.newBuilder()
                        .setStudy(sample.study())
                        .setVersion(version)
                        .setModel(
                                ModelDescription.of(sample, spec, Normalizer.ofRanges(sample))
                                        .toJson())
                        .setWeights(ByteBuffer.wrap(weights))
                        .setWeightsBytes(weights.length)
                        .setWeightsSha256(
                                HexFormat.of().formatHex(Safetensors.sha256().digest(weights)))
                        .setMetrics(
                                Map.of(
                                        "batches",
                                        100.0 * version,
                                        "validationLoss",
                                        0.25 / version))
                        .setInputOffsets(List.of())
                        .setShardProgress(List.of())
                        .setTimestampMillis(System.currentTimeMillis())
                        .build();
        kafka.send(
                kafka.topics.modelUpdates(),
                sample.study(),
                ModelUpdate.getEncoder().encode(update));
    }

    /** What a solver would send of a simulation: every time step. */
    void solve(int simulation) throws IOException {
        for (int step = 0; step < WatchedStudy.STEPS; step++) {
            SolverOutput output =
                    SolverOutput.newBuilder()
                            .setStudy(sample.study())
                            .setSimulation(simulation)
                            .setTimeStep(step)
                            .setTime(STEP_SECONDS * (step + 1))
                            .setPurpose(WatchedStudy.purpose(simulation))
                            .setParameters(WatchedStudy.parameters(simulation))
                            .setFields(List.of(field(simulation, step)))
                            .build();
            kafka.send(
                    kafka.topics.solverOutputs(),
                    Integer.toString(simulation),
                    SolverOutput.getEncoder().encode(output));
        }
    }

    private static Field field(int simulation, int step) {
        List<Double> ends = WatchedStudy.parameters(simulation);
        ByteBuffer data =
                ByteBuffer.allocate(Float.BYTES * ROWS * COLUMNS).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                double across = column / (COLUMNS - 1.0);
                double wave = 30 * Math.sin(0.3 * row + 0.05 * step);
                data.putFloat((float) (ends.get(0) * (1 - across) + ends.get(1) * across + wave));
            }
        }
        return Field.newBuilder()
                .setName("temperature")
                .setShape(List.of(ROWS, COLUMNS))
                .setDtype(DType.FLOAT32)
                .setData(data.flip())
                .build();
    }
}
