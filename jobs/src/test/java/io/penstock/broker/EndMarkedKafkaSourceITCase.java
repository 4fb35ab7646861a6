package io.penstock.broker;

import static io.penstock.broker.TestRecords.event;
import static io.penstock.broker.TestRecords.marker;
import static io.penstock.broker.TestRecords.output;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.flink.ConsumedRecord;
import io.penstock.flink.EndMark;
import io.penstock.flink.EndMarkedKafkaSource;
import io.penstock.flink.EndMarkedKafkaSource.End;
import io.penstock.flink.EndMarkers;
import io.penstock.flink.WireRecord;
import io.penstock.flink.WireRecordSerializer;
import io.penstock.sample.WireFormat;
import io.penstock.schemas.EventKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndMarkedKafkaSourceITCase {
    /** What running jobs have seen; jobs of a MiniCluster live in this JVM. */
    private static final BlockingQueue<String> SEEN = new LinkedBlockingQueue<>();

    private final Path temp;
    private final EmbeddedKafka kafka;
    private final TestRecords records;
    private int topics;

    EndMarkedKafkaSourceITCase(@TempDir Path temp) throws Exception {
        this.temp = temp;
        this.kafka =
                EmbeddedKafka.start(
                        new EmbeddedKafkaSettings(temp.resolve("kafka"), 0, 1 << 20, false));
        this.records = new TestRecords(kafka);
    }

    @BeforeEach
    void forgetWhatWasSeen() {
        SEEN.clear();
    }

    @AfterAll
    void stop() throws Exception {
        records.close();
        kafka.close();
    }

    @ParameterizedTest(name = "parallelism {0}")
    @ValueSource(ints = {1, 2, 5})
    void jobEndsByItselfWhenEveryPartitionHasItsMarker(int parallelism) throws Exception {
        String topic = topic(3);
        List<String> sent = new ArrayList<>();
        for (int partition = 0; partition < 3; partition++) {
            for (int step = 0; step < 20 * partition; step++) {
                records.send(topic, partition, output(partition, step));
                sent.add(topic + "-" + partition + "@" + step);
            }
            records.send(topic, partition, marker());
            records.send(topic, partition, output(partition, 999)); // Behind the marker.
        }
        records.flush();

        assertThat(collect(topic, End.OF_PARTITION, parallelism))
                .containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void markerSentWhileTheJobRunsEndsIt() throws Exception {
        String topic = topic(2);
        JobClient job = start(3, null, topic);
        records.send(topic, 0, output(0, 0));
        records.flush();
        assertThat(nextSeen()).isEqualTo(topic + "-0@0");

        records.send(topic, 1, output(1, 0));
        records.send(topic, 1, marker());
        records.send(topic, 0, marker());
        records.flush();

        job.getJobExecutionResult().get(60, TimeUnit.SECONDS);
        assertThat(nextSeen()).isEqualTo(topic + "-1@0");
        assertThat(SEEN).isEmpty();
    }

    @Test
    void markersOfOtherStudiesAndOtherEventsAreRecordsLikeOthers() throws Exception {
        String topic = topic(1);
        records.send(topic, 0, event("wave", EventKind.ENSEMBLE_FINISHED));
        records.send(topic, 0, event("heat", EventKind.FINISHED));
        records.send(topic, 0, new byte[] {1, 2});
        records.send(topic, 0, marker());
        records.flush();

        assertThat(collect(topic, End.OF_PARTITION, 1))
                .containsExactly(topic + "-0@0", topic + "-0@1", topic + "-0@2");
    }

    @Test
    void oneMarkerEndsAReaderOfEventsAndIsEmitted() throws Exception {
        String topic = topic(2);
        records.send(topic, 1, event("heat", EventKind.STARTED));
        records.send(topic, 1, marker());
        records.send(topic, 1, event("heat", EventKind.STARTED));
        records.flush();

        assertThat(collect(topic, End.OF_READER, 1))
                .containsExactly(topic + "-1@0", topic + "-1@1");
    }

    @ParameterizedTest(name = "parallelism {0}")
    @ValueSource(ints = {1, 3})
    void restoredJobReadsOnWhereEachPartitionWas(int parallelism) throws Exception {
        String topic = topic(2);
        records.send(topic, 0, output(0, 0));
        records.send(topic, 0, marker());
        records.send(topic, 0, output(0, 1));
        records.flush();
        JobClient first = start(parallelism, null, topic);
        assertThat(nextSeen()).isEqualTo(topic + "-0@0");
        records.send(topic, 1, output(1, 0));
        records.flush();
        assertThat(nextSeen()).isEqualTo(topic + "-1@0");

        String savepoint = stopWithSavepoint(first);
        records.send(topic, 1, output(1, 1));
        records.send(topic, 1, marker());
        records.flush();

        start(parallelism, savepoint, topic).getJobExecutionResult().get(60, TimeUnit.SECONDS);
        assertThat(nextSeen()).isEqualTo(topic + "-1@1");
        assertThat(SEEN).isEmpty();
    }

    @Test
    void restoredAfterTheMarkersItEndsAtOnce() throws Exception {
        String ended = topic(2);
        String open = topic(1);
        records.send(ended, 0, marker());
        records.send(ended, 1, output(1, 0));
        records.send(ended, 1, marker());
        records.flush();
        JobClient first = start(3, null, ended, open);
        assertThat(nextSeen()).isEqualTo(ended + "-1@0");
        records.send(open, 0, output(2, 0));
        records.flush();
        assertThat(nextSeen()).isEqualTo(open + "-0@0");

        String savepoint = stopWithSavepoint(first);
        records.send(open, 0, marker());
        records.flush();

        // Would wait for ever if it looked for the markers of the topic that had ended.
        start(3, savepoint, ended, open).getJobExecutionResult().get(60, TimeUnit.SECONDS);
        assertThat(SEEN).isEmpty();
    }

    @Test
    void endOfTheEnsembleEndsTheOutputsThroughTheMarkers() throws Exception {
        String events = topic(1);
        String outputs = topic(3);
        records.send(outputs, 2, output(0, 0));
        records.send(events, 0, event("heat", EventKind.STARTED));
        records.send(events, 0, marker());
        records.flush();
        StreamExecutionEnvironment env = environment(2, null);
        env.fromSource(source(events, End.OF_READER), WatermarkStrategy.noWatermarks(), "events")
                .setParallelism(1)
                .flatMap(new EndMarkers("heat", WireFormat.singleObject(), 3))
                .returns(WireRecord.class)
                .sinkTo(
                        KafkaSink.<WireRecord>builder()
                                .setBootstrapServers(kafka.bootstrapServers())
                                .setRecordSerializer(new WireRecordSerializer(outputs))
                                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                                .build());
        positions(env, outputs).sinkTo(new DiscardingSink<>());

        env.execute();

        assertThat(nextSeen()).isEqualTo(outputs + "-2@0");
        assertThat(SEEN).isEmpty();
        try (TopicAdmin admin = new TopicAdmin(records.client())) {
            assertThat(admin.endOffsets(outputs).values()).containsExactly(1L, 1L, 2L);
        }
    }

    private String topic(int partitions) throws Exception {
        String topic = "topic" + topics++;
        records.createTopic(topic, partitions);
        return topic;
    }

    private EndMarkedKafkaSource source(String topic, End end) {
        return new EndMarkedKafkaSource(
                records.client(),
                List.of(topic),
                OffsetsInitializer.earliest(),
                EndMark.ensembleFinished("heat", WireFormat.singleObject()),
                end);
    }

    private List<String> collect(String topic, End end, int parallelism) throws Exception {
        StreamExecutionEnvironment env = environment(parallelism, null);
        List<String> positions = new ArrayList<>();
        try (CloseableIterator<String> results =
                env.fromSource(source(topic, end), WatermarkStrategy.noWatermarks(), topic)
                        .map(EndMarkedKafkaSourceITCase::position)
                        .returns(String.class)
                        .executeAndCollect()) {
            results.forEachRemaining(positions::add);
        }
        return positions;
    }

    private JobClient start(int parallelism, @Nullable String savepoint, String... topics)
            throws Exception {
        StreamExecutionEnvironment env = environment(parallelism, savepoint);
        for (String topic : topics) {
            positions(env, topic).sinkTo(new DiscardingSink<>()).uid("sink of " + topic);
        }
        return env.executeAsync();
    }

    private DataStream<String> positions(StreamExecutionEnvironment env, String topic) {
        return env.fromSource(
                        source(topic, End.OF_PARTITION), WatermarkStrategy.noWatermarks(), topic)
                .uid("source of " + topic)
                .map(new Remember())
                .uid("positions of " + topic);
    }

    private String stopWithSavepoint(JobClient job) throws Exception {
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
        return job.stopWithSavepoint(
                        false,
                        temp.resolve("savepoints").toUri().toString(),
                        SavepointFormatType.CANONICAL)
                .get(60, TimeUnit.SECONDS);
    }

    private static StreamExecutionEnvironment environment(
            int parallelism, @Nullable String savepoint) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
        env.enableCheckpointing(200);
        return env;
    }

    private static String nextSeen() throws InterruptedException {
        String position = SEEN.poll(60, TimeUnit.SECONDS);
        return position == null ? "nothing within 60 s" : position;
    }

    private static String position(ConsumedRecord consumed) {
        return consumed.topic() + "-" + consumed.partition() + "@" + consumed.offset();
    }

    private static final class Remember implements MapFunction<ConsumedRecord, String> {
        private static final long serialVersionUID = 1L;

        @Override
        public String map(ConsumedRecord consumed) {
            String position = position(consumed);
            SEEN.add(position);
            return position;
        }
    }
}
