package io.penstock.flink;

import io.penstock.sample.Sample;
import io.penstock.sample.SampleDecoder;
import io.penstock.sample.SampleLog;
import io.penstock.sample.SampleSpec;
import io.penstock.sample.WireFormat;
import io.penstock.setting.Check;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The topic {@code solver-outputs} as a {@link SampleLog}.
 *
 * <p>Partition by partition, in the order of offsets: records between wanted ones are read and
 * dropped where they are few, and passed over with a seek where they are more than a fetch brings.
 * Waits a bounded time for the brokers.
 */
public final class KafkaSampleLog implements SampleLog {
    private static final int FETCH_BYTES = 8 << 20;

    private final Settings settings;
    private final SampleDecoder decoder;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * What a log is opened with.
     *
     * @param client Kafka consumer settings, the same as the source's: {@code bootstrap.servers},
     *     {@code isolation.level}, security
     * @param topic topic to read
     * @param spec what its samples look like
     * @param format wire format of its records
     * @param patience longest wait for the brokers without any progress
     */
    public record Settings(
            Properties client, String topic, SampleSpec spec, WireFormat format, Duration patience)
            implements Factory {
        public Settings {
            Check.notBlank("topic", topic);
            Check.that(patience.toMillis() > 0, "patience", patience, "1 ms or above");
        }

        @Override
        public SampleLog open() {
            return new KafkaSampleLog(this);
        }
    }

    private KafkaSampleLog(Settings settings) {
        this.settings = settings;
        this.decoder = new SampleDecoder(settings.spec(), settings.format());
        Properties config = new Properties();
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        config.putAll(settings.client());
        config.remove(ConsumerConfig.GROUP_ID_CONFIG); // Nothing here is to be committed.
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Retention may remove records while they are read; reading goes on with what is left.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public int read(int[] partitions, long[] offsets, Receiver receiver) throws IOException {
        if (partitions.length != offsets.length) {
            throw new IllegalArgumentException(
                    partitions.length + " partitions, but " + offsets.length + " offsets");
        }
        int[] order =
                IntStream.range(0, partitions.length)
                        .boxed()
                        .sorted(
                                Comparator.<Integer>comparingInt(i -> partitions[i])
                                        .thenComparingLong(i -> offsets[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        int found = 0;
        int from = 0;
        while (from < order.length) {
            int partition = partitions[order[from]];
            int to = from;
            while (to < order.length && partitions[order[to]] == partition) {
                to++;
            }
            found +=
                    readPartition(
                            partition, Arrays.copyOfRange(order, from, to), offsets, receiver);
            from = to;
        }
        return found;
    }

    private int readPartition(int partition, int[] order, long[] offsets, Receiver receiver)
            throws IOException {
        TopicPartition from = new TopicPartition(settings.topic(), partition);
        try {
            consumer.assign(List.of(from));
            long first = bound(consumer.beginningOffsets(List.of(from), settings.patience()), from);
            long end = bound(consumer.endOffsets(List.of(from), settings.patience()), from);
            int[] present =
                    Arrays.stream(order)
                            .filter(i -> offsets[i] >= first && offsets[i] < end)
                            .toArray();
            return present.length == 0 ? 0 : readPresent(from, present, offsets, receiver);
        } catch (TimeoutException e) {
            throw new IOException(noAnswer(from, offsets[order[0]]), e);
        }
    }

    /** Reads positions that lay between the partition's first and last offset a moment ago. */
    private int readPresent(TopicPartition from, int[] order, long[] offsets, Receiver receiver)
            throws IOException {
        int next = 0;
        int found = 0;
        consumer.seek(from, offsets[order[0]]);
        while (next < order.length) {
            ConsumerRecords<byte[], byte[]> records = pollOrFail(from);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                while (next < order.length && offsets[order[next]] < record.offset()) {
                    next++; // Not in the log any more.
                }
                while (next < order.length && offsets[order[next]] == record.offset()) {
                    found += deliver(order[next], record, receiver);
                    next++;
                }
            }
            long position = position(from);
            while (next < order.length && offsets[order[next]] < position) {
                next++;
            }
            if (next < order.length && offsets[order[next]] - position > records.count()) {
                consumer.seek(from, offsets[order[next]]);
            }
        }
        return found;
    }

    private int deliver(int index, ConsumerRecord<byte[], byte[]> record, Receiver receiver) {
        if (decoder.decode(record.partition(), record.offset(), record.value())
                instanceof Sample sample) {
            receiver.accept(index, sample);
            return 1;
        }
        return 0;
    }

    /** Records, or none when the position moved over some that are not shown to us. */
    private ConsumerRecords<byte[], byte[]> pollOrFail(TopicPartition from) throws IOException {
        long before = position(from);
        ConsumerRecords<byte[], byte[]> records = consumer.poll(settings.patience());
        if (records.isEmpty() && position(from) == before) {
            throw new IOException(noAnswer(from, before));
        }
        return records;
    }

    private long position(TopicPartition from) {
        return consumer.position(from, settings.patience());
    }

    private static long bound(Map<TopicPartition, Long> offsets, TopicPartition of) {
        return offsets.getOrDefault(of, 0L);
    }

    private String noAnswer(TopicPartition from, long offset) {
        return "cannot read samples again from "
                + from
                + "@"
                + offset
                + ": Kafka at \""
                + settings.client().get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG)
                + "\" gave no record within "
                + settings.patience().toSeconds()
                + " s";
    }

    @Override
    public void close() {
        consumer.close();
    }
}
