package io.penstock.kafka;

import io.penstock.setting.Check;
import java.io.Serializable;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The brokers, and how clients talk to them.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param maxRecordBytes largest record any client sends or reads, bytes
 * @param client further properties of all clients, such as security
 */
public record KafkaCluster(String bootstrapServers, int maxRecordBytes, Properties client)
        implements Serializable {
    /** Large records through small socket buffers wake reader and writer once per buffer. */
    private static final String SYSTEM_DEFAULT = "-1";

    public KafkaCluster {
        Check.notBlank("bootstrap-servers", bootstrapServers);
        Check.atLeast(1, "max-record-bytes", maxRecordBytes);
        client = (Properties) client.clone();
    }

    /** Properties of a client, of whatever kind. */
    public Properties properties() {
        Properties properties = (Properties) client.clone();
        properties.setProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return properties;
    }

    /** Properties of a producer: with room for the largest record. */
    public Properties producer() {
        Properties properties = properties();
        String bytes = Integer.toString(maxRecordBytes);
        properties.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, bytes);
        properties.putIfAbsent(ProducerConfig.SEND_BUFFER_CONFIG, SYSTEM_DEFAULT);
        return properties;
    }

    /** Properties of a consumer: with room for the largest record. */
    public Properties consumer() {
        Properties properties = properties();
        String bytes = Integer.toString(maxRecordBytes);
        properties.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, bytes);
        properties.putIfAbsent(ConsumerConfig.RECEIVE_BUFFER_CONFIG, SYSTEM_DEFAULT);
        properties.putIfAbsent(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        return properties;
    }
}
