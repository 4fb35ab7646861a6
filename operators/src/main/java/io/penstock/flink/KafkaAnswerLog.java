package io.penstock.flink;

import io.penstock.sample.SingleObjectReader;
import io.penstock.schemas.Prediction;
import io.penstock.setting.Check;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic {@code predictions} as an {@link AnswerLog}. */
public final class KafkaAnswerLog implements AnswerLog {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaAnswerLog.class);

    private final Settings settings;

    /**
     * What a log is opened with.
     *
     * @param client Kafka consumer settings with at least {@code bootstrap.servers}
     * @param topic the topic
     * @param study whose answers count
     * @param first first offset of each partition that concerns a job that begins afresh
     * @param patience longest time that reading may take
     */
    public record Settings(
            Properties client,
            String topic,
            String study,
            Map<Integer, Long> first,
            Duration patience)
            implements Factory {
        public Settings {
            Check.notBlank("topic", topic);
            Check.notBlank("study", study);
            Check.that(patience.toMillis() > 0, "patience", patience, "1 ms or above");
            first = new HashMap<>(first);
        }

        @Override
        public AnswerLog open() {
            return new KafkaAnswerLog(this);
        }
    }

    private KafkaAnswerLog(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Map<Integer, Long> begin() {
        return settings.first();
    }

    @Override
    public Map<Integer, Long> ends() throws IOException {
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaContributionLog.consumer(settings.client())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(settings.topic()).stream()
                            .map(each -> new TopicPartition(each.topic(), each.partition()))
                            .toList();
            Map<Integer, Long> ends = new HashMap<>();
            consumer.endOffsets(partitions)
                    .forEach((partition, end) -> ends.put(partition.partition(), end));
            return ends;
        } catch (KafkaException e) {
            throw new IOException("cannot read the ends of topic " + settings.topic(), e);
        }
    }

    @Override
    public void read(Map<Integer, Long> from, Reader reader) throws IOException {
        SingleObjectReader<Prediction> predictions = new SingleObjectReader<>(Prediction.class);
        KafkaReplay.toEnd(
                settings.client(),
                settings.topic(),
                from,
                settings.patience(),
                record -> take(record, predictions, reader));
    }

    private void take(
            ConsumerRecord<byte[], byte[]> record,
            SingleObjectReader<Prediction> predictions,
            Reader reader) {
        try {
            Prediction prediction = predictions.read(record.value());
            if (prediction.getStudy().equals(settings.study())) {
                reader.answered(prediction.getRequestPartition(), prediction.getRequestOffset());
            }
        } catch (IOException e) {
            LOG.warn(
                    "passed over {}-{}@{}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
    }
}
