package io.penstock.dashboard.study;

import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import java.util.List;

/** Training reports as a job writes them, one every second. */
final class Reports {
    private Reports() {}

    static TrainingReport.Builder at(long second, long batches) {
        return TrainingReport.newBuilder()
                .setStudy("heat")
                .setShard(0)
                .setShards(1)
                .setPhase(batches == 0 ? Phase.FILLING : Phase.TRAINING)
                .setTimestampMillis(1000 * second)
                .setIntervalSeconds(1)
                .setBatches(batches)
                .setSamplesTrained(10 * batches)
                .setInserts(5 * batches)
                .setValidationSamples(0)
                .setDuplicates(0)
                .setLoss(null)
                .setFreshLoss(null)
                .setGradientNorm(null)
                .setLearningRate(1e-3)
                .setValidationLoss(null)
                .setValidationMse(null)
                .setValidationNormalisedRmse(null)
                .setValidationBatch(null)
                .setReservoirSeen(0)
                .setReservoirUnseen(0)
                .setReservoirCapacity(100)
                .setEvicted(0)
                .setDrained(0)
                .setDrawsPerSample(List.of())
                .setDrawsTotal(0)
                .setDrawsMin(0)
                .setDrawsMax(0)
                .setSampleAge(null)
                .setSamplesPerSecond(0)
                .setBatchesPerSecond(0)
                .setInsertsPerSecond(0)
                .setStepMillis(null)
                .setCheckpoints(0)
                .setLastCheckpointBytes(0)
                .setMaxStallMillis(0);
    }
}
