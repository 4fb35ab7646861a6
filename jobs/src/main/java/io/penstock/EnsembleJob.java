package io.penstock;

import io.penstock.flink.ConsumedRecord;
import io.penstock.flink.EnsembleTracker;
import io.penstock.flink.KafkaOutputPublisher;
import io.penstock.flink.SolveOperatorFactory;
import io.penstock.flink.SolveOperatorSettings;
import io.penstock.flink.WireRecordTypes;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.setting.Check;
import io.penstock.solver.RequestPlan;
import io.penstock.study.EnsembleSettings;
import io.penstock.study.Study;
import io.penstock.study.StudyException;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Runs the ensemble: requests in, time steps and events out.
 *
 * <pre>
 * simulation-requests → solvers (as many at once as asked for) → tracker → simulation-events
 *                          ↳ solver-outputs
 * </pre>
 */
public final class EnsembleJob {
    private EnsembleJob() {}

    /**
     * What the job runs.
     *
     * @param solving the study and its solver
     * @param simulations simulations of the study, of every purpose; when as many have ended, so
     *     has the ensemble
     * @param concurrency simulations that run at once: slots of the job
     * @param kafka the brokers
     * @param topics the topics, which must exist
     * @param firstRequests first offset read of every partition of the requests; if empty, all are
     *     read from their beginning
     * @param end where reading of the requests ends
     */
    public record Settings(
            SolveOperatorSettings solving,
            long simulations,
            int concurrency,
            KafkaCluster kafka,
            Topics topics,
            Map<Integer, Long> firstRequests,
            End end) {
        public Settings {
            Check.atLeast(1, "simulations", simulations);
            Check.within(1, 1 << 15, "concurrency", concurrency);
            firstRequests = Map.copyOf(firstRequests);
        }
    }

    /** Where reading of the requests ends. */
    public enum End {
        /**
         * At the requests that exist when the job starts; the job ends by itself when they are
         * done. For short ensembles only: requests are read at once, and no checkpoint completes
         * while solvers work them off after the end of their input, so a failure runs again what
         * was not done when the last request was read. And a bounded KafkaSource restored after a
         * global failure never ends (FLINK-31006, connector 5.0.0); ENSEMBLE_FINISHED comes all the
         * same.
         */
        REQUESTS_AT_START,
        /**
         * Nowhere: requests can be added while the job runs, and checkpoints go on. Whoever started
         * the job cancels it after ENSEMBLE_FINISHED.
         */
        NEVER
    }

    /**
     * Submits the job to the cluster it is handed to, with {@code flink run} or over REST, after it
     * has asked for the simulations of the study that nobody has asked for yet.
     *
     * <p>The job runs until it is cancelled ({@link End#NEVER}): an ensemble worth a cluster
     * outlasts failures, and a job that ends by itself would neither complete checkpoints nor
     * surely end after one. ENSEMBLE_FINISHED, and with it the end of the training, comes all the
     * same.
     *
     * @param args STUDY.yaml [--kafka HOST:PORT] [--checkpoints URI]
     */
    public static void main(String[] args) throws Exception {
        Submission submission = Submission.of(args);
        Study study = submission.study();
        StreamExecutionEnvironment env = submission.environment();
        RequestPlan plan =
                study.requestPlan()
                        .orElseThrow(
                                () ->
                                        new StudyException(
                                                study.name()
                                                        + ": ensemble.solver is missing: other"
                                                        + " producers send the samples of this"
                                                        + " study, there is no ensemble to run"));
        build(env, settings(submission, plan));
        RequestTopic requests =
                new RequestTopic(submission.kafka(), study.topics().simulationRequests());
        int sent = requests.sendMissing(plan);
        System.out.printf(
                "Simulations of %s: %d requested now, %d had been before. Cancel this job after"
                        + " ENSEMBLE_FINISHED.%n",
                study.name(), sent, plan.simulations() - sent);
        env.execute("ensemble of " + study.name());
    }

    private static Settings settings(Submission submission, RequestPlan plan) {
        Study study = submission.study();
        EnsembleSettings ensemble = Objects.requireNonNull(study.ensemble());
        return new Settings(
                new SolveOperatorSettings(
                        study.name(),
                        study.solver().orElseThrow(),
                        study.steps(),
                        ensemble.heartbeat().toMillis()),
                plan.simulations(),
                ensemble.concurrency(),
                submission.kafka(),
                study.topics(),
                Map.of(),
                End.NEVER);
    }

    /** Adds the job to an environment. */
    public static void build(StreamExecutionEnvironment env, Settings settings) {
        var solving =
                new SolveOperatorFactory(
                        settings.solving(),
                        KafkaOutputPublisher.factory(
                                settings.kafka().producer(), settings.topics().solverOutputs()));
        var tracker = new EnsembleTracker(settings.solving().study(), settings.simulations());
        if (settings.end() == End.REQUESTS_AT_START) {
            // Checkpoints after the end of the requests expire (see End): no reason to fail.
            env.getCheckpointConfig().setTolerableCheckpointFailureNumber(Integer.MAX_VALUE);
        }

        env.fromSource(requests(settings), WatermarkStrategy.noWatermarks(), "requests")
                .uid("requests")
                .setParallelism(1)
                .rebalance()
                .transform("solvers", WireRecordTypes.WIRE_RECORD, solving)
                .uid("solvers")
                .setParallelism(settings.concurrency())
                .transform("ensemble tracker", WireRecordTypes.WIRE_RECORD, tracker)
                .uid("ensemble-tracker")
                .forceNonParallel()
                .sinkTo(
                        KafkaEdges.atLeastOnce(
                                settings.kafka(), settings.topics().simulationEvents()))
                .name("events")
                .uid("events")
                .setParallelism(1);
    }

    private static KafkaSource<ConsumedRecord> requests(Settings settings) {
        var source =
                KafkaEdges.source(
                        settings.kafka(),
                        settings.topics().simulationRequests(),
                        settings.firstRequests());
        if (settings.end() == End.REQUESTS_AT_START) {
            source.setBounded(OffsetsInitializer.latest());
        }
        return source.build();
    }
}
