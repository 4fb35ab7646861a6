package io.penstock.report;

import io.penstock.report.RunReport.Buffer;
import io.penstock.report.RunReport.Course;
import io.penstock.report.RunReport.Data;
import io.penstock.report.RunReport.Outcome;
import io.penstock.report.RunReport.Samples;
import io.penstock.report.RunReport.Setup;
import io.penstock.report.RunReport.Simulations;
import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import io.penstock.training.ShardReports;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A run as it might have been: smooth curves with some noise, always the same. */
public final class SampleRun {
    static final Instant START = Instant.parse("2026-03-01T10:15:30Z");
    static final String STUDY_TEXT =
            """
            study: heat <demo> & "co"   # how it all began
            ensemble:
              solver: heat2d
              simulations: 60
              parameters:
                - {name: initial, unit: K, min: 100, max: 500}
            reservoir: {kind: reservoir, capacity: 2000, threshold: 400}
            """;

    private static final int CAPACITY = 2000;
    private static final int THRESHOLD = 400;
    private static final int SECONDS = 120;
    private static final int LAST_INSERT = 6000;

    private SampleRun() {}

    /** A report of a shard that has trained the batches, one second after the other. */
    public static TrainingReport.Builder report(int second, long batches) {
        return TrainingReport.newBuilder()
                .setStudy("heat")
                .setShard(0)
                .setShards(1)
                .setPhase(batches == 0 ? Phase.FILLING : Phase.TRAINING)
                .setTimestampMillis(START.plusSeconds(second).toEpochMilli())
                .setIntervalSeconds(1)
                .setBatches(batches)
                .setSamplesTrained(10 * batches)
                .setInserts(Math.min(LAST_INSERT, 60L * second))
                .setValidationSamples(Math.min(600, 8L * second))
                .setDuplicates(second / 40)
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
                .setReservoirCapacity(CAPACITY)
                .setEvicted(0)
                .setDrained(0)
                .setDrawsPerSample(List.of())
                .setDrawsTotal(0)
                .setDrawsMin(0)
                .setDrawsMax(0)
                .setSampleAge(null)
                .setSamplesPerSecond(0)
                .setBatchesPerSecond(0)
                .setInsertsPerSecond(60)
                .setStepMillis(null)
                .setCheckpoints(second / 10)
                .setLastCheckpointBytes(7_340_032)
                .setMaxStallMillis(12.25);
    }

    /** Two minutes of training, the reports of {@code SECONDS} intervals. */
    static TrainingHistory history() {
        return history(1);
    }

    /** The same with several shards, each on samples of its own. */
    public static TrainingHistory history(int shards) {
        TrainingHistory history = new TrainingHistory();
        for (int shard = 0; shard < shards; shard++) {
            Random random = new Random(7 + shard);
            for (int second = 1; second <= SECONDS; second++) {
                TrainingReport.Builder report = report(second, random);
                history.add(shards == 1 ? report.build() : merged(report, shard, shards).build());
            }
        }
        return history;
    }

    /** Shard 0 reports the validation of all; the last one has nothing to train on now and then. */
    private static TrainingReport.Builder merged(
            TrainingReport.Builder report, int shard, int shards) {
        long rounds = report.getBatches() / 100;
        if (shard > 0) {
            report.setValidationBatch(null)
                    .setValidationLoss(null)
                    .setValidationMse(null)
                    .setValidationNormalisedRmse(null);
        }
        return report.setShard(shard)
                .setShards(shards)
                // Shards are not as fast as each other, and their clocks not the same.
                .setTimestampMillis(report.getTimestampMillis() + 70L * shard)
                .setRounds(rounds)
                .setMergeMillis((15.5 + 5 * shard) * rounds)
                .setEarlyContributions(shard == shards - 1 ? rounds / 9 : 0);
    }

    private static TrainingReport.Builder report(int second, Random random) {
        long batches = Math.max(0, second - THRESHOLD / 60) * 24L;
        TrainingReport.Builder report = report(second, batches);
        long size = Math.min(CAPACITY, report.getInserts());
        int drained = Math.max(0, second - LAST_INSERT / 60) * 100;
        int kept = (int) Math.max(0, size - drained);
        int unseen = batches == 0 ? kept : (int) (kept * (0.25 + 0.02 * random.nextGaussian()));
        report.setReservoirUnseen(drained > 0 ? unseen / 8 : unseen)
                .setReservoirSeen(kept - report.getReservoirUnseen())
                .setEvicted(report.getInserts() - size)
                .setDrained(drained)
                .setPhase(drained > 0 ? Phase.DRAINING : report.getPhase());
        if (batches > 0) {
            losses(report, batches, random);
            draws(report);
        }
        return report;
    }

