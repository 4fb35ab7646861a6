package io.penstock.broker;

import io.penstock.kafka.Topics;
import io.penstock.setting.Check;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How the topics of a study are laid out.
 *
 * @param outputPartitions partitions of solver-outputs
 * @param requestPartitions partitions of simulation-requests, prediction-requests and predictions;
 *     every other topic has one, so that its records have an order (the event that ends an ensemble
 *     is the last one)
 * @param replication replicas of each partition
 * @param maxRecordBytes largest value of a record of solver-outputs, bytes
 */
public record TopicLayout(
        int outputPartitions, int requestPartitions, short replication, int maxRecordBytes) {
    /** Room for key, headers, batch, and the reason and position that a rejected value carries. */
    private static final int ENVELOPE_BYTES = 64 << 10;

    /** A model update with inline weights (under 1 MiB) and its description fits in. */
    private static final int LEAST_BYTES = 2 << 20;

    /** Of use until the round is over and a checkpoint behind it, and to restores of older ones. */
    private static final Duration WEIGHTS_KEPT = Duration.ofDays(1);

    public TopicLayout {
        Check.atLeast(1, "output-partitions", outputPartitions);
        Check.atLeast(1, "request-partitions", requestPartitions);
        Check.atLeast(1, "replication", replication);
        Check.within(1, Integer.MAX_VALUE - ENVELOPE_BYTES, "max-record-bytes", maxRecordBytes);
    }

    /**
     * {@code max.message.bytes} of every topic. Producers need the same as {@code
     * max.request.size}.
     */
    public int maxMessageBytes() {
        return Math.max(maxRecordBytes, LEAST_BYTES) + ENVELOPE_BYTES;
    }

    int partitions(Topics topics, String topic) {
        if (topic.equals(topics.solverOutputs())) {
            return outputPartitions;
        }
        boolean isSpread =
                topic.equals(topics.simulationRequests())
                        || topic.equals(topics.predictionRequests())
                        || topic.equals(topics.predictions());
        return isSpread ? requestPartitions : 1;
    }

    NewTopic newTopic(Topics topics, String topic) {
        String cleanup =
                topic.equals(topics.modelUpdates())
                        ? TopicConfig.CLEANUP_POLICY_COMPACT
                        : TopicConfig.CLEANUP_POLICY_DELETE;
        Map<String, String> configs = new HashMap<>();
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes()));
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup);
        if (topic.equals(topics.shardWeights())) {
            configs.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(WEIGHTS_KEPT.toMillis()));
        }
        return new NewTopic(topic, partitions(topics, topic), replication).configs(configs);
    }
}
