package io.penstock.broker;

import static io.penstock.broker.TestRecords.SPEC;
import static io.penstock.broker.TestRecords.marker;
import static io.penstock.broker.TestRecords.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.flink.KafkaSampleLog;
import io.penstock.sample.Sample;
import io.penstock.sample.SampleKey;
import io.penstock.sample.SampleLog;
import io.penstock.sample.WireFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaSampleLogITCase {
    private static final int PARTITIONS = 3;
    private static final int STEPS = 4000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EmbeddedKafka kafka;
    private final TestRecords records;
    private int topics;

    KafkaSampleLogITCase(@TempDir Path temp) throws Exception {
        kafka =
                EmbeddedKafka.start(
                        new EmbeddedKafkaSettings(temp.resolve("kafka"), 0, 1 << 20, false));
        records = new TestRecords(kafka);
    }

    @AfterAll
    void stop() throws Exception {
        records.close();
        kafka.close();
    }

    @Test
    void findsEverySampleWhateverTheOrderAndTheGaps() throws Exception {
        String topic = filled();
        UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(7);
        for (int wanted : new int[] {1, 2, 30, 2000}) {
            int[] partitions = random.ints(wanted, 0, PARTITIONS).toArray();
            long[] offsets = random.longs(wanted, 0, STEPS).toArray();

            Map<Integer, SampleKey> found = read(topic, partitions, offsets);

            assertThat(found).hasSize(wanted); // Though some are drawn twice.
            for (int i = 0; i < wanted; i++) {
                assertThat(found.get(i)).isEqualTo(new SampleKey(partitions[i], (int) offsets[i]));
            }
        }
    }

    @Test
    void positionAndRowComeWithTheSample() throws Exception {
        String topic = filled();
        try (SampleLog log = open(topic)) {
            int found =
                    log.read(
                            new int[] {2},
                            new long[] {77},
                            (index, sample) -> {
                                assertThat(index).isZero();
                                assertThat(sample.partition()).isEqualTo(2);
                                assertThat(sample.offset()).isEqualTo(77);
                                assertThat(sample.row()).hasSize(SPEC.rowBytes());
                            });
            assertThat(found).isEqualTo(1);
        }
    }

    @Test
    void samplesThatRetentionRemovedAreNotFound() throws Exception {
        String topic = filled();
        try (Admin admin = Admin.create(records.client())) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition(topic, 1),
                                    RecordsToDelete.beforeOffset(1000)))
                    .all()
                    .get();
        }

        Map<Integer, SampleKey> found =
                read(topic, new int[] {1, 1, 1, 0}, new long[] {5, 999, 1000, 5});

        assertThat(found).isEqualTo(Map.of(2, new SampleKey(1, 1000), 3, new SampleKey(0, 5)));
    }

    @Test
    void positionsBehindTheEndAreNotFound() throws Exception {
        assertThat(read(filled(), new int[] {0, 0}, new long[] {STEPS + 1, 3}))
                .isEqualTo(Map.of(1, new SampleKey(0, 3)));
    }

    @Test
    void positionsOfOtherRecordsAreNotFound() throws Exception {
        String topic = topic(1);
        records.send(topic, 0, output(0, 0));
        records.send(topic, 0, marker());
        records.send(topic, 0, new byte[] {1});
        records.flush();

        assertThat(read(topic, new int[] {0, 0, 0}, new long[] {2, 1, 0}))
                .isEqualTo(Map.of(2, new SampleKey(0, 0)));
    }

    @Test
    void positionsOfTransactionMarkersAndAbortedRecordsAreNotFound() throws Exception {
        String topic = topic(1);
        try (TestRecords transactional = new TestRecords(kafka, Map.of("transactional.id", "x"))) {
            transactional.producer().initTransactions();
            transaction(transactional, topic, 10, true); // 0 to 9, marker at 10
            transaction(transactional, topic, 20, false); // 11 to 30, marker at 31
        }

        Map<Integer, SampleKey> found =
                read(topic, new int[] {0, 0, 0, 0, 0}, new long[] {9, 10, 15, 30, 31});

        assertThat(found).isEqualTo(Map.of(0, new SampleKey(0, 9)));
    }

    @Test
    void nothingWantedNothingRead() throws Exception {
        assertThat(read(topic(1), new int[0], new long[0])).isEmpty();
    }

    @Test
    void aLogIsUsedAgainAndAgain() throws Exception {
        String topic = filled();
        try (SampleLog log = open(topic)) {
            for (int time = 0; time < 3; time++) {
                assertThat(log.read(new int[] {2, 0}, new long[] {9, 3999}, (i, sample) -> {}))
                        .isEqualTo(2);
            }
        }
    }

    @Test
    void brokerThatDoesNotAnswerIsNamedWithinTheBound() throws Exception {
        try (ServerSocket mute =
                new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            Properties client = new Properties();
            client.setProperty("bootstrap.servers", "127.0.0.1:" + mute.getLocalPort());
            try (SampleLog log =
                    new KafkaSampleLog.Settings(
                                    client,
                                    "outputs",
                                    SPEC,
                                    WireFormat.singleObject(),
                                    Duration.ofSeconds(1))
                            .open()) {
                assertThatThrownBy(
                                () -> log.read(new int[] {4}, new long[] {17}, (i, sample) -> {}))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("outputs-4@17")
                        .hasMessageContaining("127.0.0.1:" + mute.getLocalPort())
                        .hasMessageContaining("within 1 s");
            }
        }
    }

    private static void transaction(
            TestRecords transactional, String topic, int steps, boolean commit) {
        transactional.producer().beginTransaction();
        for (int step = 0; step < steps; step++) {
            transactional.send(topic, 0, output(0, step));
        }
        if (commit) {
            transactional.producer().commitTransaction();
        } else {
            transactional.producer().flush();
            transactional.producer().abortTransaction();
        }
    }

    private Map<Integer, SampleKey> read(String topic, int[] partitions, long[] offsets)
            throws Exception {
        Map<Integer, SampleKey> found = new HashMap<>();
        try (SampleLog log = open(topic)) {
            int count =
                    log.read(
                            partitions,
                            offsets,
                            (index, sample) ->
                                    assertThat(found.put(index, keyOf(sample))).isNull());
            assertThat(count).isEqualTo(found.size());
        }
        return found;
    }

    private static SampleKey keyOf(Sample sample) {
        return new SampleKey(sample.simulation(), sample.step());
    }

    /** Opened from a copy, as an operator does that was shipped. */
    private SampleLog open(String topic) throws Exception {
        Properties client = new Properties();
        client.putAll(records.client());
        client.setProperty("isolation.level", "read_committed");
        SampleLog.Factory factory =
                new KafkaSampleLog.Settings(
                        client, topic, SPEC, WireFormat.singleObject(), PATIENCE);
        return InstantiationUtil.clone(factory).open();
    }

    /** A topic in which sample (partition, offset) lies at that position. */
    private String filled() throws Exception {
        String topic = topic(PARTITIONS);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (int step = 0; step < STEPS; step++) {
                records.send(topic, partition, output(partition, step));
            }
        }
        records.flush();
        return topic;
    }

    private String topic(int partitions) throws Exception {
        String topic = "log" + topics++;
        records.createTopic(topic, partitions);
        return topic;
    }
}
