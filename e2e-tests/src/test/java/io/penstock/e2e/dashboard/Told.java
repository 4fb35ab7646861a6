package io.penstock.e2e.dashboard;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Phase;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Records as jobs write them. */
final class Told {
    static final String STUDY = "heat";

    private Told() {}

    /** A report of a shard that trains; counters follow from the batches. */
    static TrainingReport.Builder report(int shard, int shards, long batches, long time) {
        return TrainingReport.newBuilder()
                .setStudy(STUDY)
                .setShard(shard)
                .setShards(shards)
                .setPhase(batches == 0 ? Phase.FILLING : Phase.TRAINING)
                .setTimestampMillis(time)
                .setIntervalSeconds(0.5)
                .setBatches(batches)
                .setSamplesTrained(10 * batches)
                .setInserts(3 * batches)
                .setValidationSamples(20)
                .setDuplicates(batches / 100)
                .setLoss(1.0 / (1 + batches))
                .setFreshLoss(1.5 / (1 + batches))
                .setGradientNorm(0.25)
                .setLearningRate(1e-3)
                .setValidationLoss(shard == 0 ? (Double) 0.125 : null)
                .setValidationMse(shard == 0 ? (Double) 12.5 : null)
                .setValidationNormalisedRmse(shard == 0 ? (Double) 0.0625 : null)
                .setValidationBatch(shard == 0 ? (Long) batches : null)
                .setReservoirSeen(70)
                .setReservoirUnseen(30)
                .setReservoirCapacity(200)
                .setEvicted(5)
                .setDrained(0)
                .setDrawsPerSample(List.of(0L, 2L, 3L))
                .setDrawsTotal(8)
                .setDrawsMin(1)
                .setDrawsMax(2)
                .setSampleAge(40.5)
                .setSamplesPerSecond(200)
                .setBatchesPerSecond(20)
                .setInsertsPerSecond(60)
                .setStepMillis(1.25)
                .setCheckpoints(2)
                .setLastCheckpointBytes(7_340_032)
                .setLastStallMillis(3.5)
                .setMaxStallMillis(12.25);
    }

    static byte[] bytes(TrainingReport report) throws IOException {
        return bytes(TrainingReport.getEncoder().encode(report));
    }

    static byte[] request(long simulation, Purpose purpose) throws IOException {
        return bytes(
                SimulationRequest.getEncoder()
                        .encode(
                                SimulationRequest.newBuilder()
                                        .setStudy(STUDY)
                                        .setSimulation(simulation)
                                        .setPurpose(purpose)
                                        .setParameters(List.of(simulation / 2.0, -1.0 * simulation))
                                        .setProposedBy("halton")
                                        .build()));
    }

    static SimulationEvent.Builder event(long simulation, EventKind kind, long time) {
        return SimulationEvent.newBuilder()
                .setStudy(STUDY)
                .setSimulation(simulation)
                .setKind(kind)
                .setTimestampMillis(time);
    }

    static byte[] started(long simulation, Purpose purpose, long time) throws IOException {
        return bytes(
                event(simulation, EventKind.STARTED, time)
                        .setPurpose(purpose)
                        .setParameters(List.of(simulation / 2.0, -1.0 * simulation))
                        .setExpectedSteps(100)
                        .build());
    }

    static byte[] bytes(SimulationEvent event) throws IOException {
        return bytes(SimulationEvent.getEncoder().encode(event));
    }

    static byte[] rejected(long offset, long simulation, long time) throws IOException {
        return bytes(
                RejectedSample.getEncoder()
                        .encode(
                                RejectedSample.newBuilder()
                                        .setStudy(STUDY)
                                        .setCause(RejectionCause.WRONG_SHAPE)
                                        .setReason("shape is [3]; allowed: [4]")
                                        .setTopic("t-solver-outputs")
                                        .setPartition(0)
                                        .setOffset(offset)
                                        .setSimulation(simulation)
                                        .setTimeStep(3)
                                        .setOriginalBytes(2)
                                        .setOriginal(ByteBuffer.wrap(new byte[2]))
                                        .setTimestampMillis(time)
                                        .build()));
    }

    static byte[] model(long version, long time) throws IOException {
        return bytes(
                ModelUpdate.getEncoder()
                        .encode(
                                ModelUpdate.newBuilder()
                                        .setStudy(STUDY)
                                        .setVersion(version)
                                        .setModel("{}")
                                        .setMetrics(Map.of("validationLoss", 0.125))
                                        .setInputOffsets(List.of())
                                        .setShardProgress(List.of())
                                        .setWeightsUri("file:/nowhere")
                                        .setWeightsBytes(1000)
                                        .setWeightsSha256("ab" + version)
                                        .setTimestampMillis(time)
                                        .build()));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        return WatchedBroker.bytes(buffer);
    }
}
