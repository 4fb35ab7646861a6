package io.penstock;

import io.penstock.flink.ConsumedRecord;
import io.penstock.flink.ConsumedRecordDeserializer;
import io.penstock.flink.EnsembleTracker;
import io.penstock.flink.KafkaOutputPublisher;
import io.penstock.flink.SolveOperatorFactory;
import io.penstock.flink.SolveOperatorSettings;
import io.penstock.flink.WireRecord;
import io.penstock.flink.WireRecordSerializer;
import io.penstock.setting.Check;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;

/**
 * Runs the ensemble: requests in, time steps and events out.
 *
 * <pre>
 * simulation-requests → solvers (as many at once as asked for) → tracker → simulation-events
 *                          ↳ solver-outputs
 * </pre>
 */
public final class EnsembleJob {
    private static final TypeInformation<WireRecord> EVENT = TypeInformation.of(WireRecord.class);

    private EnsembleJob() {}

    /**
     * What the job runs.
     *
     * @param solving the study and its solver
     * @param simulations simulations of the study, of every purpose; when as many have ended, so
     *     has the ensemble
     * @param concurrency simulations that run at once: slots of the job
     * @param kafka where requests come from and results go
     */
    public record Settings(
            SolveOperatorSettings solving, long simulations, int concurrency, Kafka kafka) {
        public Settings {
            Check.atLeast(1, "simulations", simulations);
            Check.within(1, 1 << 15, "concurrency", concurrency);
        }
    }

    /**
     * The broker and the topics, which must exist.
     *
     * @param bootstrapServers {@code host:port}, several separated by commas
     * @param client further properties of all clients: security, record sizes
     * @param requests topic of the requests
     * @param outputs topic of the time steps
     * @param events topic of the events
     * @param firstOffsets first offset read of every partition of the requests; if empty, all are
     *     read from their beginning
     * @param end where reading of the requests ends
     */
    public record Kafka(
            String bootstrapServers,
            Properties client,
            String requests,
            String outputs,
            String events,
            Map<Integer, Long> firstOffsets,
            End end) {
        public Kafka {
            client = (Properties) client.clone();
            firstOffsets = Map.copyOf(firstOffsets);
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

    /** Adds the job to an environment. */
    public static void build(StreamExecutionEnvironment env, Settings settings) {
        Kafka kafka = settings.kafka();
        var solving =
                new SolveOperatorFactory(
                        settings.solving(),
                        KafkaOutputPublisher.factory(properties(kafka), kafka.outputs()));
        var tracker = new EnsembleTracker(settings.solving().study(), settings.simulations());
        if (kafka.end() == End.REQUESTS_AT_START) {
            // Checkpoints after the end of the requests expire (see End): no reason to fail.
            env.getCheckpointConfig().setTolerableCheckpointFailureNumber(Integer.MAX_VALUE);
        }

        env.fromSource(requests(kafka), WatermarkStrategy.noWatermarks(), "requests")
                .uid("requests")
                .setParallelism(1)
                .rebalance()
                .transform("solvers", EVENT, solving)
                .uid("solvers")
                .setParallelism(settings.concurrency())
                .transform("ensemble tracker", EVENT, tracker)
                .uid("ensemble-tracker")
                .forceNonParallel()
                .sinkTo(events(kafka))
                .name("events")
                .uid("events")
                .setParallelism(1);
    }

    private static KafkaSource<ConsumedRecord> requests(Kafka kafka) {
        Map<TopicPartition, Long> first = new HashMap<>();
        kafka.firstOffsets()
                .forEach((p, offset) -> first.put(new TopicPartition(kafka.requests(), p), offset));
        var source =
                KafkaSource.<ConsumedRecord>builder()
                        .setProperties(properties(kafka))
                        .setTopics(kafka.requests())
                        .setStartingOffsets(
                                first.isEmpty()
                                        ? OffsetsInitializer.earliest()
                                        : OffsetsInitializer.offsets(first))
                        // Offsets live in Flink's checkpoints; there is no consumer group.
                        .setProperty("commit.offsets.on.checkpoint", "false")
                        .setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false")
                        .setDeserializer(new ConsumedRecordDeserializer());
        if (kafka.end() == End.REQUESTS_AT_START) {
            source.setBounded(OffsetsInitializer.latest());
        }
        return source.build();
    }

    private static KafkaSink<WireRecord> events(Kafka kafka) {
        return KafkaSink.<WireRecord>builder()
                .setKafkaProducerConfig(properties(kafka))
                .setRecordSerializer(new WireRecordSerializer(kafka.events()))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    private static Properties properties(Kafka kafka) {
        Properties properties = (Properties) kafka.client().clone();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        return properties;
    }
}
