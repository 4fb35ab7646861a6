package io.penstock.flink;

import io.penstock.kafka.TopicEnds;
import io.penstock.sample.SingleObjectReader;
import io.penstock.schemas.Prediction;
import io.penstock.setting.Check;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic {@code predictions} as an {@link AnswerLog}. */
public final class KafkaAnswerLog implements AnswerLog {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaAnswerLog.class);

    private final Settings settings;

    /** Kept, since it is asked with every checkpoint: to connect takes longer than to answer. */
    private final Admin admin;

    /**
     * What a log is opened with.
     *
     * @param client Kafka client settings with at least {@code bootstrap.servers}
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
        this.admin = Admin.create(settings.client());
    }

    @Override
    public Map<Integer, Long> begin() {
        return settings.first();
    }

    @Override
    public Map<Integer, Long> ends() throws IOException, InterruptedException {
        String topic = settings.topic();
        try {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get().values();
            return TopicEnds.byPartition(
                    admin.listOffsets(TopicEnds.wanted(described)).all().get());
        } catch (ExecutionException e) {
            throw new IOException("cannot read the ends of topic " + topic, e.getCause());
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

    /** Gives up what is being asked. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
