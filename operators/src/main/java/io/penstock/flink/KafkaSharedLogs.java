package io.penstock.flink;

import io.penstock.training.ContributionChunk;
import io.penstock.training.Control;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The topics {@code shard-weights} and {@code training-controls}.
 *
 * @param client Kafka consumer settings with at least {@code bootstrap.servers}
 * @param study study whose records count
 * @param contributions the topic of the contributions, and where this submission begins in it
 * @param controls the topic of the controls, and where this submission begins in it
 * @param patience longest wait for the brokers
 */
public record KafkaSharedLogs(
        Properties client, String study, Log contributions, Log controls, Duration patience)
        implements SharedLogs {
    private static final Duration POLL = Duration.ofMillis(50);

    /**
     * A topic of one partition.
     *
     * @param topic its name
     * @param first first offset that counts
     */
    public record Log(String topic, long first) implements java.io.Serializable {}

    @Override
    public long firstControl() {
        return controls.first();
    }

    @Override
    public void readControls(long from, Consumer<Control> reader) throws IOException {
        SharedLogDecoder decoder = new SharedLogDecoder(study, controls.topic());
        KafkaReplay.toEnd(
                client,
                controls.topic(),
                Map.of(0, from),
                patience,
                record -> decode(decoder, record).map(SharedRecord::control).ifPresent(reader));
    }

    private static Optional<SharedRecord> decode(
            SharedLogDecoder decoder, ConsumerRecord<byte[], byte[]> record) {
        return decoder.decode(
                new ConsumedRecord(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.key(),
                        record.value()));
    }

    @Override
    public Tail followContributions(long from) {
        return new KafkaTail(from < 0 ? contributions.first() : from);
    }

    private final class KafkaTail implements Tail {
        private final SharedLogDecoder decoder = new SharedLogDecoder(study, controls.topic());
        private final long from;
        private @Nullable KafkaConsumer<byte[], byte[]> consumer;

        KafkaTail(long from) {
            this.from = from;
        }

        @Override
        public List<ContributionChunk> poll() {
            if (consumer == null) {
                consumer = KafkaContributionLog.consumer(client);
                TopicPartition log = new TopicPartition(contributions.topic(), 0);
                consumer.assign(List.of(log));
                consumer.seek(log, from);
            }
            List<ContributionChunk> chunks = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                decode(decoder, record).map(SharedRecord::contribution).ifPresent(chunks::add);
            }
            return chunks;
        }

        @Override
        public void close() {
            if (consumer != null) {
                consumer.close();
            }
        }
    }
}
