package io.penstock;

import io.penstock.flink.ConsumedRecord;
import io.penstock.flink.KafkaEndedSimulations;
import io.penstock.flink.KafkaOutputPublisher;
import io.penstock.flink.SolveOperatorFactory;
import io.penstock.flink.SolveOperatorSettings;
import io.penstock.flink.SuperviseOperator;
import io.penstock.flink.WireRecord;
import io.penstock.flink.WireRecordTypes;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.setting.Check;
import io.penstock.solver.RequestPlan;
import io.penstock.solver.SupervisionSpec;
import io.penstock.study.EnsembleSettings;
import io.penstock.study.Study;
import io.penstock.study.StudyException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Runs the ensemble, or has it run by solvers elsewhere that follow the requests, and sees to it
 * that every simulation comes to an end.
 *
 * <pre>
 * simulation-requests ─┬→ solvers (as many at once as asked for) ─→ solver-outputs
 *          ↑           │                                         ↳ simulation-events
 *          │           ↓                                                  │
 *      again, or ── supervisor ←──────────────────────────────────────────┘
 *      another         ↳ simulation-events (given up, ENSEMBLE_FINISHED)
 * </pre>
 */
public final class EnsembleJob {
    private static final Duration RESTORE_PATIENCE = Duration.ofSeconds(60);

    private EnsembleJob() {}

    /**
     * What the job runs.
     *
     * @param plan the simulations; when all have ended, so has the ensemble
     * @param supervision what is put up with
     * @param solving the solver; null when others follow the requests
     * @param concurrency simulations that run at once: slots of the job
     * @param kafka the brokers
     * @param topics the topics, which must exist
     * @param firstRequests first offset read of every partition of the requests; if empty, all are
     *     read from their beginning
     * @param firstEvents the same of the events
     */
    public record Settings(
            RequestPlan plan,
            SupervisionSpec supervision,
            @Nullable SolveOperatorSettings solving,
            int concurrency,
            KafkaCluster kafka,
            Topics topics,
            Map<Integer, Long> firstRequests,
            Map<Integer, Long> firstEvents) {
        public Settings {
            Check.within(1, 1 << 15, "concurrency", concurrency);
            firstRequests = Map.copyOf(firstRequests);
            firstEvents = Map.copyOf(firstEvents);
        }

        /** The settings of a study's ensemble. */
        public static Settings of(
                Study study,
                RequestPlan plan,
                KafkaCluster kafka,
                Map<Integer, Long> firstRequests,
                Map<Integer, Long> firstEvents) {
            EnsembleSettings ensemble = Objects.requireNonNull(study.ensemble());
            return new Settings(
                    plan,
                    new SupervisionSpec(ensemble.simulationTimeout(), ensemble.attempts()),
                    study.solver()
                            .map(
                                    solver ->
                                            new SolveOperatorSettings(
                                                    study.name(),
                                                    solver,
                                                    study.steps(),
                                                    ensemble.heartbeat().toMillis()))
                            .orElse(null),
                    ensemble.concurrency(),
                    kafka,
                    study.topics(),
                    firstRequests,
                    firstEvents);
        }
    }

    /**
     * Submits the job to the cluster it is handed to, with {@code flink run} or over REST, after it
     * has asked for the simulations of the study that nobody has asked for yet.
     *
     * <p>The job runs until it is cancelled, since requests can be added while it does. Whoever
     * submitted it cancels it after ENSEMBLE_FINISHED, which also ends the training.
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
                                                        + ": ensemble is missing: other producers"
                                                        + " send the samples of this study, there"
                                                        + " is no ensemble to run"));
        build(env, Settings.of(study, plan, submission.kafka(), Map.of(), Map.of()));
        RequestTopic requests =
                new RequestTopic(submission.kafka(), study.topics().simulationRequests());
        int sent = requests.sendMissing(plan);
        System.out.printf(
                "Simulations of %s: %d requested now, %d had been before. Cancel this job after"
                        + " ENSEMBLE_FINISHED.%n",
                study.name(), sent, plan.simulations() - sent);
        env.execute("ensemble of " + study.name());
    }

    /** Adds the job to an environment. */
    public static void build(StreamExecutionEnvironment env, Settings settings) {
        KafkaCluster kafka = settings.kafka();
        Topics topics = settings.topics();
        SingleOutputStreamOperator<ConsumedRecord> requests =
                env.fromSource(requests(settings), WatermarkStrategy.noWatermarks(), "requests")
                        .uid("requests")
                        .setParallelism(1);
        if (settings.solving() != null) {
            requests.rebalance()
                    .transform("solvers", Types.VOID, solving(settings, settings.solving()))
                    .uid("solvers")
                    .setParallelism(settings.concurrency());
        }
        SingleOutputStreamOperator<ConsumedRecord> events =
                env.fromSource(
                                KafkaEdges.source(
                                                kafka,
                                                topics.simulationEvents(),
                                                settings.firstEvents())
                                        .build(),
                                WatermarkStrategy.noWatermarks(),
                                "events")
                        .uid("ensemble-events")
                        .setParallelism(1);
        SingleOutputStreamOperator<WireRecord> told =
                requests.connect(events)
                        .transform(
                                "supervisor",
                                WireRecordTypes.WIRE_RECORD,
                                new SuperviseOperator(settings.plan(), settings.supervision()))
                        .uid("ensemble-tracker")
                        .forceNonParallel();
        told.sinkTo(KafkaEdges.atLeastOnce(kafka, topics.simulationEvents()))
                .name("ensemble events")
                .uid("events")
                .setParallelism(1);
        // What is asked for twice would be run twice.
        told.getSideOutput(SuperviseOperator.REQUESTS)
                .sinkTo(
                        KafkaEdges.exactlyOnce(
                                kafka,
                                topics.simulationRequests(),
                                topics.simulationRequests() + "-" + settings.plan().study()))
                .name("requests again")
                .uid("requests-again")
                .setParallelism(1);
    }

    private static SolveOperatorFactory solving(Settings settings, SolveOperatorSettings solving) {
        KafkaCluster kafka = settings.kafka();
        Topics topics = settings.topics();
        return new SolveOperatorFactory(
                solving,
                KafkaOutputPublisher.factory(
                        kafka.producer(), topics.solverOutputs(), topics.simulationEvents()),
                new KafkaEndedSimulations(
                        kafka.consumer(),
                        topics.simulationEvents(),
                        settings.firstEvents(),
                        solving.study(),
                        RESTORE_PATIENCE));
    }

    private static KafkaSource<ConsumedRecord> requests(Settings settings) {
        return KafkaEdges.source(
                        settings.kafka(),
                        settings.topics().simulationRequests(),
                        settings.firstRequests())
                .setProperty("isolation.level", "read_committed")
                .build();
    }
}