    private static void losses(TrainingReport.Builder report, long batches, Random random) {
        double loss = 0.2 * Math.exp(-batches / 350.0) + 0.02 * Math.exp(-batches / 1400.0) + 4e-4;
        long validated = batches / 200 * 200;
        double validation =
                0.22 * Math.exp(-validated / 350.0) + 0.02 * Math.exp(-validated / 1400.0) + 6e-4;
        report.setLoss(loss * Math.exp(0.12 * random.nextGaussian()))
                .setFreshLoss(1.4 * loss * Math.exp(0.2 * random.nextGaussian()))
                .setGradientNorm(Math.sqrt(loss))
                .setSampleAge(900 + 50 * random.nextGaussian())
                .setSamplesPerSecond(240)
                .setBatchesPerSecond(24)
                .setStepMillis(3.5);
        if (validated > 0) {
            report.setValidationBatch(validated)
                    .setValidationLoss(validation)
                    .setValidationMse(validation * 160_000)
                    .setValidationNormalisedRmse(Math.sqrt(validation * 12));
        }
    }

    /** Draws before eviction are geometric with mean 4. */
    private static void draws(TrainingReport.Builder report) {
        List<Long> histogram = new ArrayList<>(List.of(0L));
        long left = report.getEvicted() + report.getDrained();
        long total = 0;
        for (int k = 1; k < 64; k++) {
            long count = Math.round(left * 0.25 * Math.pow(0.75, k - 1));
            histogram.add(count);
            total += k * count;
        }
        report.setDrawsPerSample(histogram).setDrawsTotal(total);
        report.setDrawsMin(left > 0 ? 1 : 0).setDrawsMax(left > 0 ? 31 : 0);
    }

    public static RunReport finished(TrainingHistory history) {
        ShardReports latest = history.latest();
        long validation = latest.total(TrainingReport::getValidationSamples);
        long unique = validation + latest.total(TrainingReport::getInserts);
        long duplicates = latest.total(TrainingReport::getDuplicates);
        long trained = latest.total(TrainingReport::getSamplesTrained);
        return new RunReport(
                setup(latest.shards()),
                new Data(
                        new Simulations(66, 64L, 2L),
                        new Samples(
                                unique + duplicates + 15,
                                unique,
                                validation,
                                duplicates,
                                15L,
                                trained),
                        Map.of("NOT_FINITE", 12L, "WRONG_SHAPE", 3L)),
                history.totals(),
                new Course(Outcome.FINISHED, null, START, 124.75, "ab".repeat(32), "0.1.0"));
    }

    /** Stopped before anything was known. */
    static RunReport interrupted() {
        return new RunReport(
                setup(1),
                new Data(
                        new Simulations(66, null, null),
                        new Samples(null, null, null, null, null, null),
                        Map.of()),
                new TrainingHistory().totals(),
                new Course(Outcome.INTERRUPTED, null, START, Double.NaN, null, null));
    }

    private static Setup setup(int shards) {
        return new Setup(
                "heat <demo>",
                42,
                new Buffer("reservoir", CAPACITY, THRESHOLD),
                "samples-per-insert: 4",
                shards);
    }

    /** A warm spot that cools, with one hot wall at the top, and a surrogate slightly off. */
    static FieldPanel panel(long simulation, int side) {
        float[] truth = new float[side * side];
        float[] prediction = new float[side * side];
        for (int row = 0; row < side; row++) {
            for (int col = 0; col < side; col++) {
                double y = row / (side - 1.0);
                double x = col / (side - 1.0);
                double spot = Math.exp(-20 * (Math.pow(x - 0.3, 2) + Math.pow(y - 0.6, 2)));
                int cell = row * side + col;
                truth[cell] = (float) (150 + 300 * Math.exp(-6 * y) + 120 * spot);
                prediction[cell] =
                        (float) (truth[cell] + 4 * Math.sin(9 * x + simulation) * Math.cos(7 * y));
            }
        }
        return new FieldPanel(
                new FieldPanel.Label("temperature", "K", simulation, 49, "0.5 s"),
                side,
                side,
                truth,
                prediction);
    }

    /** A wave in one dimension. */
    static FieldPanel line() {
        float[] truth = new float[128];
        float[] prediction = new float[128];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = (float) Math.sin(i / 12.0);
            prediction[i] = truth[i] + 0.05f * (float) Math.cos(i / 5.0);
        }
        return new FieldPanel(
                new FieldPanel.Label("velocity", "m/s", 3, 7, "0.08 s"), 1, 128, truth, prediction);
    }
}
