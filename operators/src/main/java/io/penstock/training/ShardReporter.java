package io.penstock.training;

import io.penstock.reservoir.DrawStatistics;
import io.penstock.reservoir.Reservoir;
import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import org.jspecify.annotations.Nullable;

/** Says how a shard is doing, one interval after the other. */
public final class ShardReporter {
    private final TrainingShard shard;
    private long lastNanos;
    private long lastBatches;
    private long lastSamples;
    private long lastInserts;

    /**
     * @param shard whom to report on
     * @param nanos the time now, nanoseconds of a monotone clock
     */
    public ShardReporter(TrainingShard shard, long nanos) {
        this.shard = shard;
        begin(nanos);
    }

    private void begin(long nanos) {
        lastNanos = nanos;
        lastBatches = shard.counters.batches;
        lastSamples = shard.counters.samplesTrained;
        lastInserts = shard.reservoir.inserts();
    }

    /**
     * Reports the interval that ends now, and begins the next.
     *
     * @param nanos the time now, nanoseconds of the clock given before
     * @param timestampMillis wall clock, milliseconds since the epoch
     * @param finished whether nothing is left to do
     */
    public TrainingReport.Builder report(long nanos, long timestampMillis, boolean finished) {
        ShardCounters counters = shard.counters;
        double[] sums = shard.trainer.trainingSums();
        StepTimes times = shard.trainer.times();
        double seconds = Math.max(1e-9, (nanos - lastNanos) * 1e-9);
        boolean trained = counters.intervalBatches > 0;
        TrainingReport.Builder report = TrainingReport.newBuilder();
        describeProgress(report, finished);
        describeReservoir(report);
        describeValidation(report);
        report.setTimestampMillis(timestampMillis)
                .setIntervalSeconds(seconds)
                .setLoss(trained ? sums[0] / counters.intervalBatches : null)
                .setFreshLoss(counters.intervalFresh > 0 ? sums[1] / counters.intervalFresh : null)
                .setGradientNorm(counters.batches > 0 ? sums[2] : null)
                .setSampleAge(orNull(counters.lastMeanAge))
                .setSamplesPerSecond((counters.samplesTrained - lastSamples) / seconds)
                .setBatchesPerSecond((counters.batches - lastBatches) / seconds)
                .setInsertsPerSecond((shard.reservoir.inserts() - lastInserts) / seconds)
                .setStepMillis(times.stepMillis())
                .setGatherMillis(times.gatherMillis())
                .setOptimiserMillis(times.optimiserMillis())
                .setIngestMicros(times.ingestMicros());
        shard.trainer.resetTrainingSums();
        counters.beginInterval();
        times.reset();
        begin(nanos);
        return report;
    }

    private void describeProgress(TrainingReport.Builder report, boolean finished) {
        ShardCounters counters = shard.counters;
        report.setStudy(shard.study.sample().study())
                .setShard(shard.number)
                .setShards(shard.study.training().shards())
                .setPhase(phase(finished))
                .setBatches(counters.batches)
                .setSamplesTrained(counters.samplesTrained)
                .setDuplicates(counters.duplicates)
                .setLostReferences(counters.lostReferences)
                .setLearningRate(shard.learningRate())
                .setRounds(shard.rounds.round())
                .setMergeMillis(shard.rounds.nanos() * 1e-6)
                .setBacklog(shard.backlog.size())
                .setPaused(shard.isPaused())
                .setEarlyContributions(shard.rounds.early())
                .setRefusedContributions(shard.rounds.refused());
    }

    private Phase phase(boolean finished) {
        if (finished) {
            return Phase.FINISHED;
        }
        if (shard.reservoir.isReceptionOver()) {
            return Phase.DRAINING;
        }
        return shard.counters.batches == 0 ? Phase.FILLING : Phase.TRAINING;
    }

    private void describeReservoir(TrainingReport.Builder report) {
        Reservoir reservoir = shard.reservoir;
        DrawStatistics draws = reservoir.drawStatistics();
        report.setInserts(reservoir.inserts())
                .setReservoirSeen(reservoir.seen())
                .setReservoirUnseen(reservoir.unseen())
                .setReservoirCapacity(reservoir.capacity())
                .setEvicted(reservoir.evicted())
                .setDrained(reservoir.drained())
                .setDrawsPerSample(draws.histogram())
                .setDrawsTotal(draws.total())
                .setDrawsMin(draws.min())
                .setDrawsMax(draws.max());
    }

    private void describeValidation(TrainingReport.Builder report) {
        ValidationResult last = shard.validation.last();
        report.setValidationSamples(shard.validation.size())
                .setValidationLoss(orNull(last.loss()))
                .setValidationMse(orNull(last.mse()))
                .setValidationNormalisedRmse(orNull(last.normalisedRmse()))
                .setChurn(orNull(shard.churn()))
                .setValidationBatch(last.isPresent() ? (Long) last.batch() : null);
    }

    private static @Nullable Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
