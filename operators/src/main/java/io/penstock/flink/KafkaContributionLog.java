package io.penstock.flink;

import io.penstock.schemas.ShardWeights;
import io.penstock.setting.Check;
import io.penstock.training.ContributionLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The topic {@code shard-weights}, read by position. Connects when it is first read; waits a
 * bounded time for the brokers. Positions one after another are read in one go, and a few records
 * between two of them are read over.
 */
public final class KafkaContributionLog implements ContributionLog {
    private static final int FEW = 4;

    private final Settings settings;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition log;
    private long position = -1;

    /**
     * What a log is opened with.
     *
     * @param client Kafka consumer settings with at least {@code bootstrap.servers}
     * @param topic the topic, of one partition
     * @param patience longest wait for the brokers
     */
    public record Settings(Properties client, String topic, Duration patience) implements Factory {
        public Settings {
            Check.notBlank("topic", topic);
            Check.that(patience.toMillis() > 0, "patience", patience, "1 ms or above");
        }

        @Override
        public ContributionLog open() {
            return new KafkaContributionLog(this);
        }
    }

    private KafkaContributionLog(Settings settings) {
        this.settings = settings;
        this.log = new TopicPartition(settings.topic(), 0);
        this.consumer = consumer(settings.client());
        consumer.assign(List.of(log));
    }

    /** A consumer that belongs to no group and gives one record at a time. */
    static KafkaConsumer<byte[], byte[]> consumer(Properties client) {
        Properties config = new Properties();
        config.putAll(client);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        // Chunks have a checksum of their own, which is looked at.
        config.put(ConsumerConfig.CHECK_CRCS_CONFIG, false);
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public ByteBuffer values(long offset) {
        try {
            if (position < 0 || offset < position || offset > position + FEW) {
                consumer.seek(log, offset);
                position = offset;
            }
            ConsumerRecord<byte[], byte[]> record = next(offset);
            while (record.offset() < offset) {
                record = next(offset);
            }
            if (record.offset() != offset) {
                throw gone(offset, null);
            }
            ShardWeights found = ShardWeightsRecords.decode(record.value());
            if (!ShardWeightsRecords.isIntact(found)) {
                throw new IOException("the contribution at " + log + "@" + offset + " is damaged");
            }
            return found.getData();
        } catch (OffsetOutOfRangeException e) {
            throw new UncheckedIOException(gone(offset, e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ConsumerRecord<byte[], byte[]> next(long offset) throws IOException {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(settings.patience());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            position = record.offset() + 1;
            return record;
        }
        throw new IOException(
                "cannot read the contribution at "
                        + log
                        + "@"
                        + offset
                        + ": Kafka at \""
                        + settings.client().get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG)
                        + "\" gave no record within "
                        + settings.patience().toSeconds()
                        + " s");
    }

    private IOException gone(long offset, @Nullable Throwable cause) {
        return new IOException(
                "the contribution at "
                        + log
                        + "@"
                        + offset
                        + " is not in the log any more: retention removed it. Restore a newer"
                        + " checkpoint, or another number of shards, which begins with the weights"
                        + " that the last round made",
                cause);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
