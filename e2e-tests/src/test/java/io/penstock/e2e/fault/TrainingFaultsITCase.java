package io.penstock.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.e2e.SyntheticStudy;
import io.penstock.schemas.Phase;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A training in the counted pace, of which something fails at a random moment, ends with the same
 * weights, moments and counters as one of which nothing does. What the processes say stays in
 * {@code target/faults}, and so does the table of what came of each fault.
 *
 * <p>System properties choose: {@code penstock.faults}, {@code short}, {@code all} or names of
 * {@link Fault}s; {@code penstock.faults.times}, how often each; {@code penstock.faults.seed}, the
 * moments.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = java.util.concurrent.TimeUnit.MINUTES)
class TrainingFaultsITCase {
    private static final List<Fault> SHORT =
            List.of(Fault.KILLED_IN_CHECKPOINT, Fault.BROKER_KILLED, Fault.JOB_MANAGER_KILLED);
    private static final String ASKED = System.getProperty("penstock.faults", "short");
    private static final int TIMES = Integer.getInteger("penstock.faults.times", 1);
    private static final long SEED = Long.getLong("penstock.faults.seed", 1);

    /** All of a report that neither clocks nor the intervals of reports decide. */
    private static final List<String> COUNTERS =
            List.of(
                    "shard",
                    "phase",
                    "batches",
                    "samplesTrained",
                    "inserts",
                    "validationSamples",
                    "duplicates",
                    "lostReferences",
                    "learningRate",
                    "validationLoss",
                    "validationMse",
                    "validationNormalisedRmse",
                    "validationBatch",
                    "reservoirSeen",
                    "reservoirUnseen",
                    "evicted",
                    "drained",
                    "drawsPerSample",
                    "drawsTotal",
                    "drawsMin",
                    "drawsMax",
                    "rounds",
                    "backlog",
                    "earlyContributions",
                    "weightsSha256",
                    "stateSha256");

    private final FaultTable table = new FaultTable();
    private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(SEED);
    private final Map<Integer, List<TrainingReport>> undisturbed = new HashMap<>();

    @AutoClose private FaultyCluster cluster;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        cluster = new FaultyCluster(folder, "faults", null);
    }

    @AfterAll
    void writeTable() throws IOException {
        table.write(cluster.logs().resolve("table.md"));
    }

    static Stream<Arguments> cases() {
        return switch (ASKED) {
            case "short" -> SHORT.stream().map(fault -> Arguments.of(fault, 1));
            case "all" -> Arrays.stream(Fault.values()).flatMap(TrainingFaultsITCase::both);
            default ->
                    Arrays.stream(ASKED.split(","))
                            .map(Fault::valueOf)
                            .flatMap(TrainingFaultsITCase::both);
        };
    }

    private static Stream<Arguments> both(Fault fault) {
        return Stream.of(Arguments.of(fault, 1), Arguments.of(fault, 2));
    }

    @ParameterizedTest(name = "{0}, {1} shards")
    @MethodSource("cases")
    void endsAsIfNothingHadHappened(Fault fault, int shards) throws Exception {
        List<TrainingReport> expected = undisturbed(shards);
        List<Duration> recoveries = new ArrayList<>();
        long lost = 0;
        long duplicated = 0;
        int equal = 0;
        for (int time = 0; time < TIMES; time++) {
            String name = "%s-%d-%d".formatted(fault.name().toLowerCase(Locale.ROOT), shards, time);
            FaultyTraining training = cluster.train(name, shards);
            recoveries.add(strike(fault, training, expected.get(0).getBatches()));
            List<TrainingReport> reports = training.end();
            lost += sent() - sum(reports, "inserts");
            duplicated += sum(reports, "duplicates");
            equal += counters(reports).equals(counters(expected)) ? 1 : 0;
            assertThat(counters(reports)).as("training %s", name).isEqualTo(counters(expected));
        }
        table.add(
                new FaultTable.Row(fault.toString(), shards, lost, duplicated, equal, recoveries));
    }

    @Test
    void twoTrainingsInOneTaskManagerEndAsEachAlone() throws Exception {
        List<TrainingReport> first = undisturbed(1);
        List<TrainingReport> second = another("alone").end();

        FaultyTraining firstOfTwo = cluster.train("first-of-two", 1);
        FaultyTraining secondOfTwo = another("second-of-two");
        assertThat(counters(firstOfTwo.end())).isEqualTo(counters(first));
        assertThat(counters(secondOfTwo.end())).isEqualTo(counters(second));
        assertThat(counters(second)).isNotEqualTo(counters(first));
    }

    /** A training of another model from another seed. */
    private FaultyTraining another(String name) throws Exception {
        cluster.fill(name);
        String study = FaultyCluster.study(name, 1);
        return cluster.train(
                name, study.replace("[400, 400]", "[300]").replace("seed: 7", "seed: 8"), 1);
    }

    private List<TrainingReport> undisturbed(int shards) throws Exception {
        List<TrainingReport> known = undisturbed.get(shards);
        if (known != null) {
            return known;
        }
        List<TrainingReport> reports = cluster.train("undisturbed-" + shards, shards).end();
        assertThat(reports).hasSize(shards);
        for (TrainingReport report : reports) {
            assertThat(report.getPhase()).isEqualTo(Phase.FINISHED);
            assertThat(report.getStateSha256()).isNotNull();
        }
        assertThat(sum(reports, "inserts")).isEqualTo(sent());
        undisturbed.put(shards, reports);
        return reports;
    }

    /**
     * Lets it happen at some moment; how long it took from when nothing was broken any more until
     * the training was further than ever.
     */
    private Duration strike(Fault fault, FaultyTraining training, long batches) throws Exception {
        training.awaitBatches((long) (batches * (0.1 + 0.6 * random.nextDouble())));
        fault.strike(cluster, training);
        long healed = System.currentTimeMillis();
        training.awaitFurtherThan(training.batches(), healed);
        return Duration.ofMillis(System.currentTimeMillis() - healed);
    }

    private static long sent() {
        return (FaultyCluster.SIMULATIONS - 2L) * SyntheticStudy.STEPS;
    }

    private static long sum(List<TrainingReport> reports, String counter) {
        return reports.stream().mapToLong(report -> (Long) report.get(counter)).sum();
    }

    private static List<Map<String, Object>> counters(List<TrainingReport> reports) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (TrainingReport report : reports) {
            Map<String, Object> counters = new HashMap<>();
            COUNTERS.forEach(name -> counters.put(name, String.valueOf(report.get(name))));
            all.add(counters);
        }
        return all;
    }
}
